"""The decision table, one row a test."""

from __future__ import annotations

import pytest

from adapters.base import Page, Record, Tracked
from bridge.sync.actions import Flags, Local
from bridge.sync.plan import decide, plan

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

TABLE = [
    ("new", NEW, None, None, {}, "create", "new"),
    ("title taken", NEW, None, FOREIGN, {}, "conflict", "title taken"),
    ("title held", NEW, None, ARCHIVED, {"adopt": True}, "conflict", "title held by a page that is archived"),
    ("title taken, adopt", NEW, None, FOREIGN, {"adopt": True}, "update", "adopted"),
    ("unchanged", NEW, kept(), None, {}, "skip", "unchanged"),
    ("changed", CHANGED, kept(), None, {}, "update", "source changed"),
    ("edited", NEW, kept(edited=True), None, {}, "skip", "edited on wiki"),
    ("edited, force", NEW, kept(edited=True), None, {"force": True}, "update", "edits on wiki overwritten"),
    ("both", CHANGED, kept(edited=True), None, {}, "conflict", "both changed"),
    ("both, force", CHANGED, kept(edited=True), None, {"force": True}, "update", "edits on wiki overwritten"),
    ("page gone", NEW, kept(page=None), None, {}, "conflict", "page gone"),
    ("page gone, recreate", NEW, kept(page=None), None, {"recreate": True}, "create", "recreated"),
    ("page archived", NEW, kept(page=ARCHIVED), None, {}, "conflict", "page archived"),
    ("page trashed", CHANGED, kept(page=TRASHED), None, {}, "conflict", "page trashed"),
    ("page trashed, recreate", NEW, kept(page=TRASHED), None, {"recreate": True}, "create", "recreated"),
    ("source removed", None, kept(), None, {}, "skip", "source removed"),
    ("source removed, prune", None, kept(), None, {"prune": True}, "archive", "source removed"),
    ("source removed, edited, prune", None, kept(edited=True), None, {"prune": True}, "skip", "source removed, edited"),
    ("both gone", None, kept(page=None), None, {"prune": True}, "skip", "both gone"),
    ("half written", NEW, kept(version=""), None, {}, "update", "unfinished"),
    ("moved by a person", NEW, kept(moved=True), None, {}, "skip", "unchanged"),
    ("broken source", BROKEN, kept(), None, {"prune": True}, "error", "a.ipynb: no JSON"),
    ("retitled onto a foreign page", CHANGED, kept(), FOREIGN, {}, "conflict", "title taken"),
]


@pytest.mark.parametrize(
    ("local", "was", "taken", "flags", "verb", "reason"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_row(local, was, taken, flags, verb, reason):
    decided, why = decide(local, was, taken, Flags(**flags))
    assert decided == verb
    assert why.startswith(reason)


def everything(_: Tracked) -> bool:
    return True


def test_git_mv_keeps_the_page():
    moved = Local(key="r:b.ipynb", path="b.ipynb", source="r:b.ipynb", title="T", digest="d1", former=("k",))
    made = plan([moved], {"k": kept()}, {}, Flags(prune=True), scope=everything)
    assert [(one.verb, one.reason, one.page_id) for one in made.actions] == [("update", "renamed", "7")]


def test_broken_report_with_an_id_is_never_archived():
    broken = Local(key="r:a.ipynb", path="a.ipynb", source="r:a.ipynb", title="T", error="broken")
    made = plan([broken], {"k": kept()}, {}, Flags(prune=True), scope=everything)
    assert [one.verb for one in made.actions] == ["error"]


def test_two_reports_of_one_id():
    other = Local(key="k", path="b.ipynb", source="r:b.ipynb", title="T2", digest="d9")
    made = plan([other, NEW], {}, {}, Flags(), scope=everything)
    assert [(one.verb, one.source) for one in made.actions] == [("create", "a.ipynb"), ("error", "b.ipynb")]
    assert "same id as a.ipynb" in made.actions[1].reason


def test_children_of_a_page_that_cannot_be_made_are_errors():
    folder = Local(key="folder:r:x/", kind="folder", path="x/", source="r:x/", title="X", digest="f")
    child = Local(key="c", path="x/a.ipynb", source="r:x/a.ipynb", title="C", digest="d", parent=folder.key)
    made = plan([child, folder], {}, {"X": FOREIGN}, Flags(), scope=everything)
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
    wanted = plan(locals_, tracked, {}, Flags(prune=True), scope=everything)
    generator = random.Random(seed)
    generator.shuffle(locals_)
    shuffled = dict(generator.sample(list(tracked.items()), len(tracked)))
    assert plan(locals_, shuffled, {}, Flags(prune=True), scope=everything) == wanted


def msgspec_tracked(i: int) -> Tracked:
    page = Page(id=str(i), title=f"T{i}", version="1", url="u")
    return Tracked(
        record=Record(key=f"k{i}", page=str(i), title=f"T{i}", source=f"r:{i}.md", digest="d", version="1"), page=page
    )
