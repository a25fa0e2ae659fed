"""Rich text to enhanced Markdown."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from adapters.sandbox.notion.call import Call
from adapters.sandbox.notion.enhanced.drafts import color_name
from adapters.sandbox.notion.rich_text import answered

# Source: "Escaping" of the format's page. Marks of lists and headings (-, +, #, 1.) are not among them.
_SPECIAL = re.compile(r"[\\*~`$\[\]<>{}|^]")
_MARKS = (("bold", "**"), ("italic", "*"), ("strikethrough", "~~"))
_Piece = tuple[frozenset[str], str, bool]  # marks, the text that stands between them, and whether it is only blanks


def escaped(text: str) -> str:
    """Text with backslashes where the format wants them, line feeds as ``<br>``."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "<br>")


def written(items: list[dict[str, Any]], call: Call) -> str:
    """Stored rich text as enhanced Markdown."""
    pieces = _shared([piece for item in answered(items, call) for piece in _pieces(item)])
    out: list[str] = []
    active: list[str] = []
    for index, (marks, text, _) in enumerate(pieces):
        _close(out, active, marks)
        starting = [name for name, _ in _MARKS if name in marks and name not in active]
        # What lasts longer opens first, so that marks are nested where they can be.
        for name in sorted(starting, key=lambda name: -_extent(pieces, index, name)):
            out.append(dict(_MARKS)[name])
            active.append(name)
        out.append(text)
    _close(out, active, frozenset())
    return "".join(out)


def _close(out: list[str], active: list[str], wanted: frozenset[str]) -> None:
    for name in [name for name in reversed(active) if name not in wanted]:
        out.append(dict(_MARKS)[name])
        active.remove(name)


def _extent(pieces: list[_Piece], start: int, name: str) -> int:
    length = 0
    for marks, _, _ in pieces[start:]:
        if name not in marks:
            break
        length += 1
    return length


def _pieces(item: dict[str, Any]) -> list[_Piece]:
    """The run, and the blanks at its edges by themselves: ``** a**`` would be no bold text."""
    notes = item["annotations"]
    marks = frozenset(name for name, _ in _MARKS if notes[name])
    if item["type"] != "text" or notes["code"] or not marks:
        return [(marks, _wrapped(_core(item), item), False)]
    content = item["text"]["content"]
    inner = content.strip()
    start = content.index(inner) if inner else len(content)
    parts = [content[:start], inner, content[start + len(inner) :]]
    return [(marks, _wrapped(escaped(text), item), not text.strip()) for text in parts if text]


def _shared(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces; blanks keep only the marks that what is around them has, too."""
    groups = [list(group) for _, group in groupby(pieces, key=lambda piece: piece[2])]
    result: list[_Piece] = []
    for index, group in enumerate(groups):
        if not group[0][2]:
            result += group
            continue
        before = groups[index - 1][-1][0] if index else frozenset()
        after = groups[index + 1][0][0] if index + 1 < len(groups) else frozenset()
        marks = (before & after).intersection(*(piece[0] for piece in group))
        result += [(marks, text, blank) for _, text, blank in group]
    return result


def _core(item: dict[str, Any]) -> str:
    if item["type"] == "equation":
        expression = item["equation"]["expression"]
        return f"$`{expression}`$" if _SPECIAL.search(expression) else f"${expression}$"
    if item["type"] == "mention":
        return _mention(item)
    content = item["text"]["content"]
    # Code is literal: what it holds of backticks and line feeds can't be told from its end.
    return f"`{content}`" if item["annotations"]["code"] else escaped(content)


def _wrapped(core: str, item: dict[str, Any]) -> str:
    notes = item["annotations"]
    color = color_name(notes["color"])
    if notes["underline"]:
        core = f'<span underline="true">{core}</span>'
    if color:
        core = f'<span color="{color}">{core}</span>'
    link = item["text"]["link"] if item["type"] == "text" else None
    return f"[{core}]({link['url']})" if link else core


def _mention(item: dict[str, Any]) -> str:
    mention = item["mention"]
    kind = mention["type"]
    title = escaped(item["plain_text"])
    match kind:
        case "user":
            return f'<mention-user url="user://{mention["user"]["id"]}">{title.removeprefix("@")}</mention-user>'
        case "page" | "database":
            return f'<mention-{kind} url="{item["href"]}">{title}</mention-{kind}>'
        case "date":
            return _date(mention["date"])
        case "custom_emoji":
            return f":{mention['custom_emoji'].get('name', '')}:"
    return title


def _date(value: dict[str, Any]) -> str:
    parts = []
    for name in ("start", "end"):
        if value[name]:
            day, _, time = value[name].partition("T")
            parts.append(f'{name}="{day}"')
            if time:
                parts.append(f'{name}Time="{time[:5]}"')
    if any("Time=" in part for part in parts):
        parts.append('timeZone="UTC"')
    return f"<mention-date {' '.join(parts)}/>"
