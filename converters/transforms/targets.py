"""What cross-references can name on a page: labelled things with kind, number and title, in document order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from converters.build import text_of
from converters.labels import WORDS, prefix_of, words_in
from converters.model import (
    Anchor,
    Block,
    Blocks,
    Callout,
    Code,
    CrossRef,
    Figure,
    Heading,
    Image,
    Math,
    Output,
    Table,
    Where,
)
from converters.transforms.equation_labels import labels_of
from converters.walk import iter_blocks, iter_inlines

COUNTED = (Image, Table, Code, Math, Output, Figure, Callout)
"""Blocks that may have a number."""

_KINDS: tuple[tuple[type, str], ...] = ((Image, "Figure"), (Table, "Table"), (Code, "Listing"), (Output, "Figure"))
_FIGURES: Mapping[str, str] = {"figure": "Figure", "table": "Table", "listing": "Listing"}


class Target(msgspec.Struct):
    """Something that references name. ``part`` is its letter within a figure, whose number stands in front."""

    word: str
    anchor: str
    number: str = ""
    title: str = ""
    part: str = ""


def letter(number: int) -> str:
    """The letter of a part, counted from 0: a … z, then aa, ab and so on."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(97 + rest) + name
    return name


Part = Image | Table | Figure | Code | Output


def parts_of(blocks: Blocks) -> list[Part]:
    """What is counted (a), (b) … in a figure: what has a caption or label, not what is inside of those."""
    found: list[Part] = []
    inside: set[int] = set()
    for block in iter_blocks(blocks):
        if id(block) in inside or not isinstance(block, Part):
            continue
        if block.label or (block.caption and not isinstance(block, Code)):
            found.append(block)
            inside.update(id(inner) for inner in iter_blocks(_inner(block)))
    return found


def _inner(block: Part) -> Blocks:
    return block.blocks if isinstance(block, Figure | Output) else ()


class Targets:
    """All targets of a document. ``order`` has one entry for each counted block, in the walk's order."""

    def __init__(self, blocks: Blocks, headings: Mapping[str, str] | None = None, language: str = "") -> None:
        """``headings`` are the numbers of headings by anchor, where they have any; ``language`` is the document's."""
        self._headings = headings or {}
        self.known: dict[str, Target] = {}
        self.order: list[Target | None] = []
        self.equations: dict[str, str] = {}
        self.duplicates: list[tuple[str, Where | None]] = []
        self._counts: dict[str, int] = {}
        self._parts: dict[int, tuple[str, str]] = {}
        self._asked = frozenset(_asked(blocks))
        self._bookdown = any(prefix_of(label) and label[len(prefix_of(label))] == ":" for label in self._asked)
        for block in iter_blocks(blocks):
            if isinstance(block, Heading):
                self._heading(block)
            elif isinstance(block, COUNTED):
                self.order.append(self._counted(block))
        for inline in iter_inlines(blocks):
            if isinstance(inline, Anchor):
                self.known.setdefault(inline.name, Target("", inline.name))
        if language:
            for target in {id(each): each for each in (*self.known.values(), *self.order) if each is not None}.values():
                target.word = words_in(language, target.word)
        self._folded: dict[str, Target] = {}
        for label, target in self.known.items():
            self._folded.setdefault(label.lower(), target)

    def find(self, label: str) -> Target | None:
        """The target of a label, in any case and with blanks as hyphens."""
        found = self.known.get(label)
        if found is None:
            found = self._folded.get(label.lower()) or self._folded.get("-".join(label.lower().split()))
        if found is None and prefix_of(label) and ":" in label:
            return self.known.get(label.partition(":")[2])  # bookdown: ``thm:x`` is the theorem ``x``
        return found

    def _add(self, label: str, target: Target, where: Where | None) -> Target:
        if label and label in self.known:
            self.duplicates.append((label, where))
        elif label:
            self.known[label] = target
        return target

    def _heading(self, block: Heading) -> None:
        number = self._headings.get(block.anchor, "")
        title = text_of(block.content).removeprefix(f"{number} " if number else "")
        target = Target("Section", block.anchor, number, title)
        self.known.setdefault(block.anchor, target)
        for alias in block.aliases:
            if self.known.get(alias) is not target:
                self._add(alias, target, block.where)

    def _next(self, word: str) -> str:
        self._counts[word] = self._counts.get(word, 0) + 1
        return str(self._counts[word])

    def _counted(self, block: Block) -> Target | None:
        if isinstance(block, Math):
            return self._math(block)
        if isinstance(block, Figure):
            return self._figure(block)
        if isinstance(block, Callout):
            return self._callout(block)
        assert isinstance(block, Image | Table | Code | Output)
        if not block.label:
            return None
        title = text_of(block.caption)
        part = self._parts.get(id(block))
        word = WORDS.get(prefix_of(block.label)) or next(word for kind, word in _KINDS if isinstance(block, kind))
        if part is not None:
            return self._add(
                block.label, Target(word, block.label, f"{part[0]} ({part[1]})", title, part[1]), block.where
            )
        number = self._next(word) if self._numbers(block.label) else ""
        return self._add(block.label, Target(word, block.label, number, title), block.where)

    def _numbers(self, label: str) -> bool:
        """Whether a label makes a number: R Markdown's (``fig:x``) only where references ask for such ones."""
        if label in self._asked:
            return True
        prefix = prefix_of(label)
        return bool(prefix) and (label[len(prefix)] == "-" or self._bookdown)

    def _math(self, block: Math) -> Target | None:
        found = labels_of(block.tex)
        if block.label and not any(label == block.label for label, _ in found):
            found = [(block.label, found[0][1] if len(found) == 1 else ""), *found]
        anchor = block.label or next((label for label, _ in found if label), "")
        first: Target | None = None
        for label, tag in found:
            if not label:
                continue
            number = tag or block.number or self._next("Equation")
            target = self._add(label, Target("Equation", anchor, number), block.where)
            self.equations.setdefault(label, number)
            first = first or target
        return first

    def _figure(self, block: Figure) -> Target | None:
        word = WORDS.get(prefix_of(block.label)) or _FIGURES[block.kind]
        title = text_of(block.caption)
        part = self._parts.get(id(block))
        if part is not None:
            number = f"{part[0]} ({part[1]})"
            return self._add(block.label, Target(word, block.label, number, title, part[1]), block.where)
        if not (block.label or block.caption):
            return None
        number = self._next(word) if block.numbered or self._numbers(block.label) else ""
        parts = parts_of(block.blocks)
        if len(parts) > 1 or any(each.label for each in parts):
            self._parts.update((id(each), (number, letter(count))) for count, each in enumerate(parts))
        return self._add(block.label, Target(word, block.label, number, title), block.where)

    def _callout(self, block: Callout) -> Target | None:
        if not (block.label or block.theorem):
            return None
        title = text_of(block.title)
        word = WORDS.get(block.theorem, block.theorem.capitalize())
        number = self._next(word) if word else ""
        return self._add(block.label, Target(word, block.label, number, title), block.where)


def _asked(blocks: Iterable[Block]) -> Iterator[str]:
    """Labels that some reference wants the number of."""
    for inline in iter_inlines(blocks):
        if isinstance(inline, CrossRef) and (not inline.text or "%s" in inline.text or "{number}" in inline.text):
            yield inline.label
