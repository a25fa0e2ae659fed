"""A small language for request shapes. A check appends one line per fault, in the words of Notion's validator.

``record({...})`` refuses unknown keys, ``tagged({...})`` is a union whose key names the variant. Values that are not
there are :data:`ABSENT`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from adapters.sandbox.notion.errors import invalid

Check = Callable[[Any, str, list[str]], None]


class _Absent:
    """The type of :data:`ABSENT`."""


ABSENT: Final = _Absent()
# Ids look like random UUIDs of version 4; others are refused with "should be a valid uuid".
UUID4 = re.compile(r"^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$", re.IGNORECASE)
_SHOWN_CHARS = 55  # longer values are cut in messages; counted in messages that issue reports quote


def shown(value: Any) -> str:
    """A value as messages quote it."""
    if value is ABSENT:
        return "undefined"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."


class Fault(str):
    """A line ``<path> should be <wanted>, instead was `<value>`.``, with what it was made of."""

    __slots__ = ("path", "wanted", "was")
    path: str
    wanted: tuple[str, ...]
    was: str

    @classmethod
    def of(cls, path: str, wanted: tuple[str, ...], was: str) -> Fault:
        """The line; what is wanted is listed as ``a``, ``a or b``, ``a, b, or c``."""
        listed = wanted[0] if len(wanted) == 1 else f"{', '.join(wanted[:-1])}, or {wanted[-1]}"
        made = cls(f"{path} should be {' or '.join(wanted) if len(wanted) == 2 else listed}, instead was `{was}`.")
        made.path, made.wanted, made.was = path, wanted, was
        return made


def fault(out: list[str], path: str, wanted: str | tuple[str, ...], value: Any) -> None:
    """Add a :class:`Fault`."""
    out.append(Fault.of(path, (wanted,) if isinstance(wanted, str) else wanted, shown(value)))


def _or(inner: Check, other: str) -> Check:
    """``inner``, whose fault at the value itself names one more thing that would do."""

    def check(value: Any, path: str, out: list[str]) -> None:
        found: list[str] = []
        inner(value, path, found)
        for line in found:
            mine = isinstance(line, Fault) and line.path == path and other not in line.wanted
            out.append(Fault.of(path, (*line.wanted, other), line.was) if mine and isinstance(line, Fault) else line)

    return check


def units(text: str) -> int:
    """Length in UTF-16 code units: what JavaScript counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(max_len: int | None = None, *, min_len: int = 0) -> Check:
    """A string of so many UTF-16 units."""

    def check(value: Any, path: str, out: list[str]) -> None:
        if not isinstance(value, str):
            fault(out, path, "a string", value)
            return
        size = units(value)
        if max_len is not None and size > max_len:
            fault(out, f"{path}.length", f"≤ `{max_len}`", size)
        if size < min_len:
            fault(out, f"{path}.length", f"≥ `{min_len}`", size)

    return check


def number(low: float | None = None, high: float | None = None, *, whole: bool = False) -> Check:
    """A number, or an integer, within bounds."""

    def check(value: Any, path: str, out: list[str]) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            fault(out, path, "a number", value)
        elif whole and int(value) != value:
            fault(out, path, "an integer", value)
        elif low is not None and value < low:
            fault(out, path, f"≥ `{low:g}`", value)
        elif high is not None and value > high:
            fault(out, path, f"≤ `{high:g}`", value)

    return check


def boolean(value: Any, path: str, out: list[str]) -> None:
    """True or false."""
    if not isinstance(value, bool):
        fault(out, path, "a boolean", value)


def anything(value: Any, path: str, out: list[str]) -> None:
    """Any JSON value: stored and given back, never looked at."""
    if value is ABSENT:
        fault(out, path, "defined", value)


def uuid(value: Any, path: str, out: list[str]) -> None:
    """An id, with or without dashes."""
    if not isinstance(value, str):
        fault(out, path, "a string", value)
    elif not UUID4.match(value):
        fault(out, path, "a valid uuid", value)


def iso_date(value: Any, path: str, out: list[str]) -> None:
    """A day or a time in the spelling of ISO 8601."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        fault(out, path, "a valid ISO 8601 date string", value)


def populated(max_len: int) -> Check:
    """A string that isn't empty."""
    inner = string(max_len)

    def check(value: Any, path: str, out: list[str]) -> None:
        if value == "":
            fault(out, path, "populated", value)
        else:
            inner(value, path, out)

    return check


def enum(*values: Any) -> Check:
    """One of some literals; the message lists all of them."""
    wanted = tuple(f"`{json.dumps(value, ensure_ascii=False)}`" for value in values)

    def check(value: Any, path: str, out: list[str]) -> None:
        if not any(value is item or (type(value) is type(item) and value == item) for item in values):
            fault(out, path, wanted, value)

    return check


def nullable(inner: Check) -> Check:
    """Null or what ``inner`` takes."""
    either = _or(inner, "`null`")

    def check(value: Any, path: str, out: list[str]) -> None:
        if value is not None:
            either(value, path, out)

    return check


def array(item: Check, max_len: int = 100, *, min_len: int = 0) -> Check:
    """An array. Notion takes at most 100 elements almost everywhere."""

    def check(value: Any, path: str, out: list[str]) -> None:
        if not isinstance(value, list):
            fault(out, path, "an array", value)
            return
        if len(value) > max_len:
            fault(out, f"{path}.length", f"≤ `{max_len}`", len(value))
            return
        if len(value) < min_len:
            fault(out, f"{path}.length", f"≥ `{min_len}`", len(value))
        for index, element in enumerate(value):
            item(element, f"{path}[{index}]", out)

    return check


def mapping(item: Check, *, max_len: int | None = None) -> Check:
    """An object with free keys."""

    def check(value: Any, path: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            fault(out, path, "an object", value)
            return
        if max_len is not None and len(value) > max_len:
            fault(out, f"{path}.length", f"≤ `{max_len}`", len(value))
        for key, element in value.items():
            item(element, f"{path}.{key}", out)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these keys; others ``should be not present``."""
    others = {name: _or(inner, "`undefined`") for name, inner in (optional or {}).items()}

    def check(value: Any, path: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            fault(out, path, "an object" if value is not ABSENT else "defined", value)
            return
        for name, inner in required.items():
            if name in value:
                inner(value[name], f"{path}.{name}", out)
            else:
                fault(out, f"{path}.{name}", "defined", ABSENT)
        for name, inner in others.items():
            if name in value:
                inner(value[name], f"{path}.{name}", out)
        for name in value:
            if name not in required and name not in others:
                fault(out, f"{path}.{name}", "not present", value[name])

    return check


def tagged(variants: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *, each: bool = False) -> Check:
    """A union: one key of ``variants`` names the variant; ``type``, if given, must agree with it.

    ``each``: what is wrong with a value is told for each variant, as in answers that issue reports quote for parents.
    """
    others = dict(optional or {})

    def check(value: Any, path: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            fault(out, path, "an object" if value is not ABSENT else "defined", value)
            return
        kind = value.get("type")
        present = [name for name in variants if name in value]
        if isinstance(kind, str) and kind in variants and kind not in value:
            fault(out, f"{path}.{kind}", "defined", ABSENT)
            return
        if not present:
            for name in variants:
                fault(out, f"{path}.{name}", "defined", ABSENT)
            return
        name = kind if isinstance(kind, str) and kind in present else present[0]
        found: list[str] = []
        record({name: variants[name]}, {"type": enum(name), **others})(value, path, found)
        for other in variants if found and each and not isinstance(kind, str) else (name,):
            if other == name:
                out.extend(found)
            else:
                fault(out, f"{path}.{other}", "defined", ABSENT)

    return check


def tagged_by(name: str, variants: Mapping[str, Check]) -> Check:
    """A union of whole objects, told apart by the value of one key."""

    def check(value: Any, path: str, out: list[str]) -> None:
        if not isinstance(value, dict):
            fault(out, path, "an object" if value is not ABSENT else "defined", value)
        elif value.get(name, ABSENT) not in variants:
            enum(*variants)(value.get(name, ABSENT), f"{path}.{name}", out)
        else:
            variants[value[name]](value, path, out)

    return check


def require(value: Any, check: Check, where: str = "body") -> None:
    """Pass, or raise the 400 with every fault found."""
    out: list[str] = []
    check(value, where, out)
    if out:
        raise invalid(where, out)


def variant(value: Mapping[str, Any], names: Sequence[str] | Mapping[str, Any]) -> str:
    """The key that names the variant of a checked union value."""
    kind = value.get("type")
    if isinstance(kind, str) and kind in value:
        return kind
    return next(name for name in names if name in value)
