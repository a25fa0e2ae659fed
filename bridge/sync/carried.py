"""What commands decided about a published report (its badge, successor, owner), as far as it holds for its new version."""

from __future__ import annotations

import datetime as dt

from adapters.base import Record
from bridge.sync.actions import Local


def carried(was: Record, local: Local, today: str) -> dict[str, object]:
    """Fields of the record to keep. A handed-over report is its new owner's until its source names another one."""
    handed = was.handed if was.handed and local.owner == was.handed[0] else ()
    notices = tuple(one for one in was.notices if one.kind != "owner" or handed)
    stale = was.badge == "stale" and not past(local.review_by, today)
    return {
        "owner": handed[1] if handed else local.owner,
        "handed": handed,
        "notices": notices,
        "badge": "" if stale else was.badge,
        "questions": was.questions,
    }


def past(iso: str, today: str) -> bool:
    """Whether a day lies before another one; False for what is no day."""
    try:
        return bool(iso) and dt.date.fromisoformat(iso[:10]) < dt.date.fromisoformat(today)
    except ValueError:
        return False
