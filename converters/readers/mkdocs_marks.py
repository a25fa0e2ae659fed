"""What MkDocs would fill in or draw when it builds a site: references made from code, and icons of its theme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from converters import notes
from converters.model import Where

if TYPE_CHECKING:
    from converters.readers.context import MarkdownContext

MARKS: Final = ("::: ", ":material-", ":octicons-", ":fontawesome-", ":simple-")
"""One of these stands in each text that is looked at."""

_OBJECT: Final = re.compile(r"(#{1,6}[ \t]+)?:::[ \t]+([A-Za-z_]\w*(?:[.:]{1,2}\w+)*)[ \t]*$")
_OPTION: Final = re.compile(r"[ ]{4,}(?:options|handler|selection|rendering|inventories)[ \t]*:")
_CLOSE: Final = re.compile(r"^[ \t]*:{3,}[ \t]*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^[ \t>]*(`{3,}|~{3,})(.*)$")
_CODE: Final = re.compile(r"(?<!`)(`+)(?!`)[^`]*(?<!`)\1(?!`)")
_ICON: Final = re.compile(
    r"[ \t]?(?<![\w:/]):(?:material|octicons|fontawesome|simple)-[a-z0-9\-]{1,60}:(?!\w)(?:\{[^{}\n]{0,200}\})?"
)
"""Source: Material for MkDocs, "Icons, Emojis"."""


def mkdocs_marks(text: str, context: MarkdownContext) -> str:
    """The text with an object's name in place of its reference, and without icons; code keeps what stands in it."""
    closed = _CLOSE.search(text) is not None
    icons: list[str] = []
    found: list[str] = []
    lines = text.split("\n")
    fence, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        mark = _FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and not mark[2].strip())):
            fence = "" if fence else mark[1]
        elif not fence and (match := _OBJECT.match(line)) is not None:
            options = number < len(lines) and _OPTION.match(lines[number]) is not None
            if options or match[1] or "." in match[2] or not closed:
                found.append(f"{match[1] or ''}`{match[2]}`")
                _tell(match[2], number, context)
                while number < len(lines) and options and not lines[number][:4].strip():
                    found.append("")  # lines keep their numbers
                    number += 1
                continue
        elif not fence and any(sign in line for sign in MARKS):
            line = _without_icons(line, icons)
        found.append(line)
    if icons:
        named = ", ".join(dict.fromkeys(icons))
        place = context.where or Where(context.source)
        context.notes.append(notes.dropped("role.icon", f"icons are left out: {named:.100}", place))
    return "\n".join(found)


def _tell(name: str, line: int, context: MarkdownContext) -> None:
    text = f"the reference of {name:.80} is made when MkDocs builds the site; its name is shown"
    place = Where(context.source, line=context.line + line) if context.where is None else context.where
    context.notes.append(notes.missing("directive.reference", text, place))


def _without_icons(line: str, icons: list[str]) -> str:
    parts: list[str] = []
    position = 0

    def left_out(match: re.Match[str]) -> str:
        icons.append(match[0].strip().partition("{")[0].strip(":"))
        return ""

    for code in _CODE.finditer(line):
        parts += [_ICON.sub(left_out, line[position : code.start()]), code[0]]
        position = code.end()
    return "".join((*parts, _ICON.sub(left_out, line[position:])))
