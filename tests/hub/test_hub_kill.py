"""``kill -9`` in the middle of the first sync with a hub: one more run, and the wiki is that of an undisturbed one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox import admin
from adapters.sandbox.server import Server
from tests.e2e.publish import TARGETS, configure, writes
from tests.hub.test_hub_sync import report
from tests.sync.forks import Killer, Zygote, killed_at_request, settle
from tests.sync.published import published

MOMENTS = (0.2, 0.55, 0.75, 0.95)
"""Shares of an undisturbed run's requests: among the reports, among the hub's pages, in its last records."""


@pytest.fixture
def library(tmp_path: Path, sandbox: Server) -> Path:
    """Eight reports of three authors and two topics, two of which replace others."""
    sources = tmp_path / "sources"
    for number in range(8):
        more = f"supersedes: [r{number - 1}.md]\n" if number in {3, 6} else ""
        header = f"title: Case {number}\nauthors: [Person {number % 3}]\ntags: [topic {number % 2}, cases]\n"
        report(
            sources,
            f"lab/r{number}.md",
            f"{header}team: Lab\ndate: 2026-0{number + 1}-11\nsummary: Told {number}.\n{more}",
        )
    configure(tmp_path, sandbox.url, sources, ("**/*.md",))
    config = tmp_path / "nbwiki.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[hub]\nenabled = true\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def zygote(library: Path, request: pytest.FixtureRequest) -> Iterator[Zygote]:
    made = Zygote(library, "-t", request.getfixturevalue("target"))
    yield made
    made.close()


def finished(server: Server, zygote: Zygote, folder: Path, target: str) -> int:
    """A run to its end; how many requests it made."""
    number = server.log._number
    zygote.start(folder, "sync", "-q", "-t", target)
    assert zygote.end() == 0
    return server.log._number - number


@pytest.mark.parametrize("target", TARGETS)
def test_killed_in_the_middle_of_its_first_sync(library: Path, sandbox: Server, zygote: Zygote, target: str) -> None:
    requests = finished(sandbox, zygote, library, target)
    expected = published(sandbox, target)
    assert any(one["title"] == "Topic: cases" for one in expected)
    for share in MOMENTS:
        admin.reset(sandbox.state)
        sandbox.log.clear()
        assert killed_at_request(zygote, sandbox, int(share * requests), library, "sync", "-q", "-t", target)
        finished(sandbox, zygote, library, target)
        assert published(sandbox, target) == expected, share
        number = sandbox.log._number
        finished(sandbox, zygote, library, target)
        assert writes(sandbox.log.entries(since=number)) == [], share


class AtHome(Killer):
    """Kills at the request that makes the home page."""

    def strike(self, request: Any) -> Any:
        home = (
            request.method == "POST" and request.path.endswith("/notion/v1/pages") and b"Report library" in request.body
        )
        self.left = 1 if home else self.left + 1
        return super().strike(request)


@pytest.mark.parametrize("target", ["notion"])
def test_killed_as_home_is_made_the_next_run_leads_to_it(
    library: Path, sandbox: Server, zygote: Zygote, target: str
) -> None:
    with AtHome(sandbox, 10**9) as killer:
        (killer.pid,) = zygote.start(library, "sync", "-q", "-t", target)
        assert zygote.end() < 0
    settle(sandbox)

    def links() -> int:
        return sum(
            block["type"] == "link_to_page"
            for page in admin.dump(sandbox.state)["pages"]
            if page["title"] == "Data hub"
            for block in page["blocks"]
        )

    assert links() == 0
    finished(sandbox, zygote, library, target)
    assert links() == 1
    number = sandbox.log._number
    finished(sandbox, zygote, library, target)
    assert writes(sandbox.log.entries(since=number)) == []
