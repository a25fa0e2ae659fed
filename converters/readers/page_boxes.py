"""Boxes of a knitted page: callouts, tabs, columns, figures with captions, footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from converters.model import (
    Anchor,
    Block,
    Blocks,
    Columns,
    Footnote,
    Footnotes,
    Heading,
    Image,
    Inlines,
    Interactive,
    Output,
    Paragraph,
    Tab,
    Table,
    Tabs,
)
from converters.readers.boxes import callout
from converters.readers.page_tree import by_class, classes, remove, words

if TYPE_CHECKING:
    from converters.readers.html import HtmlReader as _Base
else:
    _Base = object

_ALERTS = {
    "info": "note",
    "warning": "warning",
    "danger": "danger",
    "success": "success",
    "primary": "note",
    "secondary": "note",
}
"""Bootstrap's alerts → names of callouts."""

_LEVEL = re.compile(r"level([1-6])$")


class PageBoxes(_Base):
    """What :class:`~converters.readers.page_blocks.PageReader` knows of boxes."""

    ids: dict[str, Any]
    """Elements of the page by their names."""
    linked: set[str]
    """Names on the page that links lead to and that no block has taken yet."""

    def boxed(self, element: Any, names: set[str], tag: str, depth: int) -> Blocks | None:
        """The blocks of a box; None where the element is none."""
        if "callout" in names or "admonition" in names or "alert" in names:
            return self.callout(element, names, depth)
        if tag in {"div", "section"} and ("panel-tabset" in names or "tabset" in names):
            return self.tabs(element, names, depth)
        if tag == "div" and ("columns" in names or "row" in names):
            return self.columns(element, depth)
        if tag == "div" and names & {"figure", "float"} and (captions := by_class(element, "caption")):
            return self.figure(element, captions, depth)
        if names & {"footnotes", "footnotes-end-of-document"} or element.get("role") == "doc-endnotes":
            return self.footnotes(element, depth)
        return None

    def callout(self, element: Any, names: set[str], depth: int) -> Blocks:
        """A panel of Quarto, Sphinx or Bootstrap."""
        kind = next(
            (
                name.removeprefix("callout-")
                for name in sorted(names)
                if name.startswith("callout-")
                and name
                not in {
                    "callout-style-default",
                    "callout-style-simple",
                    "callout-style-minimal",
                    "callout-titled",
                    "callout-captioned",
                    "callout-empty-content",
                }
            ),
            "",
        )
        if "alert" in names:
            kind = next(
                (
                    _ALERTS[name.removeprefix("alert-")]
                    for name in sorted(names)
                    if name.removeprefix("alert-") in _ALERTS
                ),
                "note",
            )
        if "admonition" in names:
            kind = next((name for name in sorted(names - {"admonition"}) if not name.startswith("admonition-")), "note")
        title: Inlines = ()
        for name in ("callout-title-container", "callout-caption-container", "admonition-title", "callout-header"):
            for one in by_class(element, name)[:1]:
                title = title or self.inlines(one, depth)
                remove(one)
        folded = any("show" not in classes(one) for one in by_class(element, "callout-collapse"))
        blocks = self.flow(element, depth)
        return (callout(kind or "note", title, blocks, self.where, folded=folded),) if blocks or title else ()

    def tabs(self, element: Any, names: set[str], depth: int) -> Blocks:
        """A tabset: Quarto's panes with their list of names, or R Markdown's sections with their headings."""
        panes = by_class(element, "tab-pane")
        labels = [words(one) for one in element.xpath(".//ul[contains(@class, 'nav')]/li")]
        if panes and len(labels) == len(panes):
            return (
                Tabs(
                    tuple(Tab(label, self.flow(pane, depth)) for label, pane in zip(labels, panes, strict=True)),
                    self.where,
                ),
            )
        level = next((int(found[1]) for name in names if (found := _LEVEL.match(name))), 0)
        sections = [one for one in element if isinstance(one.tag, str) and f"level{level + 1}" in classes(one)]
        if not level or not sections:
            return self.flow(element, depth)
        tabs = []
        for section in sections:
            title = next((one for one in section if one.tag == f"h{level + 1}"), None)
            name = words(title) if title is not None else ""
            if title is not None:
                remove(title)
            tabs.append(Tab(name or "Tab", self.flow(section, depth)))
            section.getparent().remove(section)
        return (*self.flow(element, depth), Tabs(tuple(tabs), self.where))

    def columns(self, element: Any, depth: int) -> Blocks:
        """Columns side by side; anything else that is called so is its content."""
        parts = [one for one in element if isinstance(one.tag, str)]
        if len(parts) < 2 or not all(
            any(name.startswith(("column", "col-")) for name in classes(one)) for one in parts
        ):
            return self.flow(element, depth)
        found = tuple(filter(None, (self.flow(one, depth) for one in parts)))
        return (
            (Columns(found, where=self.where),)
            if len(found) > 1
            else tuple(block for column in found for block in column)
        )

    def figure(self, element: Any, captions: list[Any], depth: int) -> Blocks:
        """A figure of knitr: the caption goes to its picture."""
        caption: Inlines = ()
        for one in captions:
            caption = (*caption, *self.inlines(one, depth))
            remove(one)
        blocks = self.flow(element, depth)
        for position, block in enumerate(blocks):
            if isinstance(block, Image | Table | Output | Interactive) and caption:
                shown = msgspec.structs.replace(block, caption=caption)
                return (*blocks[:position], shown, *blocks[position + 1 :])
        return (*blocks, Paragraph(caption, where=self.where)) if caption else blocks

    def named(self, element: Any, blocks: Blocks) -> Blocks:
        """The blocks, with an anchor at their caption or first words where links on the page lead to the element."""
        name = element.get("id") or ""
        if name not in self.linked or not blocks:
            return blocks
        for position, block in enumerate(blocks):
            changed: Block | None = None
            if isinstance(block, Image | Table | Output | Interactive) and block.caption:
                changed = msgspec.structs.replace(block, caption=(Anchor(name), *block.caption))
            elif isinstance(block, Paragraph):
                changed = msgspec.structs.replace(block, content=(Anchor(name), *block.content))
            elif isinstance(block, Heading):
                return blocks
            if changed is not None:
                self.linked.discard(name)
                return (*blocks[:position], changed, *blocks[position + 1 :])
        return blocks

    def footnote_text(self, label: str) -> Any:
        """The element that a footnote's mark leads to; None where there is none."""
        return self.ids.get(label)

    def footnotes(self, element: Any, depth: int) -> Blocks:
        """The notes at the end, numbered as their marks are."""
        items = []
        for one in element.iter("li"):
            label = one.get("id") or ""
            if label and one.getparent().getparent() is not None:
                items.append(Footnote(label, self.context.note_number(label), self.flow(one, depth)))
        if not items:
            return self.flow(element, depth)
        return (Footnotes(tuple(sorted(items, key=lambda item: item.number)), self.where),)
