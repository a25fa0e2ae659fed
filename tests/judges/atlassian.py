"""Atlassian's own software as a judge of storage format: a Node.js process, asked over JSON lines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple, Self

import pytest

HERE = Path(__file__).parent

STRUCTURE = frozenset({"p", "div", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "thead"})
"""HTML that the parser reads wherever it may stand; kept unread, it stands where it mustn't."""


class Verdict(NamedTuple):
    """What Atlassian's parser makes of a body. ``opaque_kinds`` are macros that it keeps unread, which is normal."""

    wellformed: list[str]
    lost_text: list[str]
    adf_errors: list[str]
    unstable: bool
    opaque_kinds: list[str]

    @property
    def faults(self) -> list[str]:
        """All that must not be, in words."""
        found = [f"not well-formed: {error}" for error in self.wellformed]
        found += [f"text lost: {word!r}" for word in self.lost_text]
        found += [f"no valid ADF: {error}" for error in self.adf_errors]
        found += [f"<{kind}> stands where the editor can't have it" for kind in self.opaque_kinds if kind in STRUCTURE]
        return [*found, "parse → encode → parse is unstable"] if self.unstable else found


class StorageJudge:
    """The judge's process; use it as a context manager."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node
        self._process = subprocess.Popen(
            [node, "storage.js"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def judge(self, body: str) -> Verdict:
        """The verdict over one storage-format body."""
        assert self._process.stdin
        assert self._process.stdout
        self._asked += 1
        self._process.stdin.write(json.dumps({"id": self._asked, "body": body}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert answer["id"] == self._asked
        if "crash" in answer:
            return Verdict([], [], [f"the parser failed: {answer['crash']}"], unstable=False, opaque_kinds=[])
        return Verdict(
            answer["wellformed"], answer["lostText"], answer["adfErrors"], answer["unstable"], answer["opaqueKinds"]
        )


def need_node_modules() -> None:
    """Skip where Node.js or the judges' packages are absent; fail in CI, where they must be there."""
    absent = "Node.js" if shutil.which("node") is None else ""
    if not absent and not (HERE / "node_modules" / "saxes").is_dir():
        absent = "tests/judges/node_modules"
    if not absent:
        return
    message = f"{absent} is absent: make test installs the judges (npm install --prefix tests/judges)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
