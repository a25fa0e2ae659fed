"""``status``: how each report stands between its source and its page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from adapters.base import Wiki
from bridge.publish import publish
from bridge.settings import Settings
from bridge.sync.actions import Action, Flags


def status_of(settings: Settings, wiki: Wiki, name: str, today: dt.date | None = None) -> dict[str, Any]:
    """Every report with its state, owner, age in days and link; counts by state. Writes nothing."""
    done = publish(settings, wiki, name, flags=Flags(), write=False)
    day = today or dt.datetime.now(dt.UTC).date()
    reports = [_entry(one, day) for one in done.actions if one.kind == "report"]
    return {"schema": 1, "target": name, "reports": reports, "counts": dict(Counter(one["state"] for one in reports))}


def status_text(found: dict[str, Any]) -> str:
    """The same, one line a report."""
    rows = [
        f"{one['state']:<14} {one['source'] or one['key']}  {one['owner'] or 'no owner'}  "
        f"{'never published' if one['age_days'] is None else str(one['age_days']) + ' d'}  {one['url']}".rstrip()
        for one in found["reports"]
    ]
    totals = ", ".join(f"{number} {state}" for state, number in sorted(found["counts"].items()))
    return "\n".join([*rows, totals or "no reports"])


def _entry(one: Action, day: dt.date) -> dict[str, Any]:
    record = one.was.record if one.was else None
    published = record.published[:10] if record else ""
    return {
        "key": one.key,
        "source": one.source,
        "title": one.title,
        "state": _state(one, day),
        "reason": one.reason,
        "owner": (one.local.owner if one.local else "") or (record.owner if record else ""),
        "age_days": (day - dt.date.fromisoformat(published)).days if published else None,
        "url": one.url,
        "page_id": one.page_id,
    }


def _state(one: Action, day: dt.date) -> str:
    if one.verb == "error":
        return "broken"
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
    review_by = (one.local.review_by if one.local else "") or (one.was.record.review_by if one.was else "")
    return "stale" if _past(review_by, day) else "in sync"


def _past(iso: str, day: dt.date) -> bool:
    try:
        return bool(iso) and dt.date.fromisoformat(iso[:10]) < day
    except ValueError:
        return False
