"""Notes: what was lost, made simpler or found odd on the way, and where. Shown to the author, never swallowed."""

from __future__ import annotations

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


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """One finding. ``code`` is stable and dotted (``image.missing``), ``text`` one line for a person."""

    kind: Kind
    code: str
    text: str
    where: Where | None = None

    def __str__(self) -> str:
        place = str(self.where) if self.where else ""
        return f"{place}: {self.text}" if place else self.text


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
