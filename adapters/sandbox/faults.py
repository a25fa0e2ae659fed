"""Planned misfortune: which requests are delayed, refused, or cut off, decided by rules and a seed.

The plan is the JSON of ``GET`` and ``PUT /sandbox/faults``::

    {"seed": 7, "rate": 0.1, "rules": [
        {"path": "/wiki/api/v2/pages/*", "method": "PUT", "status": 503, "rate": 0.5, "skip": 2, "times": 3,
         "delay_s": 0.2, "reset": "before" | "after" | null, "retry_after": 1, "body": {...}, "headers": {...},
         "after_work": true}],
     "switches": {...}, "clock_offset_s": 0}

``skip`` lets the first matches pass. A rule without ``rate`` uses the plan's; without that it always strikes. ``path`` is a glob over the decoded path, or,
between slashes with a caret (``/^…$/``) or after ``re:``, a regular expression. A plan with a rate and no rules
strikes everything with a mix of transient failures. The n-th match of a rule strikes or not by (seed, rule, n) alone,
so a plan gives the same run twice whatever the threads do. A rule with a status and without ``body`` answers in the
vendor's own error shape. Plan and counts survive a restart where the sandbox has a data file.
"""

from __future__ import annotations

import fnmatch
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from adapters.sandbox.fault_bodies import vendor_error
from adapters.sandbox.http import Request, Response

_RESETS = ("before", "after", None)
_FIELDS = {
    "path": str, "method": str, "status": int, "rate": (int, float), "times": int, "skip": int, "delay_s": (int, float),
    "reset": (str, type(None)), "retry_after": (int, float, type(None)), "body": object, "headers": dict,
    "after_work": bool,
}  # fmt: skip
# What a plan with a rate and no rules does: the transient failures that clients must survive.
_MIX: tuple[dict[str, Any], ...] = (
    {"status": 503, "retry_after": 0},
    {"status": 502},
    {"status": 429, "retry_after": 0},
    {"reset": "before"},
    {"reset": "after"},
    {"status": 504, "after_work": True},
)


class BadPlan(ValueError):
    """A fault plan with an unknown field or a wrong value."""


@dataclass(frozen=True, slots=True)
class Strike:
    """What happens to one request."""

    delay_s: float = 0.0
    reset: Literal["before", "after"] | None = None
    response: Response | None = None
    after_work: bool = False


@dataclass(slots=True)
class _Rule:
    raw: dict[str, Any]
    pattern: re.Pattern[str]
    matched: int = 0
    struck: int = 0

    def fits(self, request: Request) -> bool:
        method = self.raw.get("method", "*").upper()
        return method in {"*", "", request.method} and self.pattern.search(request.path) is not None


@dataclass(slots=True)
class Faults:
    """The current plan. ``strike`` is asked once for each request outside ``/sandbox``."""

    plan: dict[str, Any] = field(default_factory=dict)
    rules: list[_Rule] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    keep: Callable[[dict[str, Any]], None] | None = None
    """Is given plan and counts after each change, for :meth:`resume`."""

    def resume(self, kept: dict[str, Any]) -> None:
        """Goes on with what ``keep`` was given in an earlier run."""
        self.load(kept.get("plan", {}))
        for rule, (matched, struck) in zip(self.rules, kept.get("counts", []), strict=False):
            rule.matched, rule.struck = matched, struck

    def _keep(self) -> None:
        if self.keep is not None:
            self.keep({"plan": self.plan, "counts": [(rule.matched, rule.struck) for rule in self.rules]})

    def load(self, plan: dict[str, Any]) -> None:
        """Replaces the plan. Raises BadPlan and leaves the old one."""
        unknown = set(plan) - {"rate", "seed", "rules", "switches", "clock_offset_s"}
        if unknown:
            raise BadPlan(f"unknown field {min(unknown)!r} in the fault plan")
        raw = plan.get("rules", [])
        if not isinstance(raw, list) or not all(isinstance(rule, dict) for rule in raw):
            raise BadPlan("rules must be a list of objects")
        if not raw and plan.get("rate"):
            rules = [_rule({"path": "*", "rate": float(plan["rate"]) / len(_MIX), **mix}) for mix in _MIX]
        else:
            rules = [_rule({"rate": plan.get("rate", 1), **rule}) for rule in raw]
        with self.lock:
            self.plan, self.rules = {k: plan[k] for k in ("rate", "seed", "rules") if k in plan}, rules
            self._keep()

    def as_json(self) -> dict[str, Any]:
        """The plan as it was put, and how often each rule struck."""
        with self.lock:
            return {
                "rate": self.plan.get("rate", 0),
                "seed": self.plan.get("seed", 0),
                "rules": self.plan.get("rules", []),
                "struck": [rule.struck for rule in self.rules],
            }

    def strike(self, request: Request) -> Strike | None:
        """The first rule that strikes this request, or None."""
        if not self.rules:
            return None
        with self.lock:
            before = sum(rule.matched for rule in self.rules)
            struck = self._struck(request)
            if sum(rule.matched for rule in self.rules) != before:
                self._keep()
        return None if struck is None else _strike(struck.raw, request)

    def _struck(self, request: Request) -> _Rule | None:
        seed = self.plan.get("seed", 0)
        for index, rule in enumerate(self.rules):
            if not rule.fits(request) or rule.struck >= rule.raw.get("times", float("inf")):
                continue
            rule.matched += 1
            if rule.matched <= rule.raw.get("skip", 0):
                continue
            chance = random.Random(f"{seed}/{index}/{rule.matched}").random()  # noqa: S311 - repeatable on purpose
            if chance < rule.raw["rate"]:
                rule.struck += 1
                return rule
        return None


def _rule(raw: dict[str, Any]) -> _Rule:
    for name, value in raw.items():
        if name not in _FIELDS:
            raise BadPlan(f"unknown field {name!r} in a fault rule")
        if not isinstance(value, _FIELDS[name]):  # type: ignore[arg-type]
            raise BadPlan(f"wrong type for {name!r} in a fault rule")
    if raw.get("reset") not in _RESETS:
        raise BadPlan("reset must be 'before', 'after' or null")
    path = raw.get("path", "*")
    try:
        if path.startswith("re:"):
            return _Rule(raw, re.compile(path[3:]))
        if path.startswith("/^"):
            return _Rule(raw, re.compile(path[1:].removesuffix("/")))
        return _Rule(raw, re.compile(fnmatch.translate(path)))
    except re.error as error:
        raise BadPlan(f"path {path!r} is no regular expression: {error}") from error


def _strike(raw: dict[str, Any], request: Request) -> Strike:
    response = None
    status = raw.get("status")
    if status is not None:
        headers = {str(k): str(v) for k, v in raw.get("headers", {}).items()}
        if raw.get("retry_after") is not None:
            headers.setdefault("Retry-After", str(raw["retry_after"]))
        body = raw["body"] if "body" in raw else vendor_error(request, int(status), raw.get("retry_after"))
        response = Response(int(status), body, headers)
    return Strike(float(raw.get("delay_s", 0)), raw.get("reset"), response, bool(raw.get("after_work", False)))


class TokenBucket:
    """A rate limit: ``capacity`` requests at once, refilled at ``per_s`` a second (monotonic clock)."""

    def __init__(self, capacity: float, per_s: float) -> None:
        self.capacity, self.per_s = float(capacity), float(per_s)
        self.level, self.stamp = self.capacity, time.monotonic()
        self.lock = threading.Lock()

    def take(self) -> tuple[bool, float, float]:
        """Whether one request may pass, the tokens left, and the seconds until the next token."""
        with self.lock:
            now = time.monotonic()
            self.level = min(self.capacity, self.level + (now - self.stamp) * self.per_s)
            self.stamp = now
            if self.level >= 1:
                self.level -= 1
                return True, self.level, 0.0
            return False, self.level, (1 - self.level) / self.per_s if self.per_s else 60.0
