"""Which blocks of a page stay, change in place, come and go: the smallest edit script that Notion's API can do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

import msgspec

from adapters.notion.requests import Shape, children_of

UNKNOWN = "?"
"""Digest of a block of ours whose content we can't vouch for: it is always replaced."""

_TEXT: dict[str, object] = {"rich_text": [], "color": "default"}
_DEFAULTS: dict[str, dict[str, object]] = {
    "paragraph": _TEXT,
    "heading_1": _TEXT,
    "heading_2": _TEXT,
    "heading_3": _TEXT,
    "heading_4": _TEXT,
    "bulleted_list_item": _TEXT,
    "numbered_list_item": _TEXT,
    "quote": _TEXT,
    "callout": _TEXT,
    "to_do": {**_TEXT, "checked": False},
    "code": {"rich_text": [], "caption": []},
    "equation": {},
    "embed": {"caption": []},
    "bookmark": {"caption": []},
}
"""Kinds that can change in place, with the value of what a new version leaves out (an update keeps omitted fields)."""

_encode = msgspec.json.Encoder(order="sorted").encode


class Entry(NamedTuple):
    """A block of ours on the page, by id and digest of what was sent (``kind:hash``, ``kind+:hash`` with children)."""

    id: str
    digest: str


class Step(NamedTuple):
    """What happens with one wanted block. ``old`` is the index of the entry that stays or changes, or behind which
    the new block goes (-1: behind the one before it).
    """

    verb: Literal["keep", "update", "insert"]
    old: int = -1


def digest_of(shape: Shape) -> str:
    """The digest of a block as it is sent, children and all, with uploads still symbolic."""
    mark = "+" if children_of(shape) else ""
    return f"{shape['type']}{mark}:{hashlib.sha256(_encode(shape)).hexdigest()[:16]}"


def _kind(digest: str) -> str:
    return digest.partition(":")[0]


def script(old: Sequence[Entry], new: Sequence[str]) -> tuple[list[Step], list[int]]:
    """A step for each wanted digest, and the indices of entries to be deleted."""
    steps: list[Step] = []
    deleted: list[int] = []
    matcher = SequenceMatcher(None, [entry.digest for entry in old], new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            steps.extend(Step("keep", i) for i in range(i1, i2))
            continue
        i = i1
        run = len(steps)
        for j in range(j1, j2):
            kind = _kind(new[j])
            match = next((k for k in range(i, i2) if _kind(old[k].digest) == kind), None) if kind in _DEFAULTS else None
            if match is None:
                steps.append(Step("insert"))
                continue
            _anchor(steps, run, i, match)
            deleted.extend(range(i, match))
            steps.append(Step("update", match))
            i, run = match + 1, len(steps)
        _anchor(steps, run, i, i2)
        deleted.extend(range(i, i2))
    return steps, deleted


def _anchor(steps: list[Step], run: int, start: int, end: int) -> None:
    """Place the insertions since ``run`` behind the last entry that they replace, so that people's blocks stay put."""
    if end > start:
        steps[run:] = [Step("insert", end - 1)] * (len(steps) - run)


def update_body(shape: Shape) -> dict[str, Any]:
    """The request body that makes a block of the same kind equal to this one."""
    kind = shape["type"]
    return {kind: {**_DEFAULTS[kind], **shape[kind]}}


def text_of(block: Mapping[str, Any]) -> str:
    """Kind and text of a block, as sent or as answered: enough to recognise one that a killed run left."""
    kind = block["type"]
    value = block[kind]
    if kind == "equation":
        return f"equation:{value['expression']}"
    parts = []
    for item in value.get("rich_text", ()):
        inner = item.get(item.get("type", "text"), {})
        parts.append(item.get("plain_text") or inner.get("content") or inner.get("expression") or "")
    return f"{kind}:{''.join(parts)}"


def leaf_texts(shapes: Sequence[Shape]) -> dict[str, str]:
    """Digests of the blocks without children or files, by their text."""
    return {
        text_of(shape): digest_of(shape) for shape in shapes if shape["type"] in _DEFAULTS and not children_of(shape)
    }
