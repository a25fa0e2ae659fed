"""Requests of a sync, counted: what a first publish, a no-op and one changed cell may cost, and a sync under faults.

Counts, not times: those are measured by ``benchmarks/sync_load.py``, with 1,000 reports.
"""

from __future__ import annotations

import shutil

import pytest

from adapters import open_wiki
from adapters.sandbox import admin
from adapters.sandbox.server import serve
from adapters.settings import TargetSettings, Token
from bridge.config import load
from bridge.publish import publish
from bridge.sync.actions import Flags
from tests.e2e.publish import TARGETS, configure
from tests.sync.kills import FOLDERS, PICTURES, REPORTS, reports_with_pictures
from tests.sync.means import Waits, misfortune
from tests.sync.published import published

MANY = 200
PAGES_BESIDE = len({"growth", "europe", "risk", "credit", "models", "root"})
FIRST = {"cloud": 2, "datacenter": 2, "notion": 1}
"""Requests for a new report without files: the page and its record, on Notion one row."""
BEYOND_PLAN = {"cloud": (3, 3), "datacenter": (3, 3), "notion": (2 + 1 + 2, 2 + 1)}
"""Requests for one changed cell of a new page, and for the next change of it. Confluence: the body before and after, and the
record. Notion: the row before and after, the cell's row; at first the ids of the page's blocks and of the table's rows, which
the answer to a page made in one request doesn't tell.
"""
REPORT = "# Report {0}\n\nThe {0}th of many.\n\n| a | b |\n|---|---|\n| {0} | 2 |\n\nThe end.\n"


class Bench:
    """A repository and a wiki; each run is one of a client of its own, that waits without waiting."""

    def __init__(self, folder, server, target):
        self.folder, self.server, self.target = folder, server, target
        configure(folder, server.url, folder / "reports", ("**/*.md",))

    def wiki(self):
        """A client of its own."""
        waits = Waits()
        config = load(self.folder / "nbwiki.toml", {}, self.folder)
        asked = config.file.targets[self.target]
        user = "author@example.com" if self.target == "cloud" else ""
        settings = TargetSettings(
            name=self.target, kind=asked.kind, url=asked.url, deployment=asked.deployment, space=asked.space,
            parent=asked.parent, user=user, token=Token("sandbox"), sleep=waits.sleep, clock=waits.clock,
            hub=config.file.hub.enabled, folders=asked.folders,
        )  # fmt: skip
        return open_wiki(settings)

    def run(self, *, write=True, paths=(), **flags):
        wiki = self.wiki()
        config = load(self.folder / "nbwiki.toml", {}, self.folder)
        before = self.server.log._number
        try:
            paths = [self.folder / "reports" / one for one in paths]
            done = publish(config, wiki, self.target, flags=Flags(**flags), write=write, paths=paths)
        finally:
            wiki.close()
        self.retried = wiki.requests.retried
        return done, self.server.log._number - before


@pytest.fixture
def server():
    made = serve(port=0)
    yield made
    made.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "reports"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"r{number:03d}.md").write_text(REPORT.format(number))
    return folder


@pytest.fixture
def bench(tmp_path, many, server):
    shutil.copytree(many, tmp_path / "reports")
    return lambda target: Bench(tmp_path, server, target)


@pytest.mark.parametrize("target", TARGETS)
def test_requests_of_200_reports(bench, server, target):
    one = bench(target)
    done, first = one.run()
    assert done.code == 0
    assert first <= FIRST[target] * MANY + 20, first
    done, again = one.run(write=False)
    assert {action.verb for action in done.actions} == {"skip"}
    assert again <= 5 + (target != "notion"), again
    server.state.clock_offset_s += 120  # within the minute of its last write a page of Notion's is marked first
    changes(one, 7, beyond=again + BEYOND_PLAN[target][0])
    server.state.clock_offset_s += 120
    one.run()  # Cloud: what the change left to be read
    changes(one, 7, to="-2", beyond=again + BEYOND_PLAN[target][1] + (target == "cloud"))


def changes(one, number, *, beyond, to="-1"):
    """One report's cell changes: the run updates it alone, in so many requests."""
    (one.folder / "reports" / f"r{number:03d}.md").write_text(
        REPORT.format(number).replace(f"| {number} |", f"| {to} |")
    )
    done, sent = one.run()
    assert [action.source for action in done.actions if action.verb == "update"] == [f"r{number:03d}.md"]
    assert sent <= beyond, sent


def test_changed_cells_one_after_another_and_the_manifest_behind_them(bench):
    """Cloud's manifest is written with each third page: until then the plan reads the newer pages' own records."""
    one = bench("cloud")
    one.run()
    _, plan = one.run(write=False)
    properties = admin.dump(one.server.state)["properties"]
    shards = sum(row["key"].startswith("nbwiki-manifest-") for row in properties)
    for round_ in range(2):
        for late in range(3):
            # those of three pages, and the first, which vouches for them
            written = min(shards, 1 + 3) if late == 2 else 0
            changes(one, 10 * round_ + late, beyond=plan + late + BEYOND_PLAN["cloud"][0] + written)
            done, again = one.run()
            assert {action.verb for action in done.actions} == {"skip"}
            assert again == plan + (late + 1) % 3 <= 6, again


@pytest.mark.parametrize("target", TARGETS)
def test_a_sync_ends_complete_though_a_fifth_of_all_requests_fails(tmp_path, server, target):
    places = [f"{FOLDERS[number % len(FOLDERS)]}r{number:02d}" for number in range(REPORTS)]
    reports_with_pictures(tmp_path / "reports", places, PICTURES)
    calm = serve(port=0)
    try:
        quiet = Bench(tmp_path, calm, target)
        done, needed = quiet.run()
        assert done.code == 0
        expected = published(calm, target)
    finally:
        calm.close()
    one = Bench(tmp_path, server, target)
    server.faults.load(misfortune(seed=1))
    done, sent = one.run()
    struck = sum(server.faults.as_json()["struck"])
    server.faults.load({})
    assert done.code == 0, [(action.source, action.reason) for action in done.actions if action.verb == "error"]
    assert published(server, target) == expected
    assert struck >= 0.15 * sent
    assert sent <= 1.7 * needed, (needed, sent, struck)
    done, _ = one.run()
    assert {action.verb for action in done.actions} == {"skip"}
