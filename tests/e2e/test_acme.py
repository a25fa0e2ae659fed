"""The main job, end to end: the example repository into all three targets, with the real command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from tests.e2e.publish import ROOT, TARGETS, configure, nbwiki, requests_since, state, writes

ACME = ROOT / "examples" / "acme"
REPORTS = {
    "customers/team-size.ipynb",
    "growth/signups.ipynb",
    "methods/scaling-laws.ipynb",
    "notes/active-teams.md",
    "operations/ticket-load.ipynb",
    "spectroscopy/gaussian-fit.ipynb",
    "water/sensor-report.ipynb",
}


@pytest.fixture
def repository(tmp_path: Path, sandbox: Server) -> Path:
    """A copy of the example repository with a configuration for the sandbox."""
    folder = tmp_path / "acme"
    shutil.copytree(ACME, folder, ignore=shutil.ignore_patterns("data", "nbwiki.toml"))
    configure(folder, sandbox.url, folder, ("**/*.ipynb", "notes/**/*.md"))
    return folder


@pytest.mark.parametrize("target", TARGETS)
def test_first_sync_publishes_all_and_second_writes_nothing(repository: Path, sandbox: Server, target: str) -> None:
    first = nbwiki("sync", "-t", target, "--json", cwd=repository, start=True)
    assert first.code == 0, first.err
    assert set(first.verbs()["create"]) >= REPORTS
    assert set(first.verbs()) == {"create"}

    before = len(requests_since(sandbox.url))
    second = nbwiki("sync", "-t", target, "--json", cwd=repository, start=True)
    assert second.code == 0, second.err
    assert set(second.verbs()) == {"skip"}
    assert writes(requests_since(sandbox.url, before)) == []
    assert second.json["requests"]["write"] == 0


@pytest.mark.parametrize("target", TARGETS)
def test_a_changed_cell_updates_one_page(repository: Path, sandbox: Server, target: str) -> None:
    assert nbwiki("sync", "-t", target, cwd=repository).code == 0
    note = repository / "notes" / "active-teams.md"
    note.write_text(
        note.read_text(encoding="utf-8").replace("Three departments counted", "Four departments counted"),
        encoding="utf-8",
    )
    planned = nbwiki("plan", "-t", target, "--json", "--exit-code", cwd=repository)
    assert planned.code == 10, planned.err
    assert planned.verbs()["update"] == ["notes/active-teams.md"]
    done = nbwiki("sync", "-t", target, "--json", cwd=repository)
    assert done.code == 0, done.err
    assert done.verbs()["update"] == ["notes/active-teams.md"]
    assert "Four departments counted" in str(state(sandbox.url))


@pytest.mark.parametrize("target", TARGETS)
def test_tokens_never_show(repository: Path, sandbox: Server, target: str) -> None:
    secret = "zebra-token-" + "q" * 24
    for arguments in (
        ("-v", "sync", "-t", target),
        ("-v", "--log-format", "json", "sync", "-t", target, "--json"),
        ("doctor", "-t", target),
    ):
        run = nbwiki(*arguments, cwd=repository, environment={"CONFLUENCE_TOKEN": secret, "NOTION_TOKEN": secret})
        assert run.code == 5, run.err
        assert secret not in run.out + run.err


def test_plan_writes_nothing(repository: Path, sandbox: Server) -> None:
    for target in TARGETS:
        run = nbwiki("plan", "-t", target, "--json", cwd=repository)
        assert run.code == 0, run.err
        assert set(run.verbs()["create"]) >= REPORTS
    assert writes(requests_since(sandbox.url)) == []
