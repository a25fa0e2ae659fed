"""Citations → names and years (or numbers) that lead to a list of references, from the bibliographies that a header names.

The list stands where the author wants it (``{bibliography}``, ``::: {#refs}``), below a heading without text at the end,
or under a heading of its own. Without any bibliography the citations stay as they were written.
"""

from __future__ import annotations

import re
from posixpath import join, normpath

import msgspec

from converters.build import spans
from converters.labels import words_in
from converters.model import (
    Anchor,
    AnchorLink,
    Block,
    Blocks,
    Citation,
    Document,
    Heading,
    Inline,
    Inlines,
    ListBlock,
    ListItem,
    Mark,
    Paragraph,
    Span,
    Where,
)
from converters.notes import degraded, missing, security
from converters.transforms.bibliography import MAX_BYTES, read_bibliography
from converters.transforms.citation_places import Asked, asked_in, is_place, placed, without_places
from converters.transforms.citation_style import anchor_of, is_numbered, reference, short_names, sorting, suffix, years
from converters.transforms.context import Context
from converters.transforms.csl import csl_entries
from converters.transforms.headings import slug
from converters.transforms.works import Entry, Found
from converters.walk import iter_blocks, iter_inlines, map_both

MAX_FILES = 20
"""Bibliographies of one document that are read; ours."""
MAX_ENTRIES = 2_000
"""References of one document; ours: ten times a long review's."""

_KEY = re.compile(r"(?<![\w\\/])@\{?([A-Za-z0-9_][\w:.#$%&\-+?<>~/]*)")
_STYLED = (Heading, Paragraph)


def citations(document: Document, context: Context) -> Document:
    """The document without :class:`Citation`."""
    asked = asked_in(document.meta.extra)
    named = bool(asked.paths or asked.items)
    in_summary = [key.rstrip(".,:;?!-") for key in _KEY.findall(document.meta.summary)] if named else []
    if not context.has(document.blocks, Citation) and not asked.always and not in_summary:
        return document
    found = _Citations(document, context, asked, in_summary)
    if named and found.read:
        context.cite = found.told_in
    return found.document()


class _Citations:
    """One document."""

    def __init__(self, document: Document, context: Context, asked: Asked, first: list[str]) -> None:
        """``first`` are keys cited above the body."""
        self.context = context
        self.source = document
        self.asked = asked
        self.where: Where | None = Where(context.path) if context.path else None
        cited = (
            each.key
            for inline in iter_inlines(document.blocks)
            if isinstance(inline, Citation)
            for each in inline.items
        )
        self.order = list(dict.fromkeys((*first, *cited)))
        self.entries: dict[str, Entry] = {}
        self.faults: dict[str, str] = {}
        self.read = 0
        self.told: set[str] = set()
        everything = "*" in asked.always
        # An ordered set: both keys and bibliographies may be long.
        self.wanted = None if everything else dict.fromkeys((*self.order, *asked.always))
        self._read()
        self.numbered = self._is_numbered()
        self.listed = self._listed()
        self.years = years(self.listed)
        self.numbers = {entry.key: str(number) for number, entry in enumerate(self.listed, 1)}

    def document(self) -> Document:
        """The document with its citations told and its references listed."""
        if not self.read:
            return self._as_written()
        blocks = self.told_in(self.source.blocks)
        references = () if self.asked.hidden else self._references()
        if references:
            blocks = placed(blocks, references, self._heading())
        return msgspec.structs.replace(self.source, blocks=without_places(blocks))

    def told_in(self, blocks: Blocks) -> Blocks:
        """Blocks with their citations told."""
        return map_both(blocks, self._joined, self._inline, self._enter)

    # ------------------------------------------------------------ bibliographies

    def _read(self) -> None:
        if self.asked.items:
            self._take(csl_entries(self.asked.items, self.wanted))
        for path in self.asked.paths[:MAX_FILES]:
            if path.startswith(("http://", "https://")):
                self._note("bibliography.web", f"bibliography {path:.100} stands on the web and is not fetched")
                continue
            data = self._bytes(path)
            if data is None:
                continue
            try:
                self._take(read_bibliography(data, path, self.wanted))
            except ValueError as error:
                self._note("bibliography.broken", f"bibliography {path:.100}: {error}")

    def _full(self, path: str) -> str:
        """A path as the door to files wants it: from the root where it begins with a slash."""
        return normpath(path.lstrip("/") if path.startswith("/") else join(self.context.folder, path))

    def _bytes(self, path: str) -> bytes | None:
        try:
            data = self.context.files.read(self._full(path))
        except PermissionError:
            text = f"bibliography {path:.100} stands outside the source root and is not read"
            self.context.notes.append(security("bibliography.outside", text, self.where))
            return None
        except OSError as error:
            near = f" (is it {near}?)" if (near := getattr(error, "hint", "")) else ""
            self._note("bibliography.missing", f"bibliography {path:.100} isn't there{near}")
            return None
        if len(data) > MAX_BYTES:
            most = MAX_BYTES // 1_000_000
            self._note("bibliography.size", f"bibliography {path:.100} is left unread: more than {most} MB")
            return None
        return data

    def _take(self, found: Found) -> None:
        self.read += 1
        for key, entry in found.entries.items():
            if len(self.entries) < MAX_ENTRIES:
                self.entries.setdefault(key, entry)
        for key, fault in found.faults.items():
            self.faults.setdefault(key, fault)

    def _is_numbered(self) -> bool:
        """Whether the style that the header names puts numbers: as its file says, else by its name."""
        style = self.asked.style
        if not style:
            return False
        try:
            return is_numbered(style, self.context.files.read(self._full(style)))
        except OSError:
            return is_numbered(style)

    def _listed(self) -> list[Entry]:
        """The entries of the list in its order: by first citation where they have numbers, else by names."""
        keys = [key for key in self.order if key in self.entries]
        more = self.entries if self.wanted is None else self.asked.always
        keys += [key for key in more if key in self.entries]
        entries = [self.entries[key] for key in dict.fromkeys(keys)]
        return entries if self.numbered else sorted(entries, key=sorting)

    # ------------------------------------------------------------ text

    def _enter(self, block: Block) -> None:
        self.where = getattr(block, "where", None) or self.where

    def _inline(self, inline: Inline) -> Inline | Inlines:
        if not isinstance(inline, Citation) or not inline.items:
            return inline
        if inline.narrative and len(inline.items) == 1 and not self._known(inline.items[0].key, sure=inline.sure):
            if inline.sure:
                return self._unknown(inline.items[0].key, inline.marks)
            return Span(inline.source, inline.marks)  # may be anybody's name behind a sign
        if self.numbered:
            return self._in_numbers(inline)
        return self._narrative(inline) if inline.narrative else self._parenthetical(inline)

    def _joined(self, block: Block) -> Block:
        """Equal neighbours in a text that had citations are one again."""
        if isinstance(block, _STYLED):
            content = spans(block.content)
            return block if content == block.content else msgspec.structs.replace(block, content=tuple(content))
        return block

    def _parenthetical(self, citation: Citation) -> Inlines:
        found: list[Inline] = [Span("(", citation.marks)]
        for number, item in enumerate(citation.items):
            if number:
                found.append(Span("; ", citation.marks))
            if item.prefix:
                found.append(Span(f"{item.prefix} ", citation.marks))
            if self._known(item.key):
                entry = self.entries[item.key]
                words = self.years[item.key] if item.year_only else f"{short_names(entry)} {self.years[item.key]}"
                found.append(self._link(item.key, words, citation.marks))
            else:
                found.append(self._unknown(item.key, citation.marks))
            found += suffix(item, citation.marks)
        return (*found, Span(")", citation.marks))

    def _narrative(self, citation: Citation) -> Inlines:
        found: list[Inline] = []
        for number, item in enumerate(citation.items):
            if number:
                found.append(Span(", " if number < len(citation.items) - 1 else " and ", citation.marks))
            if not self._known(item.key):
                found.append(self._unknown(item.key, citation.marks))
                continue
            found.append(Span(f"{short_names(self.entries[item.key])} (", citation.marks))
            found.append(self._link(item.key, self.years[item.key], citation.marks))
            found += [*suffix(item, citation.marks), Span(")", citation.marks)]
        return tuple(found)

    def _in_numbers(self, citation: Citation) -> Inlines:
        found: list[Inline] = []
        if citation.narrative and self._known(citation.items[0].key):
            found.append(Span(f"{short_names(self.entries[citation.items[0].key])} ", citation.marks))
        found.append(Span("[", citation.marks))
        for number, item in enumerate(citation.items):
            if number:
                found.append(Span(", ", citation.marks))
            if item.prefix:
                found.append(Span(f"{item.prefix} ", citation.marks))
            if self._known(item.key):
                found.append(self._link(item.key, self.numbers[item.key], citation.marks))
            else:
                found.append(self._unknown(item.key, citation.marks))
            found += suffix(item, citation.marks)
        return (*found, Span("]", citation.marks))

    def _link(self, key: str, words: str, marks: frozenset[Mark]) -> Span:
        return Span(words, marks, None if self.asked.hidden else AnchorLink(anchor_of(key)))

    def _known(self, key: str, *, sure: bool = True) -> bool:
        if key in self.entries:
            return True
        if key not in self.told:
            self.told.add(key)
            fault = self.faults.get(key)
            words = (
                f"entry {key:.80} of the bibliography can't be read: {fault}"
                if fault
                else f"no bibliography has an entry {key:.80}"
            )
            self._note("citation.unknown", f"{words}; {'the citation shows its key' if sure else 'its text stays'}")
        return False

    def _unknown(self, key: str, marks: frozenset[Mark]) -> Span:
        return Span(f"{key}?", marks | {Mark.STRONG})

    def _note(self, code: str, text: str) -> None:
        self.context.notes.append(missing(code, text, self.where))

    def _as_written(self) -> Document:
        """The document with the citations as their author wrote them, and a note."""
        reason = "no bibliography could be read" if self.asked.paths else "no bibliography is named"
        if any(isinstance(one, Citation) and one.sure and one.items for one in iter_inlines(self.source.blocks)):
            text = f"citations stay as they were written: {reason}"
            self.context.notes.append(degraded("citation.text", text, self.where))

        def written(inline: Inline) -> Inline:
            return Span(inline.source, inline.marks) if isinstance(inline, Citation) and inline.items else inline

        blocks = map_both(self.source.blocks, self._joined, written)
        if any(map(is_place, iter_blocks(blocks))):
            text = f"the list of references is left out: {reason}"
            self.context.notes.append(missing("directive.bibliography", text, self.where))
        return msgspec.structs.replace(self.source, blocks=without_places(blocks))

    # ------------------------------------------------------------ the list

    def _references(self) -> Blocks:
        if not self.numbered:
            return tuple(
                Paragraph((Anchor(anchor_of(entry.key)), *reference(entry, self.years[entry.key])))
                for entry in self.listed
            )
        items = (
            ListItem((Paragraph((Anchor(anchor_of(entry.key)), *reference(entry, entry.year, numbered=True))),))
            for entry in self.listed
        )
        return (ListBlock("ordered", tuple(items)),) if self.listed else ()

    def _heading(self) -> Heading:
        words = self.asked.heading or words_in(self.source.meta.language, "References")
        levels = [block.level for block in iter_blocks(self.source.blocks) if isinstance(block, Heading)]
        return Heading(min(levels, default=2), (Span(words),), slug(words), numbered=False)
