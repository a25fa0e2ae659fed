"""``audit``: which published reports need somebody, from the wiki's records alone; stale ones get their badge."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from adapters.base import Readership, Record, Tracked, Wiki
from adapters.errors import PermissionDenied
from bridge.documents import Sources
from bridge.feedback import comments_of, is_open, published
from bridge.health import has_hub, health_of, told_of, write_health
from bridge.hub.health import ownerless, rounded
from bridge.hub.model import card_of, told_of_card
from bridge.settings import Settings
from bridge.succession import tell_all
from bridge.sync.carried import past

log = logging.getLogger(__name__)

FINDINGS = ("stale", "superseded", "ownerless", "untagged", "orphaned", "never read")
UNREAD_DAYS = 14
"""Days for which a report may go unread before that is a finding. Ours: two weekly digests."""


def audit_of(
    settings: Settings,
    wiki: Wiki,
    name: str,
    *,
    today: dt.date | None = None,
    write: bool = True,
    questions: bool | None = None,
) -> dict[str, Any]:
    """Every report with its findings, owner, age, views, viewers and open questions; counts by finding; documents that
    aren't published; badges set and taken away; what became of the hub's page of health (``verb``, empty without a hub).

    Bodies of reports are neither rendered nor written: a scheduled audit costs a badge for each report that became stale,
    and the page of health where something on it changed. ``questions`` cost a request or two for each report, and are
    asked for where a hub shows them, unless the wiki has them by block; without them, those found last stay on the page.
    """
    day = (today or dt.datetime.now(dt.UTC).date()).isoformat()
    observed = wiki.observe()
    reports = published(observed)
    read = wiki.readership([one.page for one in reports if one.page is not None])
    hub = settings.file.hub.enabled and has_hub(observed)
    asks = hub and not wiki.caps.comments_by_block if questions is None else questions
    asked = _questions(wiki, reports) if asks else None
    sources = Sources(settings)
    entries = [_entry(one, day, read.get(one.record.page), sources, settings.file.hub.left, asked) for one in reports]
    wanted = [
        (one, _told(one.record, entry, counted=hub and wiki.caps.counts))
        for one, entry in zip(reports, entries, strict=True)
    ]
    changed = [pair for pair in wanted if pair[1] != pair[0].record]
    done = tell_all(wiki, observed, changed) if write else []
    page = {"verb": "", "reason": "", "url": ""}
    if hub and write:
        observed = wiki.observe() if done else observed  # records are kept by what is known of all of them
        health = health_of(observed, entries, sources.coverage(reports), read, asked, columns=wiki.caps.counts)
        page = told_of(write_health(settings, wiki, name, observed, health))
    return {
        "schema": 1,
        "target": name,
        "reports": entries,
        "counts": {finding: number for finding in FINDINGS if (number := _count(entries, finding))},
        "unpublished": sources.unpublished(reports),
        "badges": _badges(changed, done),
        "health": page,
        "errors": [one for one in done if one["verb"] == "error"],
        "requests": msgspec.to_builtins(wiki.requests),
    }


def _badges(changed: Sequence[tuple[Tracked, Record]], done: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many badges were set and taken away."""
    told = {one["key"] for one in done if one["verb"] == "tell"}
    badges = Counter(
        record.badge or "none" for was, record in changed if record.key in told and record.badge != was.record.badge
    )
    return {"set": badges["stale"], "removed": badges["none"]}


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
    shown = [f"{len(found['unpublished'])} documents not published"] if found["unpublished"] else []
    shown += [f"{badges[which]} {text}" for which, text in (("set", "marked stale"), ("removed", "no longer stale")) if badges[which]]  # fmt: skip
    if found["health"]["verb"] in {"create", "update", "conflict", "error"}:
        rows.append(
            f"health page: {found['health']['verb']} ({found['health']['reason']})  {found['health']['url']}".rstrip()
        )
    return "\n".join([*rows, "; ".join(filter(None, (f"{number} reports", totals or "nothing found", *shown)))])


def _questions(wiki: Wiki, reports: Sequence[Tracked]) -> dict[str, int] | None:
    """Unanswered comments by report, of those that have any; None where our token may not read comments."""
    try:
        found = comments_of(wiki, reports)
    except PermissionDenied as error:
        log.warning("open questions are left out: %s", error.message)
        return None
    counted = {
        one.record.key: sum(is_open(comment) for comment in comments)
        for one, comments in zip(reports, found, strict=True)
    }
    return {key: number for key, number in counted.items() if number}


def _entry(
    one: Tracked,
    day: str,
    read: Readership | None,
    sources: Sources,
    left: Sequence[str],
    asked: Mapping[str, int] | None,
) -> dict[str, Any]:
    record, page = one.record, one.page
    card = card_of(record)
    published = record.published[:10]
    age = (dt.date.fromisoformat(day) - dt.date.fromisoformat(published)).days if published else None
    never = read is not None and read.views == 0 and age is not None and age >= UNREAD_DAYS
    holds = {
        "stale": not record.superseded_by and past(record.review_by, day),
        "superseded": bool(record.superseded_by),
        "ownerless": ownerless(record.owner, card, left),
        "untagged": record.topics == (),
        "orphaned": sources.orphaned(record.source),
        "never read": never,
    }
    return {
        "key": record.key,
        "source": record.source.partition(":")[2] or record.source,
        "title": page.title if page else record.title,
        "findings": [finding for finding in FINDINGS if holds[finding]],
        **told_of_card(card),
        "owner": record.owner,
        "fresh_until": record.review_by,
        "age_days": age,
        "views": read.views if read else None,
        "viewers": read.viewers if read else None,
        "questions": None if asked is None else asked.get(record.key, 0),
        "page_id": record.page,
        "url": page.url if page else "",
    }


def _told(record: Record, entry: Mapping[str, Any], *, counted: bool) -> Record:
    """The record with the badge that readers are to see, and where the wiki has a column of them its open questions."""
    if counted and entry["questions"] is not None:
        record = msgspec.structs.replace(record, questions=rounded(entry["questions"]))
    if record.badge == "superseded":
        return record
    return msgspec.structs.replace(record, badge="stale" if "stale" in entry["findings"] else "")


def _count(entries: list[dict[str, Any]], finding: str) -> int:
    return sum(finding in one["findings"] for one in entries)
