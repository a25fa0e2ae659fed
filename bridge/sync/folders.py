"""Folders as pages: which page is whose parent, and what a folder's own page shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from adapters.base import Observed, Wiki
from adapters.filing import Filing
from bridge.discover import Discovery, index_of
from bridge.pipeline import Target
from bridge.sync.actions import Action, Local, Plan
from bridge.sync.bodies import Bodies
from converters.metadata import Metadata
from converters.model import Document, Filter, Listing, LiveView, Rendered, Views
from converters.options import WriteOptions


def folder_key(base: str, folder: str) -> str:
    """The key of a folder's page."""
    return f"folder:{base}{folder}/"


def pretty(name: str) -> str:
    """A folder name as a title: ``customer_reports`` → ``Customer reports``; names with capitals stay."""
    words = re.sub(r"[_\-]+", " ", name).strip() or name
    return words[0].upper() + words[1:] if words == words.lower() else words


def folder_page(title: str, write: WriteOptions, target: Target) -> Rendered:
    """The page of a folder that has no README of its own: a list of its children."""
    from converters.writers import write as write_document

    document = Document(meta=Metadata(title=title), blocks=(Listing("children"),))
    return write_document(document, target, write)[0]


def folders_above(path: str) -> list[str]:
    """``a/b/c.ipynb`` → ``a``, ``a/b``."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def parents(keys: Mapping[str, str], base: str) -> tuple[dict[str, str], list[str]]:
    """Parent key by report path, and the folders that need a page of their own. ``keys`` are report keys by path."""
    by_folded = {path.casefold(): path for path in keys}
    indexes = {folder: index_of(folder.casefold(), by_folded) for path in keys for folder in folders_above(path)}

    def page_of(folder: str) -> str:
        if not folder:
            return ""
        index = indexes[folder]
        return keys[index] if index else folder_key(base, folder)

    found = {}
    for path in keys:
        folder = path.rpartition("/")[0]
        index = indexes[folder] if folder else None
        if index is not None and keys[index] == keys[path]:  # by key: one report may have several files
            folder = folder.rpartition("/")[0]
        found[path] = page_of(folder)
    bare = sorted(folder for folder, index in indexes.items() if index is None)
    return found | {f"{folder}/": page_of(folder.rpartition("/")[0]) for folder in bare}, bare


def folder_locals(
    bare: Sequence[str], parent_of: Mapping[str, str], bases: Sequence[str], digests: Mapping[str, str]
) -> list[Local]:
    """Locals of folder pages. ``bases`` start their keys: the present one, then former ones; ``digests`` by folder."""
    base, *former = bases
    return [
        Local(
            key=folder_key(base, folder),
            kind="folder",
            path=f"{folder}/",
            source=f"{base}{folder}/",
            title=pretty(folder.rpartition("/")[2]),
            digest=digests[folder],
            former=tuple(folder_key(one, folder) for one in former),
            parent=parent_of[f"{folder}/"],
        )
        for folder in bare
    ]


# ------------------------------------------------------------ beside a database that the reports stay in


def filed(
    locals_: Sequence[Local],
    discovery: Discovery,
    observed: Observed,
    bodies: Bodies,
    write: WriteOptions,
    target: Target,
) -> list[Local]:
    """Locals of the pages of all folders that hold reports or folders with reports. A README names its folder's page,
    unless it is for a few only.
    """
    titles = {key: was.record.title for key, was in observed.tracked.items()}
    titles |= {one.key: one.title if one.readers is None else "" for one in locals_}
    by_folded = {path.casefold(): path for path in discovery.keys}
    holding = {path.rpartition("/")[0] for path in discovery.keys}
    made = []
    for folder in sorted({folder for one in locals_ for folder in folders_above(one.path)}):
        index = index_of(folder.casefold(), by_folded)
        title = titles.get(discovery.keys[index], "") if index else ""
        title = title or pretty(folder.rpartition("/")[2])
        inside = discovery.base.partition(":")[2] + folder  # as a row's Folder tells it: within the repository
        page = view_page(title, inside if folder in holding else "", write, target)
        key, above = folder_key(discovery.base, folder), folder.rpartition("/")[0]
        bodies.add(key, f"{folder}/", page, None)
        made.append(
            Local(
                key=key,
                kind="folder",
                path=f"{folder}/",
                source=f"{discovery.base}{folder}/",
                title=title,
                digest=page.digest,
                former=tuple(folder_key(one, folder) for one in discovery.former_bases),
                parent=folder_key(discovery.base, above) if above else "",
            )
        )
    return made


def view_page(title: str, folder: str, write: WriteOptions, target: Target) -> Rendered:
    """A folder's page beside a database: a view of the reports that lie in it; empty where there are none."""
    from converters.writers import write as write_document

    view = LiveView(
        "Reports",
        "table",
        all_of=(Filter("Folder", "equals", folder),),
        sort="Updated",
        descending=True,
        shown=("Name", "Summary", "Authors", "Updated", "Status"),
    )
    document = Document(meta=Metadata(title=title), blocks=(Views((view,)),) if folder else ())
    return write_document(document, target, write)[0]


def without_empty(plan: Plan) -> Plan:
    """The plan without new pages of folders in which no report is, or will be: nothing could tell of them."""
    there = [
        one.local.source
        for one in plan.actions
        if one.local is not None and one.kind == "report" and (one.verb in {"create", "update"} or _has_record(one))
    ]

    def empty(one: Action) -> bool:
        new = one.verb == "create" and one.kind == "folder" and one.local is not None
        return new and not any(source.startswith(one.local.source) for source in there if one.local)

    return msgspec.structs.replace(plan, actions=tuple(one for one in plan.actions if not empty(one)))


def _has_record(one: Action) -> bool:
    """Whether its page is there, with a record on it; one that people moved out and back, and edited, has none."""
    live = one.page is not None and one.page.status == "current"
    return live and one.was is not None and bool(one.was.record.source)


def kept_by_people(plan: Plan, wiki: Wiki) -> Plan:
    """The plan with pages of folders left alone that hold something of people's. A read or two for each that would go."""
    going = {one.page_id: one for one in plan.actions if one.verb == "archive" and one.kind == "folder"}
    if not going or not isinstance(wiki, Filing) or wiki.caps.tree:
        return plan
    stay = [one.was.record.source for one in plan.actions if one.local is None and one.was and one.verb == "skip"]
    kept: dict[str, Action] = {}
    for one in sorted(going.values(), key=lambda one: -one.key.count("/")):
        folder = one.was.record.source if one.was is not None else ""
        if any(source.startswith(folder) and source != folder for source in stay):
            kept[one.page_id] = msgspec.structs.replace(one, verb="skip", reason="kept: reports of it stay")
        elif one.page is not None and wiki.others_on(one.page, going.keys() - kept.keys()):
            kept[one.page_id] = msgspec.structs.replace(one, verb="skip", reason="kept: people wrote on it")
    actions = (kept.get(one.page_id, one) if one.kind == "folder" else one for one in plan.actions)
    return msgspec.structs.replace(plan, actions=tuple(actions))
