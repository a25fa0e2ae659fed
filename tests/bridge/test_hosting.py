"""Figures hosted for readers: there before the page is, once, and shown live by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.sandbox.server import Server
from bridge.hosting import public_url
from bridge.settings import InteractiveSettings
from converters.errors import ConfigError
from tests.e2e import publish

FIGURE = {"data": [{"y": [1, 3, 2]}], "layout": {}}


def notebook(figure: object) -> str:
    output = {"output_type": "display_data", "metadata": {}, "data": {"application/vnd.plotly.v1+json": figure}}
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "execution_count": 1, "outputs": [output]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@pytest.fixture
def place(tmp_path: Path, sandbox: Server) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.ipynb").write_text(notebook(FIGURE))
    publish.configure(tmp_path, f"http://127.0.0.1:{sandbox.port}", tmp_path / "source")
    with (tmp_path / "nbwiki.toml").open("a") as file:
        file.write(
            f'\n[interactive]\ndraw = false\npublish_to = "file://{tmp_path}/www/figures"\n'
            'public_url = "https://figures.example.com/f/"\n'
        )
    return tmp_path


def test_a_figure_is_hosted_once_and_the_page_shows_it_live(place: Path, sandbox: Server) -> None:
    done = publish.nbwiki("sync", "-t", "cloud", "--json", cwd=place)
    assert done.code == 0, done.err
    assert "no effect" not in done.err
    (page,) = (place / "www" / "figures").iterdir()
    assert "Plotly.newPlot(" in page.read_text(encoding="utf-8")
    bodies = json.dumps(publish.state(f"http://127.0.0.1:{sandbox.port}"))
    assert f"https://figures.example.com/f/{page.name}" in bodies
    before = page.stat().st_mtime_ns
    publish.nbwiki("sync", "-t", "cloud", "--force", cwd=place)
    publish.nbwiki("sync", "-t", "notion", cwd=place)
    assert (page.stat().st_mtime_ns, len(list(page.parent.iterdir()))) == (before, 1)


def test_figures_of_a_report_for_few_are_hosted_nowhere(place: Path) -> None:
    path = place / "source" / "a.ipynb"
    made = json.loads(path.read_text())
    path.write_text(json.dumps({**made, "metadata": {"nbwiki": {"visibility": "private"}}}))
    done = publish.nbwiki("sync", "-t", "cloud", "--json", cwd=place)
    assert done.code == 0, done.err
    assert not (place / "www").exists()
    assert "interactive.closed" in {note["code"] for note in done.json["actions"][0]["notes"]}


def test_pages_that_are_sources_are_attached_and_not_hosted(place: Path, sandbox: Server) -> None:
    (place / "source" / "a.ipynb").unlink()
    (place / "source" / "b.nb.html").write_text("<html><body><h1>B</h1><p>Words of a page.</p></body></html>")
    done = publish.nbwiki("sync", "-t", "cloud", "--json", cwd=place)
    assert done.code == 0, done.err
    held = publish.state(f"http://127.0.0.1:{sandbox.port}")["attachments"]
    assert [one["name"].partition("-")[0] for one in held if ".html" in one["name"]]
    assert not (place / "www").exists()


def test_what_cannot_be_hosted_stops_its_report_and_leaves_no_page(place: Path, sandbox: Server) -> None:
    (place / "www").write_text("a file where the folder should be")
    done = publish.nbwiki("sync", "-t", "cloud", "--json", cwd=place)
    assert done.code == 1
    (action,) = done.json["actions"]
    assert action["verb"] == "error"
    assert "can't be written to" in action["reason"]


@pytest.mark.parametrize(
    "settings",
    [
        {"publish_to": "s3://bucket"},
        {"public_url": "https://example.com"},
        {"publish_to": "s3://bucket", "public_url": "http://example.com"},
        {"publish_to": "s3://bucket", "public_url": "https://example.com", "attach": False},
    ],
)
def test_half_a_setting_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        public_url(InteractiveSettings(**settings))  # type: ignore[arg-type]
