"""Interactive figures in a real browser: the renderer's pictures, and the standalone pages as a reader opens them."""

from __future__ import annotations

import functools
import http.server
import io
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Pillow

from bridge import browser as browser_module
from bridge.browser import ChromiumRenderer, close, find_renderer
from converters.model import Interactive
from tests.browser.browser import Browser
from tests.converters import test_interactive as samples

pytestmark = pytest.mark.browser

FIGURES = {
    "plotly": lambda: [samples.display(samples.PLOTLY_JSON)],
    "vega": lambda: [samples.display(samples.CHART._repr_mimebundle_())],
    "bokeh": lambda: list(samples.bokeh_outputs()),
}


@pytest.fixture(scope="module")
def renderer(chromium: str) -> Iterator[ChromiumRenderer]:
    yield ChromiumRenderer(chromium)
    close()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, chromium: str) -> Iterator[ChromiumRenderer]:
    """A renderer with nothing drawn, nothing failed, and a short limit."""
    close()
    monkeypatch.setattr(browser_module, "_PICTURES", {})
    monkeypatch.setattr(browser_module, "_FAILED", [])
    yield ChromiumRenderer(chromium)
    close()


def picture(data: bytes | None) -> Pillow.Image:
    assert data is not None
    return Pillow.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("library", ["plotly", "bokeh"])
def test_figures_are_drawn_sharp_in_their_size(renderer: ChromiumRenderer, library: str) -> None:
    (figure,), document, notes = samples.shown(*FIGURES[library](), renderer=renderer)
    assert isinstance(figure, Interactive)
    assert not notes
    asset = document.assets[figure.picture.asset]
    width, height = {"plotly": (640, 360), "bokeh": (400, 200)}[library]
    assert abs(asset.width - 2 * width) <= 4
    assert abs(asset.height - 2 * height) <= 4
    colors = picture(asset.data).getcolors(1 << 24)
    assert colors is not None
    assert len(colors) > 20  # lines, letters and their smooth edges


def test_a_new_browser_draws_the_same_bytes(fresh: ChromiumRenderer) -> None:
    (figure,), document, _ = samples.shown(*FIGURES["plotly"](), renderer=fresh)
    first = document.assets[figure.picture.asset].data
    browser_module._PICTURES.clear()
    close()
    (figure,), document, _ = samples.shown(*FIGURES["plotly"](), renderer=fresh)
    assert document.assets[figure.picture.asset].data == first


MOVING = """<body><style>@keyframes m{from{margin-left:0}to{margin-left:200px}}
#a{width:50px;height:50px;background:red;animation:m 3s infinite linear}</style><div id=a></div><p id=t></p><script>
let n = 0; function f(now) { t.textContent = ++n + " " + now + " " + performance.now() + " " + Math.random();
requestAnimationFrame(f) } requestAnimationFrame(f)</script>"""


def test_movement_and_chance_are_the_same_each_time(fresh: ChromiumRenderer) -> None:
    first = fresh.picture(MOVING, 700, 200)
    assert first is not None
    browser_module._PICTURES.clear()
    close()
    assert fresh.picture(MOVING, 700, 200) == first


def test_a_page_sees_no_file_and_no_server(renderer: ChromiumRenderer, tmp_path: Path) -> None:
    """What a page may not open looks the same whether it is there or not."""
    secret = tmp_path / "secret.html"
    secret.write_text("<body style='background:red'>secret")
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    page = (
        f"<iframe src='file://{secret}'></iframe><img src='file://{secret}'><iframe src='{address}/frame'></iframe>"
        f"<img src='{address}/img'><script>fetch('{address}/fetch').catch(() => 0); new WebSocket('ws://127.0.0.1:"
        f"{server.server_port}/ws'); new Worker(URL.createObjectURL(new Blob(['fetch(\"{address}/worker\")'])))</script>x"
    )
    shown = picture(renderer.picture(page, 600, 400))
    server.shutdown()
    server.server_close()
    assert asked == []
    assert all((red, green, blue) != (255, 0, 0) for _, (red, green, blue) in shown.getcolors(1 << 24) or ())  # type: ignore[misc]


def test_dialogs_and_empty_pages(renderer: ChromiumRenderer) -> None:
    assert renderer.picture("<body>text<script>alert(1); confirm(2)</script>", 300, 200) is not None
    assert renderer.picture("<body></body>", 300, 200) is None


def test_a_page_that_never_ends_is_given_up_and_the_next_is_drawn(
    fresh: ChromiumRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_module, "_LIMIT_S", 8.0)
    started = time.monotonic()
    assert fresh.picture("<body>x<script>while (true);</script>", 300, 200) is None
    assert time.monotonic() - started < 12
    monkeypatch.setattr(browser_module, "_LIMIT_S", 20.0)
    assert fresh.picture("<body>text", 300, 200) is not None


def test_a_browser_that_hangs_is_given_up_however_large_the_page(
    fresh: ChromiumRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fresh.picture("<p>first</p>", 100, 100)
    monkeypatch.setattr(browser_module, "_LIMIT_S", 2.0)
    os.killpg(browser_module._RUNNING[os.getpid()].process.pid, signal.SIGSTOP)
    start = time.monotonic()
    assert fresh.picture(f"<p>{'x' * 5_000_000}</p>", 100, 100) is None
    assert time.monotonic() - start < 10
    assert os.getpid() not in browser_module._RUNNING


def test_after_three_failures_no_more_browsers_are_started(
    fresh: ChromiumRenderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    for number in range(5):
        assert ChromiumRenderer(str(broken)).picture(f"<body>{number}", 300, 200) is None
    assert len(browser_module._FAILED) == 3
    assert list(tmp_path.iterdir()) == [broken]


def test_a_browser_is_found_by_its_path_only_if_it_is_there(chromium: str, tmp_path: Path) -> None:
    assert find_renderer(chromium) == ChromiumRenderer(chromium)
    assert find_renderer(str(tmp_path / "none")) is None


@pytest.fixture(scope="module")
def reader(chromium: str) -> Iterator[Browser]:
    with Browser(chromium) as running:
        yield running


@pytest.mark.parametrize("library", sorted(FIGURES))
def test_the_standalone_page_opens_without_the_internet(library: str, reader: Browser, tmp_path: Path) -> None:
    (figure, *_), document, _ = samples.shown(*FIGURES[library](), renderer=samples.Drawing())
    (tmp_path / "page.html").write_bytes(document.assets[figure.html].data)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        seen = reader.look(
            f"http://127.0.0.1:{server.server_port}/page.html", width=900, out=str(tmp_path / "page.png")
        )
    finally:
        server.shutdown()
        server.server_close()
    assert [error for error in seen["errors"] if "favicon" not in error and "404" not in error] == []
    colors = Pillow.open(tmp_path / "page.png").convert("RGB").getcolors(1 << 24)
    assert colors is not None
    assert len(colors) > 20
