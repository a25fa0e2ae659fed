"""The decision table: every combination; and what holds for whole plans."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from adapters.base import Page, Record, Tracked
from bridge.sync.actions import Flags, Local
from bridge.sync.adopt import Foreign
from bridge.sync.plan import decide, plan
from tests.sync.table import LINES, cases, decided, fits, markdown

PAGE = Page(id="7", title="T", version="3", url="u")
NEW = Local(key="k", path="a.ipynb", source="r:a.ipynb", title="T", digest="d1")
CHANGED = Local(key="k", path="a.ipynb", source="r:a.ipynb", title="T", digest="d2")
BROKEN = Local(key="k", path="a.ipynb", source="r:a.ipynb", title="T", error="a.ipynb: no JSON")
FOREIGN = Page(id="99", title="T", version="1", url="u")
ARCHIVED = Page(id="99", title="T", version="1", url="u", status="archived")


def kept(*, page: Page | None = PAGE, version: str = "3", **more: object) -> Tracked:
    record = Record(key="k", page="7", title="T", source="r:a.ipynb", digest="d1", version=version)
    return Tracked(record=record, page=page, **more)  # type: ignore[arg-type]


ARCHIVED = Page(id="99", title="T", version="1", url="u", status="archived")
TRASHED = Page(id="7", title="T", version="3", url="u", status="trashed")


def test_every_combination_has_one_line_and_comes_out_so():
    every = list(cases())
    assert len(every) > 30_000
    used = set()
    for case in every:
        lines = [line for line in LINES if fits(line, case)]
        assert len(lines) == 1, (case, lines)
        used.add(lines[0])
        verb, reason = decided(case)
        assert verb == lines[0].verb, (case, reason, lines[0])
        assert fnmatchcase(reason, lines[0].reason.replace("…", "*")), (case, reason)
    assert used == set(LINES), "lines that nothing fits"


def test_the_table_in_the_documentation():
    text = (Path(__file__).parents[2] / "docs/sync.md").read_text()
    assert markdown() in text, "make it again: python -m tests.sync.table docs/sync.md"


def test_a_page_moved_or_retitled_by_a_person_is_unchanged():
    assert decide(NEW, kept(moved=True), None, Flags()) == ("skip", "unchanged")


def everything(_: Tracked) -> bool:
    return True


def test_git_mv_keeps_the_page():
    moved = Local(key="r:b.ipynb", path="b.ipynb", source="r:b.ipynb", title="T", digest="d1", former=("k",))
    made = plan([moved], {"k": kept()}, Foreign(), Flags(prune=True), scope=everything)
    assert [(one.verb, one.reason, one.page_id) for one in made.actions] == [("update", "renamed", "7")]


def test_broken_report_with_an_id_is_never_archived():
    broken = Local(key="r:a.ipynb", path="a.ipynb", source="r:a.ipynb", title="T", error="broken")
    made = plan([broken], {"k": kept()}, Foreign(), Flags(prune=True), scope=everything)
    assert [one.verb for one in made.actions] == ["error"]


def test_two_reports_of_one_id():
    other = Local(key="k", path="b.ipynb", source="r:b.ipynb", title="T2", digest="d9")
    made = plan([other, NEW], {}, Foreign(), Flags(), scope=everything)
    assert [(one.verb, one.source) for one in made.actions] == [("create", "a.ipynb"), ("error", "b.ipynb")]
    assert "same id as a.ipynb" in made.actions[1].reason


def test_children_of_a_page_that_cannot_be_made_are_errors():
    folder = Local(key="folder:r:x/", kind="folder", path="x/", source="r:x/", title="X", digest="f")
    child = Local(key="c", path="x/a.ipynb", source="r:x/a.ipynb", title="C", digest="d", parent=folder.key)
    made = plan([child, folder], {}, Foreign(titled={"X": FOREIGN}), Flags(), scope=everything)
    assert [one.verb for one in made.actions] == ["conflict", "error"]


@pytest.mark.parametrize("seed", range(5))
def test_order_of_input_never_matters(seed):
    import random

    locals_ = [
        Local(
            key=f"k{i}",
            path=f"{i}.md",
            source=f"r:{i}.md",
            title=f"T{i}",
            digest="d",
            parent=f"k{i // 2}" if i > 1 else "",
        )
        for i in range(1, 9)
    ]
    tracked = {f"k{i}": msgspec_tracked(i) for i in range(4, 12)}
    wanted = plan(locals_, tracked, Foreign(), Flags(prune=True), scope=everything)
    generator = random.Random(seed)
    generator.shuffle(locals_)
    shuffled = dict(generator.sample(list(tracked.items()), len(tracked)))
    assert plan(locals_, shuffled, Foreign(), Flags(prune=True), scope=everything) == wanted


def msgspec_tracked(i: int) -> Tracked:
    page = Page(id=str(i), title=f"T{i}", version="1", url="u")
    return Tracked(
        record=Record(key=f"k{i}", page=str(i), title=f"T{i}", source=f"r:{i}.md", digest="d", version="1"), page=page
    )


def test_each_promise_names_tests_that_are_there():
    root = Path(__file__).parents[1]
    there = set(re.findall(r"def (test_\w+)", "\n".join(path.read_text() for path in root.glob("*/*.py"))))
    named = set(re.findall(r"`(test_\w+)`", (root.parent / "docs/sync.md").read_text()))
    assert len(named) > 30
    assert named <= there


@pytest.mark.parametrize("adopt", [False, True])
def test_naming_the_page_of_another_repositorys_report_does_not_take_it(adopt):
    thief = Local(key="q:x.md", path="x.md", source="q:x.md", title="X", digest="d9", named="7")
    foreign = Foreign(named={"q:x.md": PAGE}, owners={"7": "k"} if adopt else {})
    made = plan([thief], {"k": kept()}, foreign, Flags(adopt=adopt, force=True), scope=lambda was: False)
    assert [(one.key, one.verb) for one in made.actions] == [("q:x.md", "conflict")]
    own = Local(key="r:x.md", path="x.md", source="r:x.md", title="X", digest="d9", named="7")
    made = plan([own], {"k": kept()}, Foreign(), Flags(), scope=lambda was: False)
    assert [(one.verb, one.page_id) for one in made.actions] == [("update", "7")]
    # a copy, synced alone: what it was copied from keeps its page
    copied = Foreign(named={"r:x.md": PAGE})
    made = plan([own], {"k": kept()}, copied, Flags(), scope=lambda was: False, still_there=lambda was: True)
    assert [(one.key, one.verb) for one in made.actions] == [("r:x.md", "conflict")]
