"""A real Chromium for tests and pictures: one process, one page at a time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).resolve().parent
PHONE, DESKTOP = 390, 1280  # CSS pixels: a current phone held upright, a small laptop


class Scripted:
    """A program of ours for Node.js that drives a Chromium: a line of JSON in, a line of JSON back."""

    def __init__(self, script: str, chromium: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / script), chromium], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer; what went wrong stands in its ``error``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """Ends the browser."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Browser(Scripted):
    """Looks at pages; see ``look.cjs`` for what comes back."""

    def __init__(self, chromium: str) -> None:
        super().__init__("look.cjs", chromium)

    def look(self, url: str, **options: Any) -> dict[str, Any]:
        """One page, as the browser saw it. Raises RuntimeError when it could not be opened."""
        answer = self.ask({"url": url, **options})
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer
