"""One published report, by whatever people call it; its history, and its end."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import msgspec

from adapters.base import Observed, Page, Tracked, Wiki
from bridge.discover import UsageError
from converters.errors import BridgeError


class Conflict(BridgeError):
    """People's work stands in the way; exit code 7."""


def find(observed: Observed, name: str) -> Tracked:
    """The report of a source's path, key, title, page id or address. Raises UsageError for none, or several."""
    wanted = name.strip()
    found = {
        one.record.key: one
        for one in observed.tracked.values()
        if one.record.kind == "report" and wanted in _names(one)
    }
    if not found:
        low = wanted.casefold()
        found = {
            one.record.key: one
            for one in observed.tracked.values()
            if one.record.kind == "report" and low in {each.casefold() for each in _names(one)}
        }
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        keys = ", ".join(sorted(found)[:5])
        raise UsageError(f"{name!r} may be any of {len(found)} reports: {keys}", hint="name it by one of these keys")
    names = {each for one in observed.tracked.values() if one.record.kind == "report" for each in _names(one) if each}
    close = get_close_matches(wanted, sorted(names), 1)
    hint = f"did you mean {close[0]!r}?" if close else "name it by its file, its title or its page's address"
    raise UsageError(f"there is no published report {name!r}", hint=hint)


def history_of(wiki: Wiki, name: str, report: str) -> dict[str, Any]:
    """Versions of a report's page, newest first. Writes nothing."""
    one = find(wiki.observe(), report)
    page = live_page(one)
    versions = [msgspec.to_builtins(version) for version in wiki.versions(page)]
    record = one.record
    return {
        "schema": 1, "target": name, "key": record.key, "title": page.title, "url": page.url,
        "page_id": page.id, "published": record.published, "versions": versions,
    }  # fmt: skip


def history_text(found: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{found['title']}  {found['url']}".rstrip()]
    for one in found["versions"]:
        who = "" if one["ours"] else f"  {one['author'] or 'somebody'}"
        lines.append(f"{one['number']:>4}  {one['when'][:16].replace('T', ' ')}{who}  {one['message']}".rstrip())
    if not found["versions"]:
        lines.append(f"last published {found['published'][:16].replace('T', ' ') or 'at an unknown time'}; "
                     "this wiki shows its history to people only")  # fmt: skip
    return "\n".join(lines)


def remove(wiki: Wiki, name: str, report: str, *, force: bool = False) -> dict[str, Any]:
    """The report's page archived (or in the trash), its record gone. Raises Conflict where people have edited it."""
    observed = wiki.observe()
    one = find(observed, report)
    page = live_page(one)
    below = [
        other.record.title
        for other in observed.tracked.values()
        if other.page is not None and other.page.status == "current" and other.page.parent == page.id
    ]
    if below:
        raise Conflict(f"pages stand below {page.title!r}: {', '.join(below[:3])}", hint="remove or move those first")
    if one.edited and not force:
        by = f" by {one.edited_by}" if one.edited_by else ""
        raise Conflict(f"{page.title!r} was edited on the wiki{by}", hint="--force removes it all the same")
    wiki.begin(observed)
    wiki.archive(page, one.record)
    wiki.finish(observed, (), (one.record.key,))
    return {
        "schema": 1, "target": name, "verb": wiki.caps.archive, "key": one.record.key,
        "source": one.record.source.partition(":")[2] or one.record.source,
        "title": page.title, "page_id": page.id, "url": page.url,
    }  # fmt: skip


def live_page(one: Tracked) -> Page:
    """The report's page. Raises UsageError where it is gone, archived or in the trash."""
    if one.page is None or one.page.status != "current":
        state = "gone" if one.page is None else one.page.status
        raise UsageError(f"the page of {one.record.title!r} is {state}", hint="sync --recreate makes it again")
    return one.page


def _names(one: Tracked) -> set[str]:
    record, page = one.record, one.page
    names = {record.key, record.source, record.source.partition(":")[2], record.title, record.page}
    if page is not None:
        names |= {page.id, page.id.replace("-", ""), page.title, page.url}
    return names - {""}
