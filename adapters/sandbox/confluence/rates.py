"""Rate limits, off unless a switch sets them: a bucket of requests, and Cloud's hourly budget of points.

Source: reference section 6. Headers are on every answer; a budget's points are one for a request and one for each object
that it reads.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import Any

from adapters.sandbox.confluence.call import Call
from adapters.sandbox.confluence.errors import Refused
from adapters.sandbox.faults import TokenBucket


def check(call: Call) -> dict[str, str]:
    """The headers of what is left. Raises Refused (429) with all of the vendor's headers where nothing is."""
    return _bucket(call) | _budget(call, 0)


def spend(call: Call, answer: Any) -> dict[str, str]:
    """Takes the cost of an answer off the budget; the headers of what is left."""
    rows = answer.get("results") if isinstance(answer, dict) else None
    reads = len(rows) if isinstance(rows, list) else 1 if call.request.method == "GET" else 0
    return _budget(call, 1 + reads)


def _budget(call: Call, cost: int) -> dict[str, str]:
    """The switch ``confluence_quota`` = {"points": n, "window_s": s}. ``cost`` 0 looks, and refuses where it is used up."""
    plan: dict[str, Any] | None = call.state.switch("confluence_quota", None)
    if not plan or call.flavor != "cloud":
        return {}
    now, name = call.state.now(), f"confluence-quota/{call.user}"
    spent, began = call.state.buckets.get(name, (0, now))
    if now - began >= plan["window_s"]:
        spent, began = 0, now
    left, rest_s = max(0, plan["points"] - spent - cost), began + plan["window_s"] - now
    call.state.buckets[name] = (spent + cost, began)
    headers = {"X-RateLimit-Limit": str(plan["points"]), "X-RateLimit-Remaining": str(left),
               "X-RateLimit-Reset": _iso(now + rest_s)}  # fmt: skip
    if left < plan["points"] / 5:
        headers["X-RateLimit-NearLimit"] = "true"
    if not cost and not left:
        headers |= {"RateLimit-Reason": "confluence-quota-global-based", "Retry-After": str(ceil(rest_s))}
        raise Refused(429, "Rate limit exceeded", headers)
    return headers


def _bucket(call: Call) -> dict[str, str]:
    """The switch ``confluence_rate`` = {"capacity": n, "per_s": x}: one bucket a user; its headers for every answer.

    Raises Refused (429) with all of the vendor's headers (reference section 6).
    """
    plan: dict[str, Any] | None = call.state.switch("confluence_rate", None)
    if not plan:
        return {}
    name = f"confluence/{call.flavor}/{call.user}"
    bucket = call.state.buckets.setdefault(name, TokenBucket(plan["capacity"], plan["per_s"]))
    passed, left, wait_s = bucket.take()
    headers = {"X-RateLimit-Limit": str(int(plan["capacity"])), "X-RateLimit-Remaining": str(int(left))}
    retry_after = str(max(1, ceil(wait_s))) if not passed else "0"
    if call.flavor == "cloud":
        headers["X-RateLimit-Reset"] = _iso(call.state.now() + wait_s)
        if left < plan["capacity"] / 5:
            headers["X-RateLimit-NearLimit"] = "true"
        if not passed:
            headers |= {"RateLimit-Reason": "confluence-burst-based", "Retry-After": retry_after}
    else:
        headers |= {"X-RateLimit-Interval-Seconds": "1", "X-RateLimit-FillRate": str(plan["per_s"]),
                    "Retry-After": retry_after}  # fmt: skip
    if not passed:
        raise Refused(429, "Rate limit exceeded", headers)
    return headers


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
