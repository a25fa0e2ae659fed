"""Reports that replace others, and owners that follow others: decided on the wiki, kept in its records.

Pages get a line above their body, which stays as it is, and later syncs keep it. The next sync finds nothing to do; with a
hub, it writes once what tells readers elsewhere: the old report's page properties, home and the news.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from adapters.base import Notice, Observed, Record, Tracked, Wiki
from bridge.discover import UsageError
from bridge.reports import Conflict, find, live_page
from converters.errors import BridgeError

CLOSED = "readers"
"""In the state of a record whose page only some may read: its title isn't told on other pages."""


def supersede(wiki: Wiki, name: str, old: str, new: str) -> dict[str, Any]:
    """The old report marked as replaced by the new one, both ways. Writes nothing where that was done before."""
    observed = wiki.observe()
    before, after = find(observed, old), find(observed, new)
    live_page(before), live_page(after)
    if before.record.key == after.record.key:
        raise UsageError(f"{old!r} and {new!r} are the same report")
    if _leads_to(observed, after.record, before.record.key):
        raise Conflict(f"{after.record.title!r} is itself replaced by {before.record.title!r}")
    gone = Notice(kind="superseded", text="A newer report replaces this one. Read instead:", **_to(after))
    from_ = Notice(kind="supersedes", text="This report replaces", **_to(before))
    told = (
        msgspec.structs.replace(
            before.record,
            badge="superseded",
            superseded_by=after.record.key,
            notices=_with(before.record, gone, lambda one: one.kind == "superseded"),
        ),
        msgspec.structs.replace(
            after.record,
            notices=_with(after.record, from_, lambda one: one.kind == "supersedes" and one.key == from_.key),
        ),
    )
    done = tell_all(wiki, observed, list(zip((before, after), told, strict=True)))
    return {"schema": 1, "target": name, "verb": "supersede", "reports": done}


def reassign(wiki: Wiki, name: str, from_: str, to: str, today: dt.date | None = None) -> dict[str, Any]:
    """All reports of one owner given to another one. Raises UsageError where the first owns nothing."""
    former, new = from_.strip(), to.strip()
    if not former or not new or former.casefold() == new.casefold():
        raise UsageError("--from and --to name two people")
    observed = wiki.observe()
    reports = {key: one for key, one in observed.tracked.items() if one.record.kind == "report" and one.page}
    owned = [one for _, one in sorted(reports.items()) if one.record.owner.casefold() == former.casefold()]
    if not owned:
        owners = sorted({one.record.owner for one in reports.values() if one.record.owner})
        if new.casefold() in {one.casefold() for one in owners}:
            return {"schema": 1, "target": name, "verb": "reassign", "from": former, "to": new, "reports": []}
        hint = f"owners here: {', '.join(owners[:10])}" if owners else "no report here has an owner"
        raise UsageError(f"{former!r} owns no report", hint=hint)
    day = (today or dt.datetime.now(dt.UTC).date()).isoformat()
    wanted = [(one, _handed(one.record, new, day)) for one in owned]
    done = tell_all(wiki, observed, wanted)
    return {"schema": 1, "target": name, "verb": "reassign", "from": former, "to": new, "reports": done}


def _handed(record: Record, to: str, day: str) -> Record:
    source = record.handed[0] if record.handed else record.owner
    back = to.casefold() == source.casefold()
    notice = Notice(kind="owner", text=f"Owner since {day}: {to} (before: {record.owner})")
    rest = tuple(one for one in record.notices if one.kind != "owner")
    return msgspec.structs.replace(
        record, owner=to, handed=() if back else (source, to), notices=rest if back else (*rest, notice)
    )


def tell_all(wiki: Wiki, observed: Observed, wanted: Sequence[tuple[Tracked, Record]]) -> list[dict[str, Any]]:
    """What became of each report: ``verb`` is tell, skip (nothing to write) or error. The others go on."""
    todo = [(was, record) for was, record in wanted if record != was.record]
    written: list[Record] = []
    failed: dict[str, str] = {}
    if todo:
        wiki.begin(observed)
    for was, record in todo:
        try:
            written.append(wiki.tell(was, record).record)
        except BridgeError as error:
            failed[record.key] = error.message
    if written:
        wiki.finish(observed, written, ())
    keys = {record.key for record in written}
    return [
        {
            "key": record.key, "source": record.source.partition(":")[2] or record.source, "title": record.title,
            "verb": "tell" if record.key in keys else "error" if record.key in failed else "skip",
            "reason": failed.get(record.key, ""), "page_id": record.page, "url": was.page.url if was.page else "",
        }
        for was, record in wanted
    ]  # fmt: skip


def _leads_to(observed: Observed, record: Record, key: str) -> bool:
    """Whether a report's chain of successors ends up at a key."""
    seen: set[str] = set()
    while record.superseded_by and record.superseded_by not in seen:
        if record.superseded_by == key:
            return True
        seen.add(record.superseded_by)
        following = observed.tracked.get(record.superseded_by)
        if following is None:
            return False
        record = following.record
    return False


def _to(one: Tracked) -> dict[str, str]:
    page = live_page(one)
    title = "a report that not everybody may read" if one.record.state.get(CLOSED) else page.title
    return {"title": title, "url": page.url, "key": one.record.key}


def _with(record: Record, notice: Notice, same: Callable[[Notice], bool]) -> tuple[Notice, ...]:
    """The notices with this one in the place of one that says the same."""
    kept = [one for one in record.notices if not same(one)]
    return record.notices if notice in record.notices else (*kept, notice)


def told_text(found: dict[str, Any]) -> str:
    """How it ended, one line a report."""
    signs = {"tell": "~", "skip": "=", "error": "x"}
    rows = [f"{signs[one['verb']]} {one['source']} → {one['title']!r}  {one['reason'] or one['url']}".rstrip()
            for one in found["reports"]]  # fmt: skip
    done = sum(one["verb"] == "tell" for one in found["reports"])
    return "\n".join([*rows, f"{done} page{'' if done == 1 else 's'} told" if done else "nothing to do"])
