"""``import``: pages that earlier tools made become the reports' own, with their ids, history and comments.

The record goes onto the page, nothing else is written: the next sync writes the body, and a page that somebody edits in
between is a conflict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from adapters.adopting import Adopting, Tool
from adapters.base import Observed, Page, Record, Wiki
from bridge import __version__
from bridge.discover import UsageError, listing
from bridge.earlier import Earlier, earlier
from bridge.settings import Settings
from bridge.source_tree import SourceTree
from bridge.sync.actions import Action, Flags, Local
from bridge.sync.run import Sync

SIGILS = {"adopted": "~", "ours": "=", "new": "+", "not chosen": "?", "conflict": "!", "error": "x"}
_WITHOUT_PAGES = ("kyso", "knowledge-repo")
"""Tools that published to a server of their own: there are documents to take over, and no pages."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one document. ``metadata`` are the fields that its tool's headers and sidecars gave."""

    source: str
    state: str
    reason: str
    key: str = ""
    title: str = ""
    page_id: str = ""
    url: str = ""
    metadata: tuple[str, ...] = ()


def import_from(tool: Tool, folder: Path, settings: Settings, wiki: Wiki, *, write: bool = True) -> list[Taken]:
    """Takes over what a tool published from a folder. Raises UsageError where there is nothing of it."""
    found = _documents(tool, folder, settings)
    sync = Sync(settings, wiki, flags=Flags())
    prepared = sync.prepare()
    by_path = {one.source: one for one in prepared.plan.actions if one.local is not None}
    pages = _pages(tool, found, wiki, [one.path for one in found if one.path in by_path])
    if not isinstance(wiki, Adopting):
        pages = {}
    taken: list[Taken] = []
    written: list[Record] = []
    for one in found:
        action = by_path.get(one.path)
        fields = sync.fields.get(one.path, ())
        if action is None or action.local is None:
            reason = f'no report of yours: add "{_pattern(one.path)}" to source.include'
            taken.append(Taken(source=one.path, state="not chosen", reason=reason))
            continue
        done, record = _one(action, action.local, pages.get(one.path), prepared.observed, wiki)
        taken.append(msgspec.structs.replace(done, metadata=fields))
        written += [record] if record else []
    if write and written:
        _keep(written, {page.id: page for page in pages.values()}, prepared.observed, wiki)
    return taken


def as_json(target: str, tool: Tool, taken: Sequence[Taken]) -> dict[str, Any]:
    """One object for machines."""
    counts = Counter(one.state for one in taken)
    reports = [msgspec.to_builtins(one) for one in taken]
    return {"schema": 1, "target": target, "tool": tool, "reports": reports, "counts": {s: counts[s] for s in SIGILS}}


def as_text(taken: Sequence[Taken]) -> str:
    """One line a document, then counts."""
    rows = []
    for one in taken:
        page = f" → {one.title!r} (page {one.page_id})" if one.page_id else ""
        rows.append(f"{SIGILS[one.state]} {one.source}{page}: {one.reason}")
        if one.metadata:
            rows.append(f"    metadata: {', '.join(one.metadata)}")
    counts = Counter(one.state for one in taken)
    rows.append(", ".join(f"{counts[state]} {state}" for state in SIGILS if counts[state]))
    return "\n".join(rows)


def _documents(tool: Tool, folder: Path, settings: Settings) -> list[Earlier]:
    full = folder.resolve()
    if not full.is_dir():
        raise UsageError(f"no such folder: {folder}")
    if not full.is_relative_to(settings.root):
        hint = "set source.root, so that the documents are reports of yours, then import"
        raise UsageError(f"{folder} is outside the source root {settings.root}", hint=hint)
    inside = full.relative_to(settings.root).as_posix()
    found = earlier(tool, "" if inside == "." else inside, listing(settings), SourceTree(settings.root))
    if not found:
        raise UsageError(f"nothing below {folder} was published by {tool}", hint=_LOOKED_FOR[tool])
    return found


_LOOKED_FOR: Mapping[Tool, str] = {
    "mark": "looked for Markdown files with a header such as <!-- Space: KEY -->",
    "quarto": "looked for _publish.yml with a page of Confluence",
    "nbconflux": "looked for notebooks (.ipynb)",
    "kyso": "looked for kyso.yaml, kyso.yml and kyso.json with a main file",
    "knowledge-repo": "looked for posts in folders that end in .kp",
}


def _pages(tool: Tool, found: Sequence[Earlier], wiki: Wiki, chosen: Sequence[str]) -> dict[str, Page]:
    """Pages by the path of their document: by id, by the tool's marks in the wiki, by title."""
    if tool in _WITHOUT_PAGES:
        return {}
    if not isinstance(wiki, Adopting):
        hint = "choose a Confluence target with -t"
        raise UsageError(f"{tool} published to Confluence, and this target is none", hint=hint)
    mine = [one for one in found if one.path in chosen]
    by_id = wiki.find_pages({one.page for one in mine if one.page})
    pages = {one.path: by_id[one.page] for one in mine if one.page in by_id}
    for root in dict.fromkeys(one.root for one in mine if one.path not in pages):
        marks = wiki.left_by(tool, root)
        for one in mine:
            page = _marked(one.path, marks, whole=tool != "nbconflux")
            if one.path not in pages and one.root == root and page is not None:
                pages[one.path] = page
    titles = {one.title for one in mine if one.title and one.path not in pages}
    titled = wiki.find_titles(titles) if titles else {}
    return pages | {one.path: titled[one.title] for one in mine if one.path not in pages and one.title in titled}


def _marked(path: str, marks: Mapping[str, Page], *, whole: bool) -> Page | None:
    """The page whose mark names the path: as it is, or from another working directory, whatever the suffix; by file name
    alone (``whole`` false) only where one document has it.
    """
    stem = f"/{_stem(path)}"
    stems = {mark: f"/{_stem(mark)}" for mark in marks}
    agreeing = {mark: len(other) for mark, other in stems.items() if stem.endswith(other)}
    if not agreeing and whole:
        agreeing = {mark: -len(other) for mark, other in stems.items() if other.endswith(stem)}
    best = {marks[mark].id: marks[mark] for mark, long in agreeing.items() if long == max(agreeing.values())}
    return next(iter(best.values())) if len(best) == 1 else None


def _stem(path: str) -> str:
    head, _, name = path.removeprefix("./").rpartition("/")
    return f"{head}/{name.partition('.')[0]}" if head else name.partition(".")[0]


def _one(
    action: Action, local: Local, page: Page | None, observed: Observed, wiki: Wiki
) -> tuple[Taken, Record | None]:
    """What is to become of one document, and the record to keep where its page is taken over."""
    base = Taken(source=action.source, state="new", reason="", key=local.key, title=local.title)
    if action.was is not None and action.was.page is not None:
        there = action.was.page
        known = msgspec.structs.replace(base, state="ours", page_id=there.id, url=there.url, title=there.title)
        return msgspec.structs.replace(known, reason="nbwiki's already"), None
    if local.error:
        return msgspec.structs.replace(base, state="error", reason=local.error), None
    if page is None:
        return msgspec.structs.replace(base, reason="no page of it is there: the first sync makes one"), None
    base = msgspec.structs.replace(base, title=page.title, page_id=page.id, url=page.url)
    if page.status != "current":
        reason = f"its page is {page.status}: restore it in the wiki first"
        return msgspec.structs.replace(base, state="conflict", reason=reason), None
    owner = wiki.record_on(page) if isinstance(wiki, Adopting) else None
    if page.id == observed.root.id or (owner is not None and owner.key != local.key):
        reason = f"its page belongs to another report: {owner.key}" if owner else "its page is this target's own parent"
        return msgspec.structs.replace(base, state="conflict", reason=reason), None
    record = Record(
        key=local.key,
        page=page.id,
        title=page.title,
        source=local.source,
        version=page.version,
        parent=page.parent or "",
        owner=local.owner,
        review_by=local.review_by,
        nbwiki=__version__,
    )
    return msgspec.structs.replace(base, state="adopted", reason="the next sync writes it"), record


def _keep(written: Sequence[Record], pages: Mapping[str, Page], observed: Observed, wiki: Wiki) -> None:
    """Puts the records onto their pages; a page that stands elsewhere in the space goes below the target's parent."""
    root = wiki.begin(observed)
    ours = {root.id, *(was.page.id for was in observed.tracked.values() if was.page), *(one.page for one in written)}
    kept = []
    for record in written:
        page = pages[record.page]
        done = wiki.keep(page, record) if page.parent in ours else wiki.move(page, None, record)
        kept.append(done.record)
    wiki.finish(observed, kept, [])


def _pattern(path: str) -> str:
    folder, _, name = path.rpartition("/")
    suffix = name[name.index(".") :] if "." in name else ""
    return f"{folder}/**/*{suffix}" if folder else f"**/*{suffix}"
