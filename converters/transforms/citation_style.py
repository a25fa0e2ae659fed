"""How citations and references look: Chicago's author–date, which pandoc and Quarto use by default; or numbers.

Source: The Chicago Manual of Style, 18th edition, chapter 13; three authors or more are "et al." in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from converters.model import Cited, Inline, InlineMath, Inlines, Mark, Span
from converters.transforms.works import Entry, Name

_EM = frozenset({Mark.EM})
_MATH = re.compile(r"(?<!\\)\$([^$]+)\$")
_WHOLE = frozenset(
    {
        *(
            "book",
            "thesis",
            "phdthesis",
            "mastersthesis",
            "report",
            "techreport",
            "proceedings",
            "collection",
            "mvbook",
        ),
        *("booklet", "manual", "dataset", "software", "motion_picture"),
    }
)
"""Kinds whose title is set in italics: they stand on their own."""
_INSIDE = frozenset(
    {
        *("incollection", "inbook", "inproceedings", "conference", "chapter", "paper-conference", "entry-encyclopedia"),
        *("entry-dictionary", "suppbook", "bookinbook"),
    }
)
"""Kinds that stand in a book."""
_GENRES: Mapping[str, str] = {
    "thesis": "Thesis",
    "techreport": "Technical report",
    "report": "Report",
    "software": "Software",
    "dataset": "Data set",
}
MAX_NAMED = 10
"""Authors that a reference names: of more, the first seven. Source: Chicago, 14.76 (17th edition)."""


def short_names(entry: Entry) -> str:
    """Who wrote it, as a citation says it; the title where nobody is named."""
    names = [person.family or person.given for person in entry.authors or entry.editors]
    if not names:
        title = _MATH.sub(r"\1", entry.title)
        return (f"“{title[:60].rstrip()}…”" if len(title) > 60 else f"“{title}”") if title else entry.key
    return names[0] + (" et al." if len(names) > 2 else f" and {names[1]}" if len(names) == 2 else "")


def years(entries: Sequence[Entry]) -> dict[str, str]:
    """The year of each entry as it is shown, by key: with a letter where the same people have several of one year."""
    shown = {entry.key: entry.year or "n.d." for entry in entries}
    alike: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        alike.setdefault((short_names(entry), shown[entry.key]), []).append(entry)
    for (_, year), same in alike.items():
        if len(same) > 1 and year != "n.d.":
            for number, entry in enumerate(same):
                shown[entry.key] = year + (chr(97 + number) if number < 26 else f"-{number}")
    return shown


def sorting(entry: Entry) -> tuple[str, str, str]:
    """The order of references: by names, then years, then titles."""
    people = entry.authors or entry.editors
    names = " ".join(f"{person.family} {person.given}" for person in people) or entry.title or entry.key
    return names.casefold(), entry.year, entry.title.casefold()


def reference(entry: Entry, year: str, *, numbered: bool = False) -> Inlines:
    """An entry of the list of references; ``numbered`` names the year at its end."""
    parts: list[Inlines] = []
    people = _people(entry.authors) or (
        f"{_people(entry.editors)}, ed{'s' * (len(entry.editors) > 1)}." if entry.editors else ""
    )
    if people:
        parts.append((Span(people if people.endswith(".") else f"{people}."),))
    if not numbered:
        parts.append((Span(f"{year if year.endswith('.') else year + '.'}"),))
    if entry.title:
        parts.append(_title(entry))
    parts += _where(entry, year if numbered else "")
    if entry.note and not entry.note.lower().startswith(("http", "accessed")):
        parts.append((Span(entry.note.rstrip(".") + "."),))
    if address := _address(entry):
        parts.append((Span(address, href=address), Span(".")))
    found: list[Inline] = []
    for number, part in enumerate(parts):
        found += [Span(" "), *part] if number else part
    return tuple(found)


def _people(people: Sequence[Name]) -> str:
    if not people:
        return ""
    shown = people if len(people) <= MAX_NAMED else people[:7]
    names = [_inverted(shown[0]), *(" ".join(filter(None, (each.given, each.family))) for each in shown[1:])]
    if len(shown) < len(people):
        return ", ".join(names) + ", et al."
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + f", and {names[-1]}"


def _inverted(person: Name) -> str:
    return ", ".join(filter(None, (person.family, person.given)))


def _title(entry: Entry) -> Inlines:
    """The title with its equations: in italics for what stands on its own, else in quotation marks."""
    end = "" if entry.title[-1:] in "?!." else "."
    if entry.kind in _WHOLE or (
        entry.kind in {"misc", "online", "webpage", ""} and not entry.container and entry.publisher
    ):
        return (*_text(entry.title, _EM), Span(end)) if end else _text(entry.title, _EM)
    return (Span("“"), *_text(entry.title + end), Span("”"))


def _text(text: str, marks: frozenset[Mark] = frozenset()) -> Inlines:
    pieces = _MATH.split(text)
    made = (InlineMath(piece) if number % 2 else Span(piece, marks) for number, piece in enumerate(pieces) if piece)
    return tuple(made)


def _where(entry: Entry, year: str) -> list[Inlines]:
    """Where it was published: journal and volume, book and pages, publisher."""
    pages = entry.pages
    last = f", {year}" if year else ""
    parts: list[Inlines] = []
    if entry.container and entry.kind in _INSIDE:
        tail = f", edited by {_joined(entry.editors)}" if entry.editors and entry.authors else ""
        tail += f", vol. {entry.volume}" if entry.volume else ""
        tail += (f", {pages}" if pages else "") + last
        last = ""
        parts.append((Span("In "), Span(entry.container, _EM), Span(f"{tail}.")))
    elif entry.container:
        tail = f" {entry.volume}" if entry.volume else ""
        tail += f" ({entry.issue})" if entry.issue else ""
        tail += f": {pages}" if pages and tail else f", {pages}" if pages else ""
        if not entry.publisher or entry.kind.startswith("article"):
            return [(Span(entry.container, _EM), Span(f"{tail}{last}."))]
        parts.append((Span(entry.container, _EM), Span(f"{tail}.")))
    elif entry.volume and entry.kind in _WHOLE:
        parts.append((Span(f"Vol. {entry.volume}."),))
    if entry.edition:
        parts.append((Span(f"{_ordinal(entry.edition)} ed."),))
    words = [entry.genre or _GENRES.get(entry.kind, ""), entry.publisher]
    said = ", ".join(word.rstrip(".") for word in words if word and word != entry.container)
    if said or last:
        parts.append((Span(f"{said}{last}.".lstrip(", ")),))
    return parts


def _joined(people: Sequence[Name]) -> str:
    names = [" ".join(filter(None, (each.given, each.family))) for each in people[:4]]
    if len(people) > 4:
        return f"{names[0]} et al."
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _ordinal(edition: str) -> str:
    if not edition.isdecimal():
        return re.sub(r"\s*(?:ed\.?|edition)$", "", edition, flags=re.IGNORECASE)
    number = int(edition[-2:])
    return edition + ("th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th"))


def _address(entry: Entry) -> str:
    """Where it can be read: by its DOI, else by its address on the web."""
    if entry.doi:
        return f"https://doi.org/{quote(entry.doi, safe='/:;()._-', errors='replace')}"
    return entry.url if re.fullmatch(r"https?://[^\s<>\"\ud800-\udfff]+", entry.url) else ""


def suffix(item: Cited, marks: frozenset[Mark]) -> list[Inline]:
    """Pages and the like behind a citation."""
    text = item.suffix.strip()
    if not text:
        return []
    return [Span(text if text.startswith(",") else f", {text}", marks)]


def anchor_of(key: str) -> str:
    """What links to an entry lead to."""
    return f"ref-{key}"


_NUMERIC = re.compile(
    r"(?:^|[-/])(?:ieee|nature|science|vancouver|acm|ams|plos|numeric|aip|aps|acs|springer-basic|elsevier-with-titles)\b"
)
_NUMERIC_STYLE = re.compile(rb"citation-format=[\"']numeric[\"']")


def is_numbered(name: str, style: bytes | None = None) -> bool:
    """Whether a style puts numbers: as its CSL file says, else by its name."""
    return bool(_NUMERIC.search(name.lower()) if style is None else _NUMERIC_STYLE.search(style))
