"""``status``: how each report stands between its source and its page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from adapters.base import Record, Wiki
from bridge.hub.known import questions_in
from bridge.hub.model import HEALTH, card_of, told_of_card
from bridge.publish import publish
from bridge.settings import Settings
from bridge.sync.actions import Action, Flags
from bridge.sync.carried import past


def status_of(
    settings: Settings, wiki: Wiki, name: str, today: dt.date | None = None, *, views: bool = False
) -> dict[str, Any]:
    """Every report with its state, owner, age in days and link; counts by state. Writes nothing.

    ``questions`` are those that the last audit found. ``views``: with views and viewers where the wiki tells them, for two requests a page.
    """
    done = publish(settings, wiki, name, flags=Flags(), write=False)
    day = today or dt.datetime.now(dt.UTC).date()
    health = next((one.was.record for one in done.actions if one.key == HEALTH and one.was), None)
    asked = questions_in(health)
    reports = [_entry(one, day, asked) for one in done.actions if one.kind == "report"]
    if views:
        pages = {one.page.id: one.page for one in done.actions if one.kind == "report" and one.page is not None}
        read = wiki.readership(list(pages.values()))
        for entry in reports:
            found = read.get(entry["page_id"])
            entry |= {"views": found.views if found else None, "viewers": found.viewers if found else None}
    return {"schema": 1, "target": name, "reports": reports, "counts": dict(Counter(one["state"] for one in reports))}


def status_text(found: dict[str, Any]) -> str:
    """The same, one line a report."""
    rows = [
        f"{one['state']:<14} {one['source'] or one['key']}  {one['owner'] or 'no owner'}  "
        f"{'never published' if one['age_days'] is None else str(one['age_days']) + ' d'}  {_views(one)}{one['url']}".rstrip()
        for one in found["reports"]
    ]
    totals = ", ".join(f"{number} {state}" for state, number in sorted(found["counts"].items()))
    return "\n".join([*rows, totals or "no reports"])


def _views(entry: dict[str, Any]) -> str:
    if entry.get("views") is None:
        return ""
    return f"{entry['views']} views by {entry['viewers']}  "


def _entry(one: Action, day: dt.date, asked: Mapping[str, int] | None) -> dict[str, Any]:
    record = one.was.record if one.was else None
    published = record.published[:10] if record else ""
    return {
        "key": one.key,
        "source": one.source,
        "title": one.title,
        "state": state_of(one, day),
        "reason": one.reason,
        "owner": _owner(one, record),
        **told_of_card(card_of(record) if record else None),
        "fresh_until": _fresh_until(one, record),
        "questions": None if asked is None else asked.get(one.key, 0),
        "age_days": (day - dt.date.fromisoformat(published)).days if published else None,
        "url": one.url,
        "page_id": one.page_id,
    }


def state_of(one: Action, day: dt.date) -> str:
    """``in sync``, ``changed here``, ``edited there`` … of one action of a plan."""
    if one.verb == "error":
        return "broken"
    if one.was and one.was.page is not None and one.was.page.status == "outside" and one.verb == "conflict":
        return "moved out"
    if one.reason.startswith("both gone") or (one.was and one.was.page is None) or one.reason.startswith("page "):
        return "gone"
    if one.verb == "conflict":
        return "conflict"
    if one.reason.startswith("edited on wiki"):
        return "edited there"
    if one.reason.startswith("source removed"):
        return "source removed"
    if one.reason.startswith("kept"):
        return "not included"
    if one.verb == "create":
        return "new"
    if one.verb in {"update", "move"}:
        return "changed here"
    if one.was and one.was.record.superseded_by:
        return "superseded"
    return "stale" if past(_fresh_until(one, one.was.record if one.was else None), day.isoformat()) else "in sync"


def _fresh_until(one: Action, record: Record | None) -> str:
    """The day until which it holds: by its source, else as it was published; empty where neither says."""
    return (one.local.review_by if one.local else "") or (record.review_by if record else "")


def _owner(one: Action, record: Record | None) -> str:
    """Who answers for it: the source's word, unless a command gave it to somebody else."""
    named = one.local.owner if one.local else ""
    if record is not None and (not named or (record.handed and record.handed[0] == named)):
        return record.owner
    return named
