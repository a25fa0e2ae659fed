"""Nothing moves as pictures come: the browser view keeps their room from the start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox.server import Server, serve
from tests.browser.browser import DESKTOP, PHONE, Browser
from tests.browser.driver import Driver
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
        assert nbwiki("audit", "-t", "cloud", cwd=folder).code == 0
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


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_all_reports_at_a_glance_are_within_reach_at_every_width(
    library: Server, chromium: str, width: int, *, dark: bool
) -> None:
    with Driver(chromium) as driver:
        driver.open(address(library, "Health of the library"), width=width, dark=dark)
        assert driver.violations() == []
        room, wide, page = driver.run(
            "(() => { const all = [...document.querySelectorAll('.table')], box = all[all.length - 1];"
            " return [box.clientWidth, box.scrollWidth, document.documentElement.scrollWidth]; })()"
        )
        assert page <= width
        first = "document.querySelector('.table:last-of-type tr:last-child td:first-child').offsetWidth"
        assert driver.run(f"{first}") >= 150, "titles are not squeezed into a word a line"
        assert (wide <= room) == (width == DESKTOP), "on a phone the table scrolls, and nothing else"
        assert driver.errors() == []
