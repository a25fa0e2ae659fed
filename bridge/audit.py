"""``audit``: which published reports need somebody, from the wiki's records alone; stale ones get their badge."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from adapters.base import Readership, Record, Tracked, Wiki
from bridge.discover import SourceTree, UsageError, discover
from bridge.settings import Settings
from bridge.succession import tell_all
from bridge.sync.carried import past

FINDINGS = ("stale", "superseded", "ownerless", "untagged", "orphaned", "never read")
UNREAD_DAYS = 14
"""Days for which a report may go unread before that is a finding. Ours: two weekly digests."""


def audit_of(
    settings: Settings, wiki: Wiki, name: str, *, today: dt.date | None = None, write: bool = True
) -> dict[str, Any]:
    """Every report with its findings, owner, age, views and viewers; counts by finding; badges set and taken away.

    Bodies are neither rendered nor written: a scheduled audit costs a badge for each report that became stale.
    """
    day = (today or dt.datetime.now(dt.UTC).date()).isoformat()
    observed = wiki.observe()
    reports = [
        one
        for _, one in sorted(observed.tracked.items())
        if one.record.kind == "report" and one.page is not None and one.page.status == "current"
    ]
    read = wiki.readership([one.page for one in reports if one.page is not None])
    orphaned = _orphans(settings)
    entries = [_entry(one, day, read.get(one.record.page), orphaned) for one in reports]
    wanted = [(one, _badged(one.record, entry["findings"])) for one, entry in zip(reports, entries, strict=True)]
    changed = [pair for pair in wanted if pair[1].badge != pair[0].record.badge]
    done = tell_all(wiki, observed, changed) if write else []
    told = {one["key"]: one for one in done}
    badges = Counter(record.badge or "none" for _, record in changed if told.get(record.key, {}).get("verb") == "tell")
    return {
        "schema": 1,
        "target": name,
        "reports": entries,
        "counts": {finding: number for finding in FINDINGS if (number := _count(entries, finding))},
        "badges": {"set": badges["stale"], "removed": badges["none"]},
        "errors": [one for one in done if one["verb"] == "error"],
        "requests": msgspec.to_builtins(wiki.requests),
    }


def audit_text(found: dict[str, Any]) -> str:
    """The same for people: reports with findings, the totals."""
    rows = []
    for one in found["reports"]:
        if one["findings"]:
            views = f"  {one['views']} views" if one["views"] is not None else ""
            owner = one["owner"] or "no owner"
            rows.append(f"{', '.join(one['findings']):<28} {one['source']}  {owner}{views}  {one['url']}".rstrip())
    rows += [f"x {one['source']}: {one['reason']}" for one in found["errors"]]
    totals = ", ".join(f"{number} {finding}" for finding, number in found["counts"].items())
    number = len(found["reports"])
    badges = found["badges"]
    shown = [f"{badges[which]} {text}" for which, text in (("set", "marked stale"), ("removed", "no longer stale")) if badges[which]]  # fmt: skip
    return "\n".join([*rows, "; ".join(filter(None, (f"{number} reports", totals or "nothing found", *shown)))])


def _entry(one: Tracked, day: str, read: Readership | None, orphaned: Callable[[str], bool]) -> dict[str, Any]:
    record, page = one.record, one.page
    published = record.published[:10]
    age = (dt.date.fromisoformat(day) - dt.date.fromisoformat(published)).days if published else None
    never = read is not None and read.views == 0 and age is not None and age >= UNREAD_DAYS
    holds = {
        "stale": not record.superseded_by and past(record.review_by, day),
        "superseded": bool(record.superseded_by),
        "ownerless": not record.owner,
        "untagged": record.topics == (),
        "orphaned": orphaned(record.source),
        "never read": never,
    }
    return {
        "key": record.key,
        "source": record.source.partition(":")[2] or record.source,
        "title": page.title if page else record.title,
        "findings": [finding for finding in FINDINGS if holds[finding]],
        "owner": record.owner,
        "fresh_until": record.review_by,
        "age_days": age,
        "views": read.views if read else None,
        "viewers": read.viewers if read else None,
        "page_id": record.page,
        "url": page.url if page else "",
    }


def _badged(record: Record, findings: list[str]) -> Record:
    if record.badge == "superseded":
        return record
    return msgspec.structs.replace(record, badge="stale" if "stale" in findings else "")


def _orphans(settings: Settings) -> Callable[[str], bool]:
    """Whether a record's source is gone from this repository; reports of other ones are theirs to tell."""
    try:
        found = discover(settings)
    except UsageError:  # no document at all here: audit also works beside no sources
        return lambda _: False
    files = SourceTree(settings.root)
    bases = (found.base, *found.former_bases)

    def orphaned(source: str) -> bool:
        base = next((one for one in bases if source.startswith(one)), None)
        return base is not None and not files.exists(source.removeprefix(base))

    return orphaned


def _count(entries: list[dict[str, Any]], finding: str) -> int:
    return sum(finding in one["findings"] for one in entries)
