"""``feedback``: what readers wrote, by report and by the place that it is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from adapters.base import Comment, Observed, Tracked, Wiki
from adapters.errors import NotFound
from bridge.cells import cell_of
from bridge.discover import UsageError
from converters.options import Files

PARALLEL = 4
"""Pages that are asked about at once; the adapters keep to their wiki's allowance."""
_AGO = re.compile(r"(\d{1,4}) ?([dwh])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def since_of(text: str, now: dt.datetime | None = None) -> str:
    """A day, a time, or ``7d``, ``2w``, ``12h`` ago, as ISO 8601 in UTC; empty for all. Raises UsageError."""
    text = text.strip()
    if not text:
        return ""
    ago = _AGO.fullmatch(text)
    moment = now or dt.datetime.now(dt.UTC)
    if ago:
        moment -= dt.timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    else:
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"--since {text!r} is no day", hint="write 2026-11-01, or 7d, 2w, 12h ago") from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def feedback_of(
    wiki: Wiki, name: str, since: str = "", files: Files | None = None, bases: Sequence[str] = ()
) -> dict[str, Any]:
    """Comments on every published report, newest reports' order as in the wiki's records. Writes nothing.

    ``files`` are the sources, where they are here, and ``bases`` how records name their root: comments on a notebook's
    words then tell the cell.
    """
    tracked = published(wiki.observe())
    found = comments_of(wiki, tracked)
    reports = []
    counts = {"open": 0, "resolved": 0}
    for one, comments in zip(tracked, found, strict=True):
        wanted = [comment for comment in comments if not since or _time(comment.created) >= _time(since)]
        for comment in wanted:
            counts["resolved" if comment.status == "resolved" else "open"] += 1
        if wanted and one.page is not None:
            record = one.record
            reports.append({
                "key": record.key, "source": record.source.partition(":")[2] or record.source, "title": record.title, "owner": record.owner,
                "page_id": one.page.id, "url": one.page.url,
                "comments": _in_cells(wanted, _notebook(record.source, files, bases)),
            })  # fmt: skip
    return {"schema": 1, "target": name, "reports": reports, "counts": counts}


def published(observed: Observed) -> list[Tracked]:
    """Reports whose page is there, by key."""
    return [
        one
        for _, one in sorted(observed.tracked.items())
        if one.record.kind == "report" and one.page is not None and one.page.status == "current"
    ]


def comments_of(wiki: Wiki, tracked: Sequence[Tracked]) -> list[list[Comment]]:
    """Comments on each of these pages; none of one that is gone by now. Raises PermissionDenied."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(lambda one: _comments(wiki, one), tracked))


def is_open(comment: Comment) -> bool:
    """Whether a comment waits for an answer."""
    return comment.status != "resolved" and not comment.replies


def feedback_text(found: dict[str, Any]) -> str:
    """The same for people."""
    out: list[str] = []
    for report in found["reports"]:
        out.append(f"{report['title']}  {report['url']}".rstrip())
        for comment in report["comments"]:
            cell = f" in cell {comment['cell']}" if comment["cell"] else ""
            near = f" under “{comment['near']}”" if comment["near"] else ""
            words = f" on “{_short(comment['words'])}”" if comment["words"] else ""
            status = "" if comment["status"] == "open" else f" ({comment['status']})"
            more = f", {comment['replies']} replies" if comment["replies"] else ""
            out.append(
                f"  {comment['created'][:10]}  {comment['author'] or 'somebody'}{words}{cell}{near}{status}{more}"
            )
            out.append(f"    {comment['text']}")
    counts = found["counts"]
    total = f"{counts['open']} open, {counts['resolved']} resolved" if any(counts.values()) else "no comments"
    return "\n".join([*out, total])


def _notebook(source: str, files: Files | None, bases: Sequence[str]) -> bytes:
    """Bytes of a report's notebook; none of another repository's, whose path may be there as well."""
    base = next((one for one in bases if source.startswith(one)), None)
    if files is None or base is None or not source.endswith(".ipynb"):
        return b""
    try:
        return files.read(source.removeprefix(base))
    except OSError:
        return b""


def _in_cells(comments: list[Comment], notebook: bytes) -> list[dict[str, Any]]:
    """Comments as JSON, with the number of the notebook's cell that their words stand in; 0 where that can't be told."""
    return [
        {**msgspec.to_builtins(one), "cell": cell_of(notebook, one.words) if notebook and one.words else 0}
        for one in comments
    ]


def _comments(wiki: Wiki, one: Tracked) -> list[Comment]:
    if one.page is None:
        return []
    try:
        return list(wiki.comments(one.page))
    except NotFound:
        return []  # taken away while we were reading


def _time(iso: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(iso)
    except ValueError:
        return dt.datetime.max.replace(tzinfo=dt.UTC)  # a time that can't be read is never left out
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
