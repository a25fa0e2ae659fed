"""Nothing moves as pictures come: the browser view keeps their room from the start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox.server import Server, serve
from tests.browser.browser import DESKTOP, PHONE, Browser
from tests.e2e.publish import ROOT, configure, nbwiki, state

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two example reports with pictures and the hub, on Cloud and in Notion."""
    folder = tmp_path_factory.mktemp("still")
    with serve(port=0) as server:
        configure(folder, server.url, ROOT / "examples" / "acme", ("customers/*.ipynb", "growth/*.ipynb"))
        config = folder / "nbwiki.toml"
        config.write_text(config.read_text(encoding="utf-8") + "\n[hub]\nenabled = true\n", encoding="utf-8")
        for target in ("cloud", "notion"):
            assert nbwiki("sync", "-t", target, cwd=folder).code == 0
        yield server


def address(server: Server, title: str, view: str = "") -> str:
    page = next(one for one in state(server.url)["pages"] if one["api"] == "confluence" and one["title"] == title)
    return f"{server.url}/wiki/spaces/DATA/pages/{page['id']}{view}"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_page_is_as_tall_before_its_pictures_come_as_after(library: Server, chromium: str, width: int) -> None:
    databases = state(library.url)["notion"]["databases"]
    gallery = next(one["id"] for one in databases if one["title"][0]["plain_text"] == "Reports" and one["data_sources"])
    places = {
        "home": address(library, "Report library"),
        "report": address(library, "Teams that grow talk more"),
        "files": address(library, "Teams that grow talk more", "?view=attachments"),
        "gallery": f"{library.url}/notion/p/{gallery.replace('-', '')}",
    }
    with Browser(chromium) as browser:
        for name, url in places.items():
            before, after = (browser.look(url, width=width, pictures=shown) for shown in (False, True))
            assert before["broken"], name
            assert not after["broken"], name
            assert abs(before["height"] - after["height"]) <= 1, (name, before["height"], after["height"])
            assert after["overflow"] == 0, name
