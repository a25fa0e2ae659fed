"""Notes: what was lost, made simpler or found odd on the way, and where. Shown to the author, never swallowed."""

from __future__ import annotations

import unicodedata
from typing import Literal, TypeAlias

import msgspec

from converters.model import Where

Kind: TypeAlias = Literal[
    "dropped",  # content that is not on the page
    "degraded",  # content that is on the page in a simpler form
    "missing",  # something that the document names and that is not there
    "repaired",  # a defect of the source that was mended in reading
    "metadata",  # a metadata value that was not understood or contradicts another
    "security",  # content withheld because it could harm a reader or the wiki
    "info",  # nothing is lost: what the author should know, such as which of two files was taken
]


MAX_CHARACTERS = 600
"""A note's text is cut beyond this: it may quote what a document holds. Source: twice our longest own sentence with the
name of a file in it; six lines of a terminal."""


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """One finding. ``code`` is stable and dotted (``image.missing``), ``text`` one line for a person.

    Notes quote documents, which may hold anything: whatever they are given, ``text`` is one line of at most
    ``MAX_CHARACTERS`` that no terminal and no log takes for a command.
    """

    kind: Kind
    code: str
    text: str
    where: Where | None = None

    def __post_init__(self) -> None:
        if len(self.text) > MAX_CHARACTERS or not self.text.isprintable():
            msgspec.structs.force_setattr(self, "text", one_line(self.text))

    def __str__(self) -> str:
        place = str(self.where) if self.where else ""
        return f"{place}: {self.text}" if place else self.text


_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of control characters, marks of direction and the like, halves of pairs and separators."""
_KEPT = frozenset("\u00ad\u200c\u200d")
"""Of these: a soft hyphen and the joiners of scripts and emoji."""


def one_line(text: str) -> str:
    r"""A text as one line of at most ``MAX_CHARACTERS``, its control characters written as escapes (``\x1b``)."""
    text = text[: 2 * MAX_CHARACTERS] + ("…" if len(text) > 2 * MAX_CHARACTERS else "")
    line = " ".join(filter(None, map(str.strip, text.split("\n"))))
    line = "".join(
        c if unicodedata.category(c) not in _HARMFUL or c in _KEPT else ascii(c)[1:-1] for c in line.replace("\t", " ")
    )
    return line if len(line) <= MAX_CHARACTERS else line[: MAX_CHARACTERS - 1] + "…"


def placed(note: Note, where: Where | None) -> Note:
    """The note with this place where it has none of its own."""
    return note if note.where is not None or where is None else msgspec.structs.replace(note, where=where)


def dropped(code: str, text: str, where: Where | None = None) -> Note:
    """Content that is not on the page."""
    return Note("dropped", code, text, where)


def degraded(code: str, text: str, where: Where | None = None) -> Note:
    """Content that is on the page in a simpler form."""
    return Note("degraded", code, text, where)


def missing(code: str, text: str, where: Where | None = None) -> Note:
    """Something that the document names and that is not there."""
    return Note("missing", code, text, where)


def repaired(code: str, text: str, where: Where | None = None) -> Note:
    """A defect of the source that was mended in reading."""
    return Note("repaired", code, text, where)


def metadata(code: str, text: str, where: Where | None = None) -> Note:
    """A metadata value that was not understood, or two that contradict each other."""
    return Note("metadata", code, text, where)


def security(code: str, text: str, where: Where | None = None) -> Note:
    """Content withheld because it could harm a reader or the wiki."""
    return Note("security", code, text, where)


def info(code: str, text: str, where: Where | None = None) -> Note:
    """What the author should know; nothing is lost."""
    return Note("info", code, text, where)
