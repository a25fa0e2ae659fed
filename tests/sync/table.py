"""The decision table: every combination of what a plan may find, one line each; docs/sync.md is made of it.

A line says what it wants of each column; ``*`` is anything. Of all combinations each one fits exactly one line
(tests/sync/test_plan.py tries them all), so that the order of the lines has no meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from adapters.base import Page, Record, Tracked
from bridge.sync.actions import Flags, Local
from bridge.sync.plan import decide
from converters.notes import dropped

SOURCE = ("gone", "broken", "lossy", "same", "changed", "renamed")
"""What is here. ``lossy``: converted with notes that are more than information, and otherwise unchanged; ``renamed``: the
same content under another key.
"""
RECORD = ("none", "unfinished", "imported", "whole")
"""What nbwiki knows. ``unfinished``: a killed run's; ``imported``: taken over by ``nbwiki import``, never written."""
PAGE = ("none", "as we left it", "edited", "archived", "trashed", "outside")
"""The page of the record. Being moved or retitled by a person is no edit; outside: of Notion's database, where it lost its
record."""
TITLE = ("free", "foreign", "another report's", "foreign, archived")
"""Who holds the report's title, besides our pages; another report's: of another repository or target."""
NAMED = ("none", "foreign", "another report's", "archived")
"""The page that the document names as its own."""
FLAGS = ("prune", "force", "adopt", "recreate", "strict")


class Line(NamedTuple):
    """What is found, the flags that must (``x``) or must not (``-``) be given, and what comes of it."""

    source: str
    record: str
    page: str
    title: str
    named: str
    flags: str
    verb: str
    reason: str


def _lines() -> Iterator[Line]:
    yield Line("gone", "none", "*", "*", "*", "", "skip", "both gone")
    yield Line("gone", "!none", "none|archived|trashed|outside", "*", "*", "", "skip", "both gone")
    yield Line("gone", "!none", "as we left it", "*", "*", "-prune", "skip", "source removed")
    yield Line("gone", "!none", "as we left it", "*", "*", "prune", "archive", "source removed")
    yield Line("gone", "!none", "edited", "*", "*", "-force", "skip", "source removed, edited on wiki")
    yield Line("gone", "!none", "edited", "*", "*", "force -prune", "skip", "source removed")
    yield Line("gone", "!none", "edited", "*", "*", "force prune", "archive", "source removed")
    yield Line("broken", "*", "*", "*", "*", "", "error", "a.md: broken")
    yield Line("lossy", "*", "*", "*", "*", "strict", "error", "1 notes, and --strict was given")
    for source, strict in (("same|changed|renamed", ""), ("lossy", " -strict")):
        yield from _new(source, strict)
        gone = "none|archived|trashed"
        yield Line(source, "!none", f"{gone}|outside", "*", "*", f"recreate{strict}", "create", "recreated")
        out = "page moved out of its database on the wiki, now at …"
        yield Line(source, "!none", "outside", "*", "*", f"-recreate{strict}", "conflict", out)
        yield Line(source, "!none", gone, "*", "*", f"-recreate{strict}", "conflict", "page … on the wiki")
        live = "as we left it|edited"
        taken = "title taken by a page that nbwiki did not make"
        yield Line(source, "!none", live, "!free", "*", strict.strip(), "conflict", taken)
        yield Line(source, "unfinished", "as we left it", "free", "*", strict.strip(), "update", "unfinished")
        yield Line(source, "!none", "edited", "free", "*", f"force{strict}", "update", "edits on wiki overwritten")
    for record, same in (("whole", "skip"), ("imported|unfinished", "conflict")):
        reason = "edited on wiki by Rita" if same == "skip" else "both changed by Rita"
        yield Line("same|renamed", record, "edited", "free", "*", "-force", same, reason)
        yield Line("lossy", record, "edited", "free", "*", "-force -strict", same, reason)
    yield Line("changed", "!none", "edited", "free", "*", "-force", "conflict", "both changed by Rita")
    yield Line("renamed", "imported|whole", "as we left it", "free", "*", "", "update", "renamed")
    yield Line("changed", "whole", "as we left it", "free", "*", "", "update", "source changed")
    yield Line("same|changed", "imported", "as we left it", "free", "*", "", "update", "adopted")
    yield Line("lossy", "imported", "as we left it", "free", "*", "-strict", "update", "adopted")
    yield Line("same", "whole", "as we left it", "free", "*", "", "skip", "unchanged")
    yield Line("lossy", "whole", "as we left it", "free", "*", "-strict", "skip", "unchanged")


def _new(source: str, strict: str) -> Iterator[Line]:
    """A report without a record."""
    plain = strict.strip()
    taken = "title taken by a page that nbwiki did not make"
    yield Line(source, "none", "*", "free", "none", plain, "create", "new")
    yield Line(source, "none", "*", "foreign|another report's", "none", f"-adopt{strict}", "conflict", taken)
    other = "belongs to another report: page 99 is other:x.md's"
    yield Line(source, "none", "*", "another report's", "none", f"adopt{strict}", "conflict", other)
    yield Line(source, "none", "*", "foreign", "none", f"adopt{strict}", "update", "adopted")
    yield Line(
        source, "none", "*", "foreign, archived", "none", plain, "conflict", "title held by a page that is archived"
    )
    yield Line(source, "none", "*", "!free", "!none", plain, "conflict", taken)
    yield Line(source, "none", "*", "free", "archived", plain, "conflict", "the page 55 that it names is archived")
    names = "names the page 55 that nbwiki did not make"
    yield Line(source, "none", "*", "free", "foreign|another report's", f"-adopt{strict}", "conflict", names)
    yield Line(source, "none", "*", "free", "foreign", f"adopt{strict}", "update", "adopted")
    other = "belongs to another report: page 55 is other:x.md's"
    yield Line(source, "none", "*", "free", "another report's", f"adopt{strict}", "conflict", other)


LINES = tuple(_lines())


class Case(NamedTuple):
    """One combination."""

    source: str
    record: str
    page: str
    title: str
    named: str
    flags: frozenset[str]


def cases() -> Iterator[Case]:
    """Every combination, without those that can't be: a page stands only beside a record."""
    subsets = [
        frozenset(name for name, on in zip(FLAGS, bits, strict=True) if on) for bits in product((0, 1), repeat=5)
    ]
    for source, record, page, title, named, flags in product(SOURCE, RECORD, PAGE, TITLE, NAMED, subsets):
        if record != "none" or page == "none":
            yield Case(source, record, page, title, named, flags)


def fits(line: Line, case: Case) -> bool:
    """Whether a line is about a combination."""
    columns = zip(line[:5], case[:5], strict=True)
    flags = all((word[1:] not in case.flags) if word[0] == "-" else word in case.flags for word in line.flags.split())
    return flags and all(_fits(wanted, found) for wanted, found in columns)


def _fits(wanted: str, found: str) -> bool:
    if wanted.startswith("!"):
        return found != wanted[1:]
    return wanted == "*" or found in wanted.split("|")


_LIVE = Page(id="7", title="T", version="3", url="u")
_PAGES = {
    "none": None,
    "as we left it": _LIVE,
    "edited": _LIVE,
    "archived": Page(id="7", title="T", version="3", url="u", status="archived"),
    "trashed": Page(id="7", title="T", version="3", url="u", status="trashed"),
    "outside": Page(id="7", title="T", version="3", url="u", status="outside"),
}
_TITLES = {
    "free": None,
    "foreign": Page(id="99", title="T", version="1", url="u"),
    "another report's": Page(id="99", title="T", version="1", url="u"),
    "foreign, archived": Page(id="99", title="T", version="1", url="u", status="archived"),
}
_NAMED = {
    "none": None,
    "foreign": Page(id="55", title="Old", version="1", url="u"),
    "another report's": Page(id="55", title="Old", version="1", url="u"),
    "archived": Page(id="55", title="Old", version="1", url="u", status="archived"),
}
_RECORDS = {
    "unfinished": {"digest": "d1", "published": "2026-11-01T10:00:00+00:00"},
    "imported": {"version": "3"},
    "whole": {"version": "3", "digest": "d1", "published": "2026-11-01T10:00:00+00:00"},
}


def decided(case: Case) -> tuple[str, str]:
    """What the plan makes of a combination."""
    local = {
        "gone": None,
        "broken": Local(key="k", path="a.md", title="T", error="a.md: broken"),
        "lossy": Local(key="k", path="a.md", title="T", digest="d1", notes=(dropped("x", "a figure is missing"),)),
        "same": Local(key="k", path="a.md", title="T", digest="d1"),
        "changed": Local(key="k", path="a.md", title="T", digest="d2"),
        "renamed": Local(key="k2", path="b.md", title="T", digest="d1"),
    }[case.source]
    was = None
    if case.record != "none":
        record = Record(key="k", page="7", title="T", **_RECORDS[case.record])  # type: ignore[arg-type]
        edited = case.page == "edited"
        was = Tracked(record=record, page=_PAGES[case.page], edited=edited, edited_by="Rita" if edited else "")
    page = case.named if case.named != "none" else case.title
    owner = "other:x.md" if page == "another report's" else ""
    flags = Flags(**dict.fromkeys(case.flags, True))
    return decide(local, was, _TITLES[case.title], flags, _NAMED[case.named], owner)


def markdown() -> str:
    """The table as documentation."""
    head = "| the source | the record | the page | its title | the page it names | with | what happens | why |"
    rows = [head, "|" + "---|" * 8]
    for line in LINES:
        flags = " ".join(f"no `--{word[1:]}`" if word[0] == "-" else f"`--{word}`" for word in line.flags.split())
        cells = [_words(cell) for cell in line[:5]]
        rows.append(f"| {' | '.join(cells)} | {flags} | **{line.verb}** | {line.reason} |")
    return "\n".join(rows)


def _words(cell: str) -> str:
    if cell == "*":
        return "any"
    return f"any but {cell[1:]}" if cell.startswith("!") else cell.replace("|", " or ")


def write(path: Path) -> None:
    """Puts the table into a document, between its marks."""
    before, mark, rest = path.read_text().partition(START)
    if not mark:
        raise SystemExit(f"{path} has no {START}")
    path.write_text(f"{before}{START}\n{markdown()}\n{END}{rest.partition(END)[2]}")


START, END = "<!-- decision table -->", "<!-- end of the decision table -->"

if __name__ == "__main__":
    import sys

    write(Path(sys.argv[1]))
