"""``nbwiki preview`` as a writer uses it: the real command, real files that change, a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.driver import Driver
from tests.e2e.publish import ROOT

pytestmark = pytest.mark.browser
FRAME = "document.querySelector('#{} iframe').contentDocument"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports, one of them a notebook."""
    shutil.copytree(ROOT / "examples" / "acme" / "customers", tmp_path / "customers")
    (tmp_path / "extract.py").write_text((ROOT / "examples" / "acme" / "extract.py").read_text())
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "weekly.md").write_text("---\ntitle: Weekly\n---\n\n## Findings\n\nAlpha was here.\n")
    return tmp_path


class Preview:
    """The running command."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bridge", "preview", "--no-open", "--port", "0", *arguments],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+/preview", line)
        assert found, line
        self.url = found[0]

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/state") as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def settled(self, patience_s: float = 40.0, **wanted: Any) -> dict[str, Any]:
        """The state once nothing is under way and it is as wanted: ``source=predicate of its report``."""
        end = time.monotonic() + patience_s
        while True:
            found = self.state()
            reports = {
                one["source"].rpartition("/")[2].replace(".", "_").replace("-", "_"): one for one in found["reports"]
            }
            if not found["busy"] and all(name in reports and test(reports[name]) for name, test in wanted.items()):
                return found
            assert time.monotonic() < end, found
            time.sleep(0.1)

    def close(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=20)
        return self.process.returncode


@pytest.fixture
def preview(folder: Path) -> Iterator[Preview]:
    running = Preview(folder)
    yield running
    running.close()


@pytest.fixture(scope="module")
def driver(chromium: str) -> Iterator[Driver]:
    with Driver(chromium) as running:
        yield running


def frame_text(driver: Driver, side: str) -> str:
    return str(driver.run(f"{FRAME.format(side)}.body.innerText"))


def test_the_page_follows_the_file_and_keeps_the_readers_place(preview: Preview, folder: Path, driver: Driver) -> None:
    preview.settled(weekly_md=lambda one: one["notion"]["changed"] == 1)
    driver.open(preview.url + "#reports%2Fweekly.md", height=500)
    driver.wait(f"{FRAME.format('confluence')}.body?.innerText.includes('Alpha was here')")
    driver.do("select", selector="#report", value="customers/team-size.ipynb")
    driver.wait(f"{FRAME.format('confluence')}.body?.innerText.includes('1,169 teams')")
    # a fold is opened and the page scrolled
    driver.run(
        f"(() => {{ const page = {FRAME.format('confluence')}; page.querySelector('details.expand').open = true;"
        " page.defaultView.scrollTo(0, 700); page.body.dataset.old = 'yes'; })()"
    )
    source = folder / "customers" / "team-size.ipynb"
    source.write_text(
        source.read_text().replace("title: Teams that grow talk more", "title: Teams that grow talk more and more")
    )
    driver.wait(f"{FRAME.format('confluence')}.body && !{FRAME.format('confluence')}.body.dataset.old")
    driver.wait(f"{FRAME.format('confluence')}.querySelector('h1')?.innerText.includes('more and more')")
    driver.wait(f"{FRAME.format('confluence')}.defaultView.scrollY === 700")
    assert driver.run(f"{FRAME.format('confluence')}.querySelector('details.expand').open")
    assert driver.errors() == []


def test_the_next_report_is_shown_where_the_shown_one_is_removed(
    preview: Preview, folder: Path, driver: Driver
) -> None:
    preview.settled(weekly_md=lambda one: one["notion"]["changed"] == 1)
    driver.open(preview.url + "#reports%2Fweekly.md%")  # no hash of ours: the first report
    driver.do("select", selector="#report", value="reports/weekly.md")
    driver.wait(f"{FRAME.format('confluence')}.body?.innerText.includes('Alpha was here')")
    (folder / "reports" / "weekly.md").unlink()
    driver.wait(f"{FRAME.format('confluence')}.body?.innerText.includes('1,169 teams')")
    assert driver.run("document.querySelector('#report').value") == "customers/team-size.ipynb"


def test_a_broken_document_says_its_one_line_and_the_others_go_on(
    preview: Preview, folder: Path, driver: Driver
) -> None:
    preview.settled(weekly_md=lambda one: one["notion"]["changed"] == 1)
    source = folder / "customers" / "team-size.ipynb"
    good = source.read_text()
    source.write_text("no notebook at all")
    (folder / "reports" / "weekly.md").write_text("---\ntitle: Weekly\n---\n\n## Findings\n\nBeta came.\n")
    preview.settled(
        team_size_ipynb=lambda one: one["confluence"]["error"] and one["notion"]["error"],
        weekly_md=lambda one: one["notion"]["changed"] > 1,
    )
    driver.open(preview.url + "#customers%2Fteam-size.ipynb")
    driver.wait("document.querySelector('#confluence .error').innerText.includes('customers/team-size.ipynb')")
    line = driver.run("document.querySelector('#confluence .error').innerText")
    assert "\n" not in line.strip()
    driver.do("select", selector="#report", value="reports/weekly.md")
    driver.wait(f"{FRAME.format('confluence')}.body?.innerText.includes('Beta came')")
    source.write_text(good)
    preview.settled(team_size_ipynb=lambda one: not one["confluence"]["error"] and not one["notion"]["error"])


def test_both_wikis_side_by_side_and_the_frame_is_accessible(preview: Preview, driver: Driver, tmp_path: Path) -> None:
    preview.settled(weekly_md=lambda one: one["notion"]["changed"] == 1)
    for dark in (False, True):
        driver.open(preview.url, dark=dark)
        driver.wait(f"{FRAME.format('confluence')}.body?.innerText.length > 100")
        driver.click("Side by side", selector=".both")
        driver.wait(f"{FRAME.format('notion')}.body?.innerText.length > 100")
        assert "1,169 teams" in frame_text(driver, "confluence")
        assert "1,169 teams" in frame_text(driver, "notion")
        assert driver.violations() == []


def test_no_script_of_a_document_runs(folder: Path, driver: Driver) -> None:
    hostile = "<script>parent.document.title='pwned'</script><img src=x onerror=\"parent.document.title='pwned'\">"
    (folder / "reports" / "hostile.md").write_text(f"---\ntitle: '{hostile}'\n---\n\n## One\n\n{hostile} text\n")
    preview = Preview(folder)
    try:
        preview.settled(hostile_md=lambda one: one["notion"]["changed"] == 1)
        driver.open(preview.url + "#reports%2Fhostile.md")
        driver.click(selector=".both")
        driver.wait(f"{FRAME.format('notion')}.body?.innerText.includes('text')")
        assert "pwned" not in driver.run("document.title").replace(hostile, "")
        assert driver.run("document.querySelector('#confluence iframe').getAttribute('sandbox').includes('allow-scripts')") is False  # fmt: skip
        page = preview.state()["reports"][0]["confluence"]["address"]
        with urllib.request.urlopen(preview.url.removesuffix("/preview") + urllib.request.quote(page, safe="/+")) as answer:  # fmt: skip
            assert "script-src" not in answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    finally:
        preview.close()


def test_it_ends_cleanly_and_takes_paths(folder: Path) -> None:
    preview = Preview(folder, "reports/weekly.md")
    found = preview.settled(weekly_md=lambda one: one["notion"]["changed"] == 1)
    assert [one["source"] for one in found["reports"]] == ["reports/weekly.md"]
    assert preview.close() == 0
