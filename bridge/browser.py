"""Pictures of interactive figures, by a Chrome or Chromium that is on this machine.

It is driven through the DevTools protocol over a pipe (no port that others could reach, no package to install), one
browser a process, started when the first picture is wanted. Pages are untrusted: nothing but the page itself is ever
answered (every request goes through us, names don't resolve, the proxy is a dead end), files can't be opened, each
picture has a time limit, and a browser that hangs is ended. Source: chromedevtools.github.io/devtools-protocol.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import msgspec

from bridge.browser_flags import DRAWN, FLAGS, LAUNCH, STILL, VIRTUAL_MS, VIRTUAL_START_S

log = logging.getLogger(__name__)

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome", "microsoft-edge")
"""Commands under which browsers of the Chromium family are installed."""
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

_ADDRESS = "https://figure.invalid/"
"""The page's address: secure, so that scripts may use what pages may, and never in the DNS (RFC 6761)."""
_DENSITY = 2
"""Pixels to a CSS pixel: sharp on high-density screens."""
_MAX_WIDTH, _MAX_HEIGHT = 3000, 2400
"""CSS pixels of a page that are drawn; a figure that is larger is no figure any more."""
_LIMIT_S = 60.0
"""For one picture, the browser's start included: one to four seconds, more on a machine with much else to do."""
_PATIENCE = 3
"""Browsers that may die or hang in one run before no more pictures are drawn."""
_KEPT = 64
"""Pictures that are kept, for the next target of the same run."""
_NOBODY = 65534


class ChromiumRenderer(msgspec.Struct, frozen=True):
    """Draws pages (:class:`converters.options.Renderer`). Picklable: the browser itself belongs to the process."""

    executable: str

    def picture(self, page: str, width: int, height: int) -> bytes | None:
        """A PNG at 2 pixels to a CSS pixel of a window of this size, or of the page's figure; None where it can't be."""
        key = hashlib.sha256(f"{width}x{height}:{page}".encode("utf-8", "replace")).digest()
        with _LOCK:
            if key not in _PICTURES:
                while len(_PICTURES) >= _KEPT:
                    del _PICTURES[next(iter(_PICTURES))]
                _PICTURES[key] = _draw(self.executable, page, width, height)
            return _PICTURES[key]


def find_renderer(wanted: str = "") -> ChromiumRenderer | None:
    """The renderer for the browser named ``wanted`` (a path or a command), else for any that is installed.

    None where there is none, or on Windows, whose processes inherit no numbered pipes.
    """
    if os.name != "posix":
        return None
    for name in (wanted,) if wanted else (*NAMES, MAC):
        path = shutil.which(name)
        if path:
            return ChromiumRenderer(path)
    return None


_LOCK = threading.Lock()
_PICTURES: dict[bytes, bytes | None] = {}
_RUNNING: dict[int, _Chromium] = {}
"""The browser of this process, by its id: a forked child must not talk through its parent's."""
_FAILED: list[int] = []


class _HungError(Exception):
    """The browser died, or took longer than it may."""


def _draw(executable: str, page: str, width: int, height: int) -> bytes | None:
    if len(_FAILED) >= _PATIENCE:
        return None
    browser: _Chromium | None = _RUNNING.get(os.getpid())
    deadline = time.monotonic() + _LIMIT_S
    try:
        if browser is None:
            browser = _RUNNING[os.getpid()] = _Chromium(executable, deadline)
        return browser.picture(page, width, height, deadline)
    except (_HungError, OSError, ValueError, KeyError, TypeError) as error:
        log.debug("browser: %s", error)
        _FAILED.append(1)
        close()
        return None


def close() -> None:
    """End this process's browser, if it runs."""
    browser = _RUNNING.pop(os.getpid(), None)
    if browser is not None:
        browser.close()


atexit.register(close)


class _Chromium:
    """One running browser and the pipe to it."""

    def __init__(self, executable: str, deadline: float) -> None:
        self.folder = tempfile.mkdtemp(prefix="nbwiki-browser-")
        self.number = 0
        self.buffer = bytearray()
        self.page, self.loaded, self.expired = "", False, False
        self.deadline = deadline
        commands, self.to_browser = os.pipe()
        os.set_blocking(self.to_browser, False)  # a browser that hangs reads nothing, and pages are larger than a pipe
        self.from_browser, answers = os.pipe()
        root = os.geteuid() == 0
        flags = [*FLAGS, f"--user-data-dir={self.folder}", *(["--no-sandbox"] if root else [])]
        start = [sys.executable, "-I", "-S", "-c", LAUNCH, str(commands), str(answers), executable, *flags]
        try:
            if root:
                os.chown(self.folder, _NOBODY, _NOBODY)
            self.process = self._start(start, (commands, answers), root=root)
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            os.close(commands)
            os.close(answers)
        try:
            self.call("Browser.getVersion", {}, deadline)
        except (_HungError, OSError, ValueError):
            self.close()
            raise

    def _start(self, start: list[str], kept: tuple[int, int], *, root: bool) -> subprocess.Popen[bytes]:
        """The process, with none of our environment: it may hold tokens, and fonts and clock are the same anywhere.

        The superuser has no sandbox in Chromium; what runs as nobody can do no harm with that.
        """
        environment = {"PATH": os.defpath, "HOME": self.folder, "LANG": "en_US.UTF-8", "TZ": "UTC"}

        def popen(**user: Any) -> subprocess.Popen[bytes]:
            return subprocess.Popen(  # noqa: S603  (a fixed command; the executable is configured or found)
                start,
                pass_fds=kept,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=environment,
                cwd=self.folder,
                **user,
            )

        if not root:
            return popen()
        try:
            return popen(user=_NOBODY, group=_NOBODY, extra_groups=[])
        except (OSError, subprocess.SubprocessError):  # a container without that user
            return popen()

    def close(self) -> None:
        """End it and everything that it started."""
        for end in (self.to_browser, self.from_browser):
            with suppress(OSError):
                os.close(end)
        with suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method: str, parameters: Mapping[str, Any], deadline: float, session: str = "") -> dict[str, Any]:
        """The result of one command; what happens on the page meanwhile is answered. Raises _HungError."""
        number = self.send(method, parameters, session)
        while True:
            message = self.receive(deadline)
            if message.get("id") == number:
                if "error" in message:
                    raise ValueError(f"{method}: {message['error'].get('message')}")
                result: dict[str, Any] = message["result"]
                return result
            self.event(message)

    def send(self, method: str, parameters: Mapping[str, Any], session: str = "") -> int:
        """Send a command; the number under which its answer comes. Raises _HungError where it isn't read in time."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        data = json.dumps({**message, "sessionId": session} if session else message).encode() + b"\0"
        view = memoryview(data)
        while view:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([], [self.to_browser], [], left)[1]:
                raise _HungError("took too long")
            view = view[os.write(self.to_browser, view) :]
        return self.number

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next message. Raises _HungError where none comes in time."""
        while (end := self.buffer.find(b"\0")) < 0:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.from_browser], [], [], left)[0]:
                raise _HungError("took too long")
            data = os.read(self.from_browser, 1 << 20)
            if not data:
                raise _HungError("ended")
            self.buffer += data
        message: dict[str, Any] = json.loads(self.buffer[:end])
        del self.buffer[: end + 1]
        return message

    def event(self, message: Mapping[str, Any]) -> None:
        """Answer what the page asks for: itself once, and nothing else; dialogs are closed."""
        method, parameters, session = message.get("method"), message.get("params", {}), message.get("sessionId", "")
        if method == "Fetch.requestPaused":
            request = parameters["requestId"]
            if parameters["request"]["url"] == _ADDRESS and self.page:
                headers = [{"name": "Content-Type", "value": "text/html; charset=utf-8"}]
                answer = {"requestId": request, "responseCode": 200, "responseHeaders": headers, "body": self.page}
                self.page = ""
                self.expired = False
                clock = {"budget": VIRTUAL_MS, "initialVirtualTime": VIRTUAL_START_S}
                policy = {"policy": "pauseIfNetworkFetchesPending", **clock}
                self.send("Emulation.setVirtualTimePolicy", policy, session)
                self.send("Fetch.fulfillRequest", answer, session)
            else:
                self.send("Fetch.failRequest", {"requestId": request, "errorReason": "InternetDisconnected"}, session)
        elif method == "Page.javascriptDialogOpening":
            self.send("Page.handleJavaScriptDialog", {"accept": False}, session)
        elif method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Emulation.virtualTimeBudgetExpired":
            self.expired = True

    def picture(self, page: str, width: int, height: int, deadline: float) -> bytes | None:
        """One page in a browser context of its own. None where it shows nothing."""
        self.deadline = deadline
        context = self.call("Target.createBrowserContext", {}, deadline)["browserContextId"]
        made = {"url": "about:blank", "browserContextId": context, "width": width, "height": height}
        target = self.call("Target.createTarget", made, deadline)["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True}, deadline)["sessionId"]
        self.page, self.loaded = base64.b64encode(page.encode("utf-8", "replace")).decode(), False
        size = {"width": width, "height": height, "deviceScaleFactor": _DENSITY, "mobile": False}
        for method, parameters in (
            ("Page.enable", {}),
            ("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}),
            ("Emulation.setDeviceMetricsOverride", size),
            ("Page.addScriptToEvaluateOnNewDocument", {"source": STILL}),
            ("Page.navigate", {"url": _ADDRESS}),
        ):
            self.call(method, parameters, deadline, session)
        while not self.loaded:
            self.event(self.receive(deadline))
        while not self.expired:
            self.event(self.receive(deadline))
        asked = {"expression": DRAWN, "returnByValue": True}
        answer = self.call("Runtime.evaluate", asked, deadline, session)
        box = answer["result"].get("value") if "exceptionDetails" not in answer else None
        png = self._shot(box, deadline, session) if isinstance(box, dict) else None
        self.call("Target.disposeBrowserContext", {"browserContextId": context}, deadline)
        return png

    def _shot(self, box: dict[str, float], deadline: float, session: str) -> bytes | None:
        clip = {**box, "width": min(box["width"], _MAX_WIDTH), "height": min(box["height"], _MAX_HEIGHT), "scale": 1}
        if clip["width"] < 1 or clip["height"] < 1:
            return None
        asked = {"format": "png", "clip": clip, "captureBeyondViewport": True}
        data = base64.b64decode(self.call("Page.captureScreenshot", asked, deadline, session)["data"])
        return None if _is_blank(data) else data


def _is_blank(png: bytes) -> bool:
    """Whether a picture is of one colour: nothing was drawn."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        return all(low == high for low, high in picture.convert("RGB").getextrema())  # type: ignore[misc]
