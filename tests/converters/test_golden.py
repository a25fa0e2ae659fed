"""Each golden case becomes the same page as when people last read it, and a page that all judges accept.

``make goldens`` writes them anew; read what changed (``git diff tests/golden``) before it is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.converters import golden


@pytest.mark.parametrize("case", golden.cases())
def test_the_page_is_the_one_that_was_read(case: str) -> None:
    for name, text in golden.made(case).items():
        assert text == (golden.GOLDEN / case / name).read_text("utf-8"), (
            f"{case}/{name}: make goldens, and read what changed"
        )


@pytest.mark.judge
def test_the_vendors_accept_all_of_them() -> None:
    from tests.judges import notion
    from tests.judges.atlassian import need_node_modules
    from tests.judges.pages import Judges

    need_node_modules()
    assert notion.available()
    found = {case: page for case in golden.cases() for page in (golden.convert(case, "confluence").rendered,) if page}
    found |= {
        f"{case} ": page for case in golden.cases() for page in (golden.convert(case, "notion").rendered,) if page
    }
    assert len(found) == 2 * len(golden.cases())
    with Judges() as judges:
        local = {name: faults for name, page in found.items() if (faults := Judges(vendors=False).faults(page))}
        refused = judges.vendors_faults(list(found.values()))
    assert local == {}
    assert {list(found)[number]: faults for number, faults in refused.items()} == {}


def accept(names: list[str]) -> None:
    """Write what the cases become now (all of them where none is named)."""
    for case in names or golden.cases():
        for name, text in golden.made(case).items():
            file = golden.GOLDEN / case / name
            if not file.exists() or file.read_text("utf-8") != text:
                file.write_text(text, "utf-8")
                sys.stdout.write(f"{case}/{name}\n")


if __name__ == "__main__":
    accept(sys.argv[1:])
