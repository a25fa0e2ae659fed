"""Fixtures that all tests share: the sandbox over real HTTP, the corpus beside the checkout, the judges' rule."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from adapters.sandbox.server import Server

ROOT = Path(__file__).resolve().parents[1]
IN_CI = bool(os.environ.get("CI"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job ignores Ctrl-C, and the commands that the tests interrupt would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The user's cache folder is not ours to read or to fill."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The development corpus of real documents, laid beside the checkout."""
    folder = ROOT.parent / "shared" / "corpus"
    if not (folder / "MANIFEST.tsv").is_file():
        pytest.skip("the development corpus is not beside this checkout")
    return folder


@pytest.fixture
def sandbox() -> Iterator[Server]:
    """A fresh sandbox on a port of its own."""
    from adapters.sandbox.server import serve

    server = serve(port=0)
    yield server
    server.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; its absence is a failure in CI and a skip elsewhere."""
    for name in ("chromium", "google-chrome", "chromium-browser"):
        if path := shutil.which(name):
            return path
    if IN_CI:
        pytest.fail("no Chromium: .ci/setup dev installs it")
    pytest.skip("no Chromium here: sudo apt-get install chromium")
