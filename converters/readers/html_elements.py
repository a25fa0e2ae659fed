"""HTML elements that make blocks: figures, lists, listings, toggles, definitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from converters.build import strip
from converters.model import (
    Blocks,
    Code,
    Definition,
    DefinitionList,
    Image,
    Inlines,
    ListBlock,
    ListItem,
    Paragraph,
    Toggle,
)
from converters.readers.paragraphs import as_text

if TYPE_CHECKING:
    from converters.readers.html import HtmlReader


def figure(element: Any, reader: HtmlReader, depth: int) -> Blocks:
    """A figure: its caption goes to its first picture."""
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
        if isinstance(block, Image) and caption:
            import msgspec

            shown = msgspec.structs.replace(block, caption=caption)
            return (*blocks[:position], shown, *blocks[position + 1 :])
    return (*blocks, Paragraph(caption, where=reader.where)) if caption else blocks


def list_block(element: Any, tag: str, reader: HtmlReader, depth: int) -> Blocks:
    """A list; what stands in it outside an item becomes an item."""
    items: list[ListItem] = []
    for child in element:
        if not isinstance(child.tag, str):
            continue
        blocks = reader.flow(child, depth) if child.tag == "li" else reader.block(child, child.tag, depth)
        if child.tag in {"ul", "ol"} and items:
            items[-1] = ListItem((*items[-1].blocks, *blocks), items[-1].checked)
        elif blocks:
            items.append(ListItem(blocks))
    start = element.get("start") or "1"
    first = int(start) if re.fullmatch(r"\d{1,9}", start) else 1
    kind = "ordered" if tag == "ol" else "bullet"
    return (ListBlock(kind, tuple(items), first, reader.where),) if items else ()  # type: ignore[arg-type]


def listing(element: Any, reader: HtmlReader) -> Code:
    """Preformatted text, exact."""
    inner = element.find("code")
    names = ((inner if inner is not None else element).get("class") or "").split()
    language = next((n.removeprefix("language-").removeprefix("lang-") for n in names if "lang" in n), "")
    return Code("".join(element.itertext()).removesuffix("\n"), language, where=reader.where)


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
    """A definition list."""
    items: list[Definition] = []
    for child in element.iter("dt", "dd"):
        if child.tag == "dt":
            items.append(Definition(reader.inlines(child, depth), ()))
        elif items:
            items[-1] = Definition(items[-1].term, (*items[-1].blocks, *reader.flow(child, depth)))
        else:
            items.append(Definition((), reader.flow(child, depth)))
    return (DefinitionList(tuple(items), reader.where),) if items else ()
