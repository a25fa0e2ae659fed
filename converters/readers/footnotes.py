"""Footnotes over the cells of a notebook: each cell may call its own ``1``, the document needs labels that differ.

And pandoc's ``^[…]``, which stand where they are referred to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from converters.model import NoteRef
from converters.options import ReadOptions
from converters.readers.cell_options import cell_options
from converters.readers.context import MarkdownContext

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_DEFINITION = re.compile(r"^ {0,3}(?:> ?)*\[\^([^\]\s]+)\]:", re.MULTILINE)


def footnote_labels(text: str) -> list[str]:
    """The labels of the footnotes that a text defines, each once."""
    return list(dict.fromkeys(_DEFINITION.findall(text)))


class FootnoteLabels:
    """The footnotes of one notebook. A cell's own come first; one defined in another cell can be referred to."""

    def __init__(self) -> None:
        self.first: dict[str, str] = {}
        self.own: dict[int, dict[str, str]] = {}

    def read(self, cells: list[Any], options: ReadOptions) -> None:
        """Gathers the footnotes of all cells that are shown; cells count from 1."""
        used: set[str] = set()
        for number, cell in enumerate(cells, 1):
            if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
                continue
            source = cell.get("source")
            text = "".join(filter(_is_text, source)) if isinstance(source, list) else source
            if not isinstance(text, str) or "[^" not in text or cell_options(cell, text, options).remove:
                continue
            for label in footnote_labels(text):
                unique, count = label, 1
                while unique in used:
                    count += 1
                    unique = f"{label}-{count}"
                used.add(unique)
                self.first.setdefault(label, unique)
                self.own.setdefault(number, {})[label] = unique

    def of(self, number: int) -> dict[str, str]:
        """What each label means in this cell."""
        return {**self.first, **self.own.get(number, {})}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def inline_notes_plugin(md: MarkdownIt) -> None:
    """Adds a rule for ``^[text]``: the token ``inline_note`` with the text."""
    md.inline.ruler.after("image", "footnote_inline", _inline_note)


def _inline_note(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("^[", state.pos):
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos + 1)
    if end < 0:
        return False
    content = state.src[state.pos + 2 : end]
    if not silent:
        token = state.push("inline_note", "", 0)
        token.content = content
    state.pos = end + 1
    return True


def inline_note(text: str, context: MarkdownContext) -> NoteRef:
    """The mark of a note whose text stands right here; the text is kept for the end of the document."""
    label = f"note-{len(context.numbers) + 1}"
    while label in context.numbers:
        label += "-"
    number = context.note_number(label)
    context.inline_notes.append((label, text))
    return NoteRef(label, number)
