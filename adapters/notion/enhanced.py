"""Items of lists in Notion's enhanced Markdown, as far as it is sure what Notion's parser makes of them.

Source: developers.notion.com/guides/data-apis/enhanced-markdown. Whatever that page leaves open (underscores, addresses in
the text, an item that begins like another block) isn't written at all, so that blocks carry it, which say what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.notion.requests import Shape, children_of

_MARKERS = {"bulleted_list_item": "- ", "numbered_list_item": "1. ", "paragraph": ""}
KINDS = frozenset({*_MARKERS, "to_do"})
"""Blocks that lists hold and that can be written."""
_ESCAPED = re.compile(r"([\\*~`$\[\]<>{}|^])")
"""The characters that the source says to escape; a line break within a block is ``<br>``."""
_UNSURE = re.compile(r"[^\S \n]|\s\s|[_@]|://|==|&#?\w|:\w+:|[^\n\x20-\x7e\w§°±²³µ×÷–—‘’“”…€£]")
"""What may be read otherwise than meant: other white space, emphasis and addresses of other dialects, entities, emoji."""
_BLANKS = re.compile(r"\s\s")
_BEGINS = re.compile(r"(?!\d+[.)])[^\W_]|[(“‘\"'$€£§]")
"""How an item may begin: not like a list, a heading, a quote, a rule or a fence."""
_CODE = re.compile(r"[\w.,:;/()=+\-\"'%@!?#&]+(?: [\w.,:;/()=+\-\"'%@!?#&]+)*")
"""Code between single backticks: whether escapes count within it isn't said, so nothing that would need one."""
_WORDS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
"""Text that marks of emphasis stand around without doubt."""
_ADDRESS = re.compile(r"https?://[\w./?=&%#~+,:;-]+")
_MARKS = {"bold": "**", "italic": "*", "strikethrough": "~~"}
_DEFAULTS: tuple[object, ...] = (None, False, "default")


def lines(shape: Shape, depth: int) -> list[str] | None:
    """The lines of a block and all below it, ``depth`` tabs deep; None where it isn't sure what they would become."""
    head = _line(shape)
    if head is None:
        return None
    found = ["\t" * depth + head]
    for child in children_of(shape):
        below = lines(child, depth + 1)
        if below is None:
            return None
        found += below
    return found


def writable(shape: Shape) -> bool:
    """Whether the block itself can be written so."""
    return _line(shape) is not None


def _line(shape: Shape) -> str | None:
    kind = str(shape["type"])
    value = shape[kind]
    if kind not in KINDS or value.get("color") not in _DEFAULTS:
        return None
    text = _text(value["rich_text"])
    if text is None:
        return None
    if kind == "to_do":
        return f"- [{'x' if value.get('checked') else ' '}] {text}"
    return _MARKERS[kind] + text


def _text(items: Sequence[Mapping[str, Any]]) -> str | None:
    written: list[str] = []
    marked = False
    for item in items:
        if item.get("type", "text") != "text":
            return None
        content = str(item["text"]["content"])
        found, now = _run(content, _looks(item), str((item["text"].get("link") or {}).get("url", "")))
        if found is None or (marked and now):  # marks of two neighbours may be taken together
            return None
        written.append(found)
        marked = now
    text = "".join(written)
    whole = "".join(str(item["text"]["content"]) for item in items)
    sure = _BEGINS.match(whole) and whole == whole.strip() and not _BLANKS.search(whole)
    return text if sure else None


def _looks(item: Mapping[str, Any]) -> set[str]:
    return {name for name, look in (item.get("annotations") or {}).items() if look not in _DEFAULTS}


def _run(content: str, looks: set[str], url: str) -> tuple[str | None, bool]:
    """One stretch of text, and whether marks stand around it; None for what isn't sure."""
    if looks == {"code"} and not url:
        return (f"`{content}`" if _CODE.fullmatch(content) else None), True
    if _UNSURE.search(content) or not looks <= _MARKS.keys() or len(looks) > 1:
        return None, False
    text = _ESCAPED.sub(r"\\\1", content).replace("\n", "<br>")
    if not looks and not url:
        return text, False
    if not _WORDS.fullmatch(content) or (url and not _ADDRESS.fullmatch(url)):
        return None, True
    if looks:
        mark = _MARKS[looks.pop()]
        text = f"{mark}{text}{mark}"
    return (f"[{text}]({url})" if url else text), True
