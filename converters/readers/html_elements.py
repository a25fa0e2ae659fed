"""HTML elements that make blocks: figures, lists, listings, toggles, definitions, boxes."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from converters import notes
from converters.build import strip
from converters.model import (
    Attachment,
    Blocks,
    CalloutKind,
    Code,
    Definition,
    DefinitionList,
    Embed,
    Heading,
    Image,
    Inlines,
    ListBlock,
    ListItem,
    Paragraph,
    Table,
    Toggle,
)
from converters.readers.boxes import CALLOUTS, callout
from converters.readers.paragraphs import as_text
from converters.readers.style import color, declarations

if TYPE_CHECKING:
    from converters.readers.html import HtmlReader

_CAPTIONED = Image | Table | Embed | Attachment | Code
_LANGUAGE = re.compile(r"(?:lang(?:uage)?|highlight(?:-source)?|brush:?)-?([\w+#.\-]+)$")
_ALERTS: dict[str, str] = {"error": "danger", "primary": "info", "secondary": "note", "light": "note", "dark": "note"}
_BOXES = frozenset({"alert", "admonition", "callout", "callout-block", "markdown-alert"})
_PLAIN_CLASSES = frozenset({"alert", "admonition", "callout", "alert-block", "markdown-alert"})


def figure(element: Any, reader: HtmlReader, depth: int) -> Blocks:
    """A figure: its caption goes to the first thing in it that can have one."""
    captions = [child for child in element if child.tag == "figcaption"]
    caption: Inlines = ()
    for child in captions:
        caption = (*caption, *reader.inlines(child, depth))
        tail, parent = child.tail, child.getparent()
        parent.remove(child)
        if tail and tail.strip():
            caption = (*caption, *strip(as_text(tail)))
    blocks = reader.flow(element, depth)
    for position, block in enumerate(blocks):
        if isinstance(block, _CAPTIONED) and caption:
            shown = msgspec.structs.replace(block, caption=caption)
            return (*blocks[:position], shown, *blocks[position + 1 :])
    return (*blocks, Paragraph(caption, where=reader.where)) if caption else blocks


def list_block(element: Any, tag: str, reader: HtmlReader, depth: int) -> Blocks:
    """A list; what stands in it outside an item becomes an item."""
    items: list[ListItem] = []
    numbers: list[str | None] = []
    for child in _with_text(element):
        if isinstance(child, str):
            items.append(ListItem(reader.line(child)))
            continue
        checked = _checkbox(child) if child.tag == "li" else None
        blocks = reader.block(child, child.tag, depth)
        if child.tag in {"ul", "ol"} and items:
            items[-1] = ListItem((*items[-1].blocks, *blocks), items[-1].checked)
        elif blocks:
            items.append(ListItem(blocks, checked))
            numbers.append(child.get("value"))
    if not items:
        return ()
    if all(item.checked is not None for item in items):
        return (ListBlock("task", tuple(items), where=reader.where),)
    if tag != "ol":
        return (ListBlock("bullet", tuple(items), where=reader.where),)
    start = element.get("start") or (numbers[0] if numbers else None) or "1"
    first = int(start) if re.fullmatch(r"\d{1,9}", start) else 1
    if any(numbers[1:]) or "reversed" in element.attrib or element.get("type", "1") != "1":
        text = "a list counted by letters, backwards or with gaps is counted 1, 2, 3"
        reader.context.notes.append(notes.degraded("list.numbers", text, reader.where))
    return (ListBlock("ordered", tuple(items), first, reader.where),)


def _with_text(element: Any) -> Iterator[Any]:
    """Children of an element and the text between them, where there is any."""
    if element.text and element.text.strip():
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail and child.tail.strip():
            yield child.tail


def stray_text(table: Any) -> str:
    """Text right in a table, outside its cells: browsers show it above."""
    return " ".join(each for each in _with_text(table) if isinstance(each, str))


def _checkbox(item: Any) -> bool | None:
    """Whether an item's box is checked; None if it doesn't begin with one. The box is taken out."""
    holder = item
    while not (holder.text or "").strip() and len(holder):
        first = holder[0]
        if first.tag == "input":
            if first.get("type", "").lower() != "checkbox":
                return None
            holder.text = first.tail or ""
            first.tail = None
            holder.remove(first)
            return "checked" in first.attrib
        if first.tag not in {"label", "p", "span"}:
            return None
        holder = first
    return None


def listing(element: Any, reader: HtmlReader) -> Code:
    """Preformatted text, exact."""
    inner = element.find("code")
    named = [each for each in (inner, element) if each is not None]
    for line in list(element.iter("br")):
        line.tail = "\n" + (line.tail or "")
    text = "".join(element.itertext()).removesuffix("\n")
    if (element.text or "").startswith("\n"):
        text = text[1:]
    language = next((word for each in named if (word := _language(each))), "")
    return Code(text, language, where=reader.where)


def _language(element: Any) -> str:
    """The language that an element names, as highlighters, pandoc and wikis write it."""
    names = (element.get("class") or "").split()
    found = next((match[1] for name in names if (match := _LANGUAGE.match(name))), "")
    if not found and "sourceCode" in names:
        found = next((name for name in names if name != "sourceCode" and name.isalnum()), "")
    return found or element.get("data-lang") or element.get("data-language") or element.get("lang") or ""


def toggle(element: Any, reader: HtmlReader, depth: int) -> Toggle:
    """``details``: its summary is the line that opens it."""
    summary = element.find("summary")
    title: Inlines = ()
    if summary is not None:
        title = reader.inlines(summary, depth)
        tail = summary.tail or ""
        element.remove(summary)
        element.text = (element.text or "") + tail
    return Toggle(title or as_text("Details"), reader.flow(element, depth), "open" in element.attrib, reader.where)


def definitions(element: Any, reader: HtmlReader, depth: int) -> Blocks:
    """A definition list. The parser nests a definition in an open one; groups in ``div`` are as good as none."""
    items: list[Definition] = []
    stack = list(reversed(list(_with_text(element))))
    while stack:
        child = stack.pop()
        if isinstance(child, str):
            blocks = reader.line(child)
        elif child.tag == "dt":
            items.append(Definition(reader.inlines(child, depth), ()))
            continue
        elif child.tag == "div":
            stack.extend(reversed(list(_with_text(child))))
            continue
        else:
            inner = [each for each in child if each.tag in {"dd", "dt"}]
            for each in inner:
                child.remove(each)
            stack.extend(reversed(inner))
            blocks = reader.flow(child, depth) if child.tag == "dd" else reader.block(child, child.tag, depth)
        last = items.pop() if items else Definition((), ())
        items.append(Definition(last.term, (*last.blocks, *blocks)))
    return (DefinitionList(tuple(items), reader.where),) if items else ()


def box(element: Any, blocks: Blocks, reader: HtmlReader) -> Blocks:
    """The blocks of a ``div``: an alert of Bootstrap, Jupyter or Sphinx is a callout, and so is a coloured box in text."""
    names = (element.get("class") or "").lower().split()
    if names and not _BOXES.isdisjoint(names):
        words = [name.rpartition("-")[2] for name in names if name not in _PLAIN_CLASSES]
        kind = next((_ALERTS.get(word, word) for word in words if word in CALLOUTS or word in _ALERTS), "info")
        title, blocks = _title(element, blocks)
        return (callout(kind, title, blocks, reader.where),)
    if reader.narrative and blocks and "style" in element.attrib:
        css = declarations(element.get("style"))
        shade = color(css.get("background-color") or css.get("background", ""))
        if shade and shade != "#ffffff" and not any(isinstance(block, Heading | Table) for block in blocks):
            return (callout(_kind_of(shade), (), blocks, reader.where),)
    return blocks


def _title(element: Any, blocks: Blocks) -> tuple[Inlines, Blocks]:
    """The title paragraph of an admonition and the blocks below it."""
    first = next((child for child in element if isinstance(child.tag, str)), None)
    named = first is not None and re.search(
        r"\b(?:admonition|alert|callout)-(?:title|heading)\b", first.get("class") or ""
    )
    if named and blocks and isinstance(blocks[0], Paragraph | Heading) and not (element.text or "").strip():
        return blocks[0].content, blocks[1:]
    return (), blocks


def _kind_of(shade: str) -> CalloutKind:
    """The callout whose look is nearest to a colour, as Bootstrap's alerts have them: red, yellow, green, blue, grey."""
    red, green, blue = (int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, _, _ = colorsys.rgb_to_hls(red, green, blue)
    if max(red, green, blue) - min(red, green, blue) < 0.03:
        return "note"
    limits: tuple[tuple[float, CalloutKind], ...] = (
        (20 / 360, "danger"), (70 / 360, "warning"), (165 / 360, "success"), (290 / 360, "info"), (1.0, "danger"),
    )  # fmt: skip
    return next(kind for limit, kind in limits if hue <= limit)
