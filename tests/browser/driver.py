"""One page of a real Chromium that a test clicks through; the commands are those of ``drive.cjs``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.browser import Scripted


class Driver(Scripted):
    """A browser of its own. Each method waits until the page has settled; what can't be done raises AssertionError."""

    def __init__(self, chromium: str) -> None:
        super().__init__("drive.cjs", chromium)

    def do(self, command: str, **options: Any) -> dict[str, Any]:
        """One command of ``drive.cjs``."""
        answer = self.ask({"do": command, **options})
        assert "error" not in answer, f"{command} {options}: {answer['error'][:700]}"
        return answer

    def open(self, url: str, *, width: int = 1280, height: int = 900, dark: bool = False, scale: int = 1) -> None:
        """A fresh page at an address."""
        self.do("open", width=width, height=height, dark=dark, scale=scale)
        status = self.do("goto", url=url)["status"]
        assert status == 200, f"{url}: {status}"

    def click(self, name: str = "", *, role: str = "link", within: str = "", selector: str = "") -> str:
        """Click what a person would call by this name; the address that it led to."""
        target = {"selector": selector} if selector else {"role": role, "name": name}
        return str(self.do("click", within=within or None, **target)["url"])

    def run(self, code: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.do("run", code=code).get("value")

    def wait(self, code: str) -> None:
        """Wait until a JavaScript expression is true."""
        self.do("wait", code=code)

    def text(self) -> str:
        """What can be read on the page: folded parts don't count."""
        return str(self.run("document.body.innerText"))

    def violations(self) -> list[dict[str, Any]]:
        """What axe-core finds wrong with the page."""
        found: list[dict[str, Any]] = self.do("axe")["violations"]
        return found

    def shot(self, path: Path, *, full: bool = True) -> None:
        """A picture of the page."""
        self.do("shot", path=str(path), full=full)

    def errors(self) -> list[str]:
        """What the browser's console complained of since the page was opened."""
        found: list[str] = self.do("errors")["errors"]
        return found
