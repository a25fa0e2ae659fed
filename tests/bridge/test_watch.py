"""``sync --watch``: what happens around it does not end it, a signal does, and no change is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.sandbox.server import Server, serve
from tests.e2e.publish import ROOT, TOKENS, configure, state

LONGEST_S = 40


class Watching:
    def __init__(self, folder: Path, target: str) -> None:
        env = {**os.environ, **TOKENS, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bridge", "sync", "-t", target, "--watch"]
        self.err = folder.parent / "stderr"
        with self.err.open("w") as err:
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=err)

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST_S
        while not true():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        return self.err.read_text()

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=LONGEST_S)


@pytest.fixture
def folder(tmp_path: Path, sandbox: Server) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    (made / "a.md").write_text("# Alpha\n\nFirst.\n")
    configure(made, sandbox.url, made, ("*.md",))
    return made


@pytest.fixture
def watching(folder: Path) -> Iterator[Watching]:
    here = Watching(folder, "cloud")
    yield here
    here.process.kill()
    here.process.wait()


def body(url: str, title: str = "Alpha") -> str:
    found = [one["body"] for one in state(url)["pages"] if one["title"] == title and one["status"] == "current"]
    return found[0] if found else ""


def test_a_change_during_a_run_is_published_by_the_next(folder: Path, sandbox: Server) -> None:
    plan = json.dumps({"rules": [{"path": "*", "rate": 1.0, "delay_s": 0.2}]}).encode()
    request = urllib.request.Request(f"{sandbox.url}/sandbox/faults", method="PUT", data=plan)
    urllib.request.urlopen(request, timeout=10).close()
    here = Watching(folder, "cloud")
    try:
        here.until(lambda: sandbox.log._number > 3)  # it has read the file by now, and hasn't written the page
        (folder / "a.md").write_text("# Alpha\n\nSecond.\n")
        here.until(lambda: "Second." in body(sandbox.url))
        assert here.end(signal.SIGTERM) == 0
    finally:
        here.process.kill()
        here.process.wait()
    assert here.said().endswith("stopped\n")


def test_a_broken_configuration_is_told_and_mended(folder: Path, sandbox: Server, watching: Watching) -> None:
    watching.until(lambda: "First." in body(sandbox.url))
    whole = (folder / "nbwiki.toml").read_text()
    (folder / "nbwiki.toml").write_text("[sourc]\n")
    watching.until(lambda: "unknown key 'sourc'" in watching.said())
    (folder / "a.md").write_text("# Alpha\n\nSecond.\n")
    (folder / "nbwiki.toml").write_text(whole)
    watching.until(lambda: "Second." in body(sandbox.url))
    assert watching.end(signal.SIGINT) == 130
    assert "Traceback" not in watching.said()


def test_the_wiki_is_away_and_back(tmp_path: Path) -> None:
    data = tmp_path / "wiki.sqlite"
    wiki = serve(port=0, data=data)
    made = tmp_path / "reports"
    made.mkdir()
    (made / "a.md").write_text("# Alpha\n\nFirst.\n")
    configure(made, wiki.url, made, ("*.md",))
    config = (made / "nbwiki.toml").read_text().replace("token_env", "max_attempts = 1\ntoken_env")
    (made / "nbwiki.toml").write_text(config)
    here = Watching(made, "notion")
    try:
        here.until(lambda: "First." in body(wiki.url))
        wiki.close()
        (made / "a.md").write_text("# Alpha\n\nSecond.\n")
        here.until(lambda: "trying again in" in here.said())
        wiki = serve(port=wiki.port, data=data)
        (made / "b.md").write_text("# Beta\n\nIt is here again.\n")
        here.until(lambda: "again" in body(wiki.url, "Beta") and "Second." in body(wiki.url))
        assert here.end(signal.SIGTERM) == 0
    finally:
        here.process.kill()
        here.process.wait()
        wiki.close()


def test_what_is_wrong_at_the_start_ends_it(folder: Path) -> None:
    here = Watching(folder, "nowhere")
    assert here.process.wait(timeout=LONGEST_S) == 3
