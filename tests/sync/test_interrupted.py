"""Runs that stop half-way: nothing is lost, the next one finishes without duplicates."""

from __future__ import annotations

import collections

import pytest

from adapters.errors import Refused, WikiUnavailable
from adapters.memory import MemoryServer, MemoryWiki
from adapters.settings import TargetSettings, Token
from bridge.config import load
from bridge.pipeline import RenderOptions, render_path
from bridge.publish import publish
from bridge.source_tree import SourceTree
from bridge.sync.actions import Flags
from bridge.sync.bodies import Bodies
from converters.errors import ConversionError

TARGET = TargetSettings(name="w", kind="memory", url="memory:t", token=Token("sandbox"), parent="Reports")


class FailingWiki(MemoryWiki):
    """Stops answering after a number of bodies: by an error, or by the person's Ctrl-C in the main thread."""

    def __init__(self, server, after, error):
        super().__init__(server, TARGET)
        self.after = after
        self.error = error

    def create(self, draft):
        if draft.content is not None:
            self.count()
        return super().create(draft)

    def write(self, page, change):
        self.count()
        return super().write(page, change)

    def count(self):
        self.after -= 1
        if self.after < 0:
            raise self.error


@pytest.fixture
def settings(tmp_path):
    for number in range(6):
        (tmp_path / f"r{number}.md").write_text(f"# Report {number}\n\nSee [next](r{(number + 1) % 6}.md).\n")
    (tmp_path / "nbwiki.toml").write_text('[source]\ninclude = ["*.md"]\n')
    return load(None, {}, tmp_path)


@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_the_next_run_finishes_without_duplicates(settings, after):
    server = MemoryServer()
    error = WikiUnavailable("no answer")
    first = publish(settings, FailingWiki(server, after, error), "w", flags=Flags(), jobs=1)
    assert first.code == 6
    assert sum(one.verb == "error" for one in first.actions) == 6 - after
    second = publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    assert second.code == 0
    assert {one.verb for one in second.actions} <= {"skip", "update", "create"}
    assert max(collections.Counter(page.title for page in server.pages.values()).values()) == 1
    third = publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    assert {one.verb for one in third.actions} == {"skip"}


def test_ctrl_c_ends_after_the_action_in_flight(settings):
    server = MemoryServer()
    done = publish(settings, FailingWiki(server, 2, KeyboardInterrupt()), "w", flags=Flags(), jobs=1)
    assert done.code == 130
    assert sum(one.verb == "create" for one in done.actions) == 2
    assert {one.reason for one in done.actions if one.verb == "error"} == {"not done: interrupted"}
    assert publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags()).code == 0


def test_a_page_edited_between_plan_and_apply_is_a_conflict(settings):
    server = MemoryServer()
    publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    (settings.root / "r1.md").write_text("# Report 1\n\nNew.\n")
    page = server.titled("Report 1")

    class Meddled(MemoryWiki):
        def begin(self, observed, *, arrivals=True):
            server.edit(page.id, "<p>mine</p>")
            return super().begin(observed, arrivals=arrivals)

    done = publish(settings, Meddled(server, TARGET), "w", flags=Flags())
    changed = next(one for one in done.actions if one.source == "r1.md")
    assert (done.code, changed.verb) == (7, "conflict")
    assert "since the plan was made" in changed.reason
    assert page.body == "<p>mine</p>"


def test_pages_not_kept_in_memory_are_rendered_again_and_checked(tmp_path):
    source = tmp_path / "a.md"
    source.write_text("# A\n\nText.\n")
    tree = SourceTree(tmp_path)
    first = render_path("a.md", RenderOptions(), tree).rendered
    bodies = Bodies(tree, keep_bytes=0)
    bodies.add("a", "a.md", first, RenderOptions())
    assert bodies.rendered("a") == first
    source.write_text("# A\n\nOther.\n")
    with pytest.raises(ConversionError, match="changed while the run"):
        bodies.rendered("a")


def test_a_person_retitles_and_moves_and_it_stays_so(settings):
    server = MemoryServer()
    publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    page = server.titled("Report 2")
    other = server.add("Elsewhere", server.home)
    page.parent = other.id
    (settings.root / "r2.md").write_text("# Report 2\n\nNew text.\n")
    done = publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    assert done.code == 0
    assert page.parent == other.id
    assert "New text." in page.body


def test_a_link_to_a_page_that_the_wiki_refused_is_mended_once_it_is_there(settings):
    server = MemoryServer()

    class Picky(MemoryWiki):
        def create(self, draft):
            if draft.title == "Report 3":
                raise Refused("this wiki has no room")
            return super().create(draft)

    first = publish(settings, Picky(server, TARGET), "w", flags=Flags())
    assert [one.source for one in first.actions if one.verb == "error"] == ["r3.md"]
    assert "href" not in server.titled("Report 2").body
    second = publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    assert {one.source for one in second.actions if one.verb != "skip"} == {"r2.md", "r3.md"}
    assert f'href="memory:{server.titled("Report 3").id}"' in server.titled("Report 2").body


def test_a_link_to_a_page_in_conflict_is_written_once(settings):
    server = MemoryServer()
    server.add("Report 3", server.home)
    first = publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    assert first.code == 7
    assert "href" not in server.titled("Report 2").body
    second = publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags())
    assert {one.verb for one in second.actions} == {"skip", "conflict"}
    third = publish(settings, MemoryWiki(server, TARGET), "w", flags=Flags(adopt=True))
    assert {one.source for one in third.actions if one.verb == "update"} == {"r2.md", "r3.md"}
    assert "href" in server.titled("Report 2").body


def test_a_page_that_was_begun_and_then_refused_is_known_to_the_next_run(settings):
    """Its record is among those that a wiki keeps together at the end of a run."""
    server = MemoryServer()
    kept = []

    class Bulk(MemoryWiki):
        def write(self, page, change):
            if change.title == "Report 0":  # the one of the circle that is made without its content
                raise Refused("this wiki likes no zeros")
            return super().write(page, change)

        def finish(self, observed, written, removed):
            kept.extend(record.title for record in written)
            super().finish(observed, written, removed)

    assert publish(settings, Bulk(server, TARGET), "w", flags=Flags()).code == 1
    assert sorted(kept) == [f"Report {number}" for number in range(6)]
