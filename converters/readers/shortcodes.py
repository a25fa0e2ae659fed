"""Quarto's shortcodes in running text → inlines and embeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from converters import notes
from converters.model import Embed, LineBreak, Mark, Span
from converters.readers.address import href
from converters.readers.embeds import cell_mark
from converters.readers.pandoc_inlines import shortcode_parts

if TYPE_CHECKING:
    from converters.readers.inlines import InlineReader

_QUIET = frozenset(["pagebreak", "version", "contents", "placeholder"])
"""What means nothing on a wiki page: breaks of printed pages, and what only makes up a site or a draft."""

_ICONS = frozenset(["fa", "fab", "bi", "iconify", "icon", "ai"])
"""Signs of fonts that a wiki doesn't have; Quarto's extensions of these names."""
_META = re.compile(r"\{\{<\s*meta\s+([\w.\-\\]{1,200})\s*>\}\}")
_LOREM = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore "
    "magna aliqua."
)


def read_shortcode(source: str, reader: InlineReader) -> None:
    """What a shortcode stands for goes into the text; one that can't be carried out stays as written, with a note."""
    name, words, values = shortcode_parts(source)
    first = words[0] if words else ""
    context = reader.context
    if name == "video" and first:
        _video(first, values, reader)
    elif name == "meta" and (value := header_value(context.header, first)) is not None:
        reader.text.append(value)
    elif name == "kbd" and (first or values):
        keys = first or values.get("linux") or values.get("win") or next(iter(values.values()))
        reader.put(Span(keys, *reader.marked(Mark.KBD)))
    elif name == "lipsum":
        count = int(first) if first.isdecimal() else 1
        reader.text.append(" ".join([_LOREM] * min(max(count, 1), 20)))
    elif name == "br":
        reader.put(LineBreak())
    elif name == "embed" and first:
        reader.put(cell_mark(first, reader.where, echo=values.get("echo", "").lower() == "true"))
    elif name in _ICONS:
        text = f"the icon {words[-1] if words else ''} is left out"
        context.notes.append(notes.dropped("shortcode.icon", text, reader.where))
    elif name not in _QUIET:
        reader.put(Span(source, *reader.marked(Mark.CODE)))
        text = f"{name} {first}".strip() + " is not carried out"
        context.notes.append(notes.missing(f"shortcode.{name.strip('/')}", text, reader.where))


def with_values(code: str, header: Mapping[str, object]) -> str:
    """Code in running text with the header's values that it names: Quarto carries these out in code as well."""
    return _META.sub(lambda match: value if (value := header_value(header, match[1])) is not None else match[0], code)


def _video(address: str, values: Mapping[str, str], reader: InlineReader) -> None:
    target = href(address, reader.context, reader.where)
    title = values.get("title", "")
    if isinstance(target, str) and target.startswith("https://"):
        reader.put(Embed(_watchable(target), "video", title, where=reader.where))
    elif target is not None:
        reader.put(Span(title or address, reader.style[0], target))


def _watchable(address: str) -> str:
    """A player's address as that of the video's page, which wikis know."""
    match = re.match(r"https://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w\-]+)", address)
    return f"https://www.youtube.com/watch?v={match[1]}" if match else address


def header_value(header: Mapping[str, object], key: str) -> str | None:
    """A header's value as text, by a key whose dots lead into mappings; None where there is none."""
    value: object = header
    for part in re.split(r"(?<!\\)\.", key):
        name = part.replace("\\.", ".")
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and 0 < int(name) <= len(value):
            value = value[int(name) - 1]
        else:
            return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None
