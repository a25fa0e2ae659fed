"""Bibliographies beside a source: BibTeX and BibLaTeX (through pybtex), CSL (``csl.py``) → entries of one shape.

A file is cut into entries first, and only those that are cited go to the parser: a broken entry costs none but itself, and
no string of BibTeX can grow by naming others.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from converters.transforms.csl import csl_entries, items_of
from converters.transforms.works import MAX_FIELD, MAX_PEOPLE, YEAR, Entry, Found, Name, doi_in

MAX_BYTES = 20_000_000
"""Bytes of one bibliography. Ours: a reference manager's export of 10,000 entries with abstracts has about 15 MB."""
MAX_ENTRY = 20_000
"""Characters of one entry without what nobody shows (abstracts, notes); ours."""
MAX_STRING, MAX_STRINGS = 500, 500
"""Characters of one ``@string`` and how many are known: names of journals and months."""

_START = re.compile(r"^[ \t]*@[ \t]*(\w+)[ \t]*[{(][ \t\n]*([^\s,{}()=\"]+)[ \t]*([,=])", re.MULTILINE)
_UNSHOWN = re.compile(
    r"^[ \t]*(?:abstract|annote|file|keywords|bdsk-[\w\-]+|mendeley-[\w\-]+)[ \t]*=", re.IGNORECASE | re.MULTILINE
)
_COMMAND = re.compile(
    r"\\(?:emph|text(?:bf|it|rm|sc|sf|sl|tt|normal|up)?|math(?:rm|bf|it|sf)|uppercase|MakeUppercase|href\{[^{}]*\}|url|mbox"
    r"|enquote|mkbibquote|ensuremath)[ \t]*(?=\{)"
)
_LOGO = re.compile(r"\{\\((?:La|Bib|Xe|Lua)?TeX)\}|\\((?:La|Bib|Xe|Lua)?TeX)\b[ \t]*(?:\{\})?")
_MATH = re.compile(r"(?<!\\)(\$[^$]+\$)")


def read_bibliography(data: bytes, name: str, wanted: Collection[str] | None) -> Found:
    """The entries of a file that are wanted; None for all of them.

    Raises ValueError, in one line, for a file that is none.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # BibTeX's old way; what matters is escaped anyway
    suffix = name.rpartition(".")[2].lower()
    if suffix in {"json", "yaml", "yml"}:
        return csl_entries(items_of(text, suffix), wanted)
    if suffix not in {"bib", "bibtex", "biblatex"}:
        message = f"bibliographies of kind .{suffix} can't be read"
        raise ValueError(message)
    return _bibtex(text, wanted)


# ---------------------------------------------------------------- BibTeX


def _bibtex(text: str, wanted: Collection[str] | None) -> Found:
    parts, strings = _cut(text)
    entries: dict[str, Entry] = {}
    faults: dict[str, str] = {}
    for key in parts if wanted is None else wanted:
        if key not in parts:
            continue
        part = _shortened(parts[key])
        parent = re.search(r"\b(?:crossref|xdata)[ \t]*=[ \t]*[{\"]([^{}\",\s]+)[}\"]", part, re.IGNORECASE)
        above = _shortened(parts[parent[1]]) if parent and parent[1] in parts and parent[1] != key else ""
        if max(len(part), len(above)) > MAX_ENTRY:
            faults[key] = f"longer than {MAX_ENTRY:,} characters"
            continue
        try:
            entries[key] = _parsed(key, part, above, strings)
        except RecursionError:
            faults[key] = "braces nested too deeply"
        except Exception as error:  # noqa: BLE001 — pybtex raises its own errors, ValueError, KeyError and IndexError
            faults[key] = (str(error).splitlines() or [type(error).__name__])[0][:160]
    return Found(entries, faults)


@lru_cache(maxsize=2)  # a project's reports share one
def _cut(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Entries by key as they stand in the file, the first of equal keys; and its strings by name in lower case, without
    those made of others.
    """
    parts: dict[str, str] = {}
    strings: dict[str, str] = {}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = list(_START.finditer(text))
    ends = [*(match.start() for match in starts[1:]), len(text)]
    for match, end in zip(starts, ends, strict=False):
        part = text[match.start() : end]
        if match[1].lower() == "string":
            if len(part) <= MAX_STRING and "#" not in part and len(strings) < MAX_STRINGS:
                strings[match[2].lower()] = part
        elif match[3] == "," and match[1].lower() not in {"comment", "preamble"}:
            parts.setdefault(match[2], part)
    return parts, strings


def _named(strings: Mapping[str, str], text: str) -> str:
    """The strings that a text may name: all of them before each entry would take longer than the entries."""
    words = dict.fromkeys(re.findall(r"[^\s,{}()=\"#]+", text.lower()))
    return "".join(strings[word] for word in words if word in strings)


@lru_cache(maxsize=64)  # entries may all inherit from one
def _shortened(part: str) -> str:
    """An entry without its long unshown fields, where that is needed to read it in bounds."""
    if len(part) <= MAX_ENTRY:
        return part
    kept: list[str] = []
    at = 0
    for match in _UNSHOWN.finditer(part):
        if match.start() >= at:
            kept.append(part[at : match.start()])
            at = _value_end(part, match.end())
    return "".join(kept) + part[at:]


def _value_end(text: str, start: int) -> int:
    """Where the value of a field ends, its comma included."""
    depth = 0
    for position in range(start, len(text)):
        sign = text[position]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth < 0:
                return position
        elif sign == "," and not depth:
            return position + 1
    return len(text)


def _parsed(key: str, part: str, above: str, strings: Mapping[str, str]) -> Entry:
    from pybtex import errors  # type: ignore[import-untyped]
    from pybtex.database.input.bibtex import Parser  # type: ignore[import-untyped]
    from pybtex.scanner import PybtexSyntaxError  # type: ignore[import-untyped]

    with errors.capture() as told:  # what BibTeX warns of, a field twice among it, costs no entry
        found = Parser().parse_string(f"{_named(strings, above + part)}\n{above}\n{part}").entries
    entry = next((value for name, value in found.items() if name.lower() == key.lower()), None)
    broken = next((error for error in told if isinstance(error, PybtexSyntaxError)), None)
    if broken is not None or entry is None:
        raise ValueError(str(broken or "no entry"))
    inherited = next((value for name, value in found.items() if name.lower() != key.lower()), None) if above else None
    fields = {name.lower(): value for name, value in entry.fields.items()}
    people = {role.lower(): persons for role, persons in entry.persons.items()}
    if inherited is not None:
        for name, value in inherited.fields.items():
            fields.setdefault({"title": "booktitle"}.get(name.lower(), name.lower()), value)
        for role, persons in inherited.persons.items():
            people.setdefault(role.lower(), persons)
    return _from_fields(key, entry.type.lower(), fields, people)


def _from_fields(key: str, kind: str, fields: Mapping[str, str], people: Mapping[str, Sequence[Any]]) -> Entry:
    def text(*names: str) -> str:
        return next((shown for name in names if (shown := plain_latex(fields.get(name, "")[:MAX_FIELD]))), "")

    year = YEAR.search(fields.get("year") or fields.get("date") or "")
    genre = text("type")
    if kind in {"phdthesis", "mastersthesis"}:
        genre = genre or ("PhD thesis" if kind == "phdthesis" else "Master’s thesis")
    eprint = text("eprint")
    url = fields.get("url", "").strip()
    if eprint and not url and text("archiveprefix", "eprinttype").lower() == "arxiv":
        url = f"https://arxiv.org/abs/{eprint}"
    return Entry(
        key=key,
        kind=kind,
        authors=_people(people.get("author", ())),
        editors=_people(people.get("editor", ())),
        year=year[1] if year else text("year", "date", "pubstate"),
        title=": ".join(filter(None, (text("title"), text("subtitle")))),
        container=text("journaltitle", "journal", "booktitle", "maintitle"),
        volume=text("volume"),
        issue=text("number", "issue"),
        pages=text("pages").replace("--", "–").replace("-", "–"),
        edition=text("edition"),
        publisher=text("publisher", "school", "institution", "organization", "howpublished"),
        genre=genre,
        doi=doi_in(fields.get("doi", "")),
        url=plain_latex(url) if "\\" in url else url,
        note=text("note"),
    )


def _people(persons: Iterable[Any]) -> tuple[Name, ...]:
    found = []
    for person in list(persons)[:MAX_PEOPLE]:
        family = [*person.prelast_names, *person.last_names]
        given = [*person.first_names, *person.middle_names, *person.lineage_names]
        found.append(Name(plain_latex(" ".join(family)), plain_latex(" ".join(given))))
    return tuple(name for name in found if name.family or name.given)


@lru_cache(maxsize=4096)
def plain_latex(text: str) -> str:
    """LaTeX of a field as text: accents and signs, no braces or commands of type; ``$…$`` stays."""
    if "\\" not in text and "{" not in text and "--" not in text and "~" not in text and "``" not in text:
        return " ".join(text.split())
    import latexcodec  # noqa: F401 — registers the codec

    decode: Any = codecs.decode  # this codec takes text
    pieces = _MATH.split(_COMMAND.sub("", _LOGO.sub(r"\1\2", text)))
    for number in range(0, len(pieces), 2):
        try:
            decoded = str(decode(pieces[number], "ulatex"))
        except ValueError:
            decoded = pieces[number]
        shown = re.sub(r"(?<!\\)[{}]", "", decoded).replace("\\{", "{").replace("\\}", "}")
        pieces[number] = f" {shown}" if pieces[number][:1].isspace() else shown  # the codec drops blanks there
    return " ".join("".join(pieces).replace("``", "“").replace("''", "”").split())
