"""One document through reader, transforms and writer with nothing caught, and the properties that hold for each page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bridge.pipeline import RenderOptions
from converters import transforms, writers
from converters.errors import ConversionError
from converters.model import Rendered
from converters.notes import Note
from converters.options import NoFiles, Source, TransformOptions, WriteOptions
from converters.readers import read
from tests.judges import notion, pages
from tests.judges.atlassian import need_node_modules

WIKIS = {"cloud": "confluence", "datacenter": "confluence", "notion": "notion"}
PLACELESS: set[str] = set()
"""Codes of notes without a place that were met; gathered, for one reason has many examples."""

LOCAL = pages.Judges(vendors=False)


def convert(source: Source, flavor: str, files: Any = None, **transform: Any) -> tuple[Rendered | None, Sequence[Note]]:
    """The page and its notes; None where the document is refused in one line. Any other exception goes through."""
    options = RenderOptions(
        transform=TransformOptions(target=WIKIS[flavor], **transform), write=WriteOptions(flavor=flavor)
    )
    try:
        made = transforms.apply(read(source, options.read), options.transform, files or NoFiles())
        rendered, notes = writers.write(made.document, options.transform.target, options.write)
    except ConversionError as error:
        assert len(str(error).splitlines()) == 1, f"a refusal of more than one line: {error}"
        assert source.path in str(error), f"the refusal doesn't name the file: {error}"
        return None, ()
    return rendered, [*made.notes, *notes]


def check(
    source: Source, flavors: Iterable[str] = ("cloud", "notion"), files: Any = None, **transform: Any
) -> list[Rendered]:
    """The pages of a document for these wikis, after all that must hold for any: accepted, told, the same again."""
    made = []
    for flavor in flavors:
        page, notes = convert(source, flavor, files, **transform)
        again, again_notes = convert(source, flavor, files, **transform)
        if page is None or again is None:
            assert page is again, "refused once, and once not"
            continue
        faults = LOCAL.faults(page)
        assert faults == [], f"refused: {faults[0]}"
        for note in notes:
            assert len(note.text.splitlines()) == 1, f"not one line: {note.text!r}"
            assert note.code
            if note.where is None:
                PLACELESS.add(note.code)
        same = (page.digest, page.body, page.blocks) == (again.digest, again.body, again.blocks)
        assert same, "another page the second time"
        assert [str(note) for note in notes] == [str(note) for note in again_notes], "other notes the second time"
        made.append(page)
    return made


def refused_by_vendors(made: Sequence[tuple[object, Rendered]], *, katex: bool = False) -> list[str]:
    """What Atlassian's and Notion's own software say of pages, each given with what it was made from.

    ``katex`` asks whether each equation can be shown, which no nonsense can.
    """
    need_node_modules()
    assert notion.available()
    with pages.Judges() as judges:
        found = judges.vendors_faults([page for _, page in made], katex=katex)
    kinds: dict[str, str] = {}  # the shortest of each kind
    for number, faults in found.items():
        for fault in faults:
            words = f"{fault} | {made[number][0]!r}"
            kind = re.sub(r"'[^']*'|\d+", "", fault.partition(" | ")[0])
            kinds[kind] = min(kinds.get(kind, words), words, key=len)
    return list(kinds.values())
