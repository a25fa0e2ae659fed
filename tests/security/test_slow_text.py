"""No text, however odd, takes a time out of proportion to its size: measured in seconds of CPU, twice where in doubt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.e2e.publish import ROOT
from tests.security.slow_texts import TEXTS

LIMIT_S = 20.0
"""Seconds of CPU for one of these texts, which are of some kilobytes: they take less than a fifth of one."""
GROWTH = 9.0
"""For four times the text: in proportion is 4, quadratic is 16."""
NOISE_S = 0.2
TRIES = 3
"""A machine that has other things to do is slow now and then; what is slow each time is slow."""

HTML = sorted(
    name for name in TEXTS if "tag-" in name or "html" in name or name.startswith(("spans", "style", "sheet"))
)
TERMINAL = ["return", "return-line", "back", "colour", "colour-open", "colour-numbers", "up", "right", "link-escape"]
TERMINAL += ["word", "blanks", "line-ends", "tabs", "nothing", "words-in-a-line", "address", "joiner", "accent"]
TEX = sorted(name for name in TEXTS if name.startswith(("tex-", "math-", "macros", "begin", "dollar", "backslash")))
TEX += ["nested-math", "nested-roots", "nested-fractions", "nested-sup", "braces", "ampersand", "caret", "underscore"]


class Worker:
    """A process that converts; one that hangs in spite of its own limit is ended."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.security.slow_worker", str(LIMIT_S)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def seconds(self, name: str, form: str, flavor: str, size: int) -> float:
        """CPU for one text, ``inf`` where it was stopped or failed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, form, flavor, size]) + "\n")
        self.process.stdin.flush()
        answer: list[Any] = json.loads(self.process.stdout.readline())
        _, seconds, stopped = answer
        if stopped:
            raise AssertionError(f"{name} × {size} as {form} for {flavor}: {seconds:.1f} s, {stopped}")
        return float(seconds)

    def close(self) -> None:
        """Ends it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.close()


def too_slow(worker: Worker, names: Sequence[str], form: str, flavor: str, size: int) -> list[str]:
    """The texts that fail, or whose time grows much faster than they do."""
    found = []
    for name in names:
        measured = ""
        for _ in range(TRIES):
            try:
                long = worker.seconds(name, form, flavor, 4 * size)
                if long < NOISE_S:
                    break
                short = worker.seconds(name, form, flavor, size)
            except AssertionError as failure:
                measured = str(failure)
                break
            measured = f"{name} as {form}: {short:.2f} s, {long:.2f} s for four times the text"
            if long <= GROWTH * short + NOISE_S:
                break
        else:
            found.append(measured)
            continue
        if measured.startswith(f"{name} ×"):
            found.append(measured)
    return found


def test_the_measure_tells_what_is_quadratic() -> None:
    class Quadratic(Worker):
        def __init__(self) -> None:
            pass

        def seconds(self, name: str, form: str, flavor: str, size: int) -> float:
            return (size / 1000) ** 2 if name == "slow" else size / 1000

    assert len(too_slow(Quadratic(), ["slow", "fast"], "md", "cloud", 1000)) == 1


def test_pandocs_markdown(worker: Worker) -> None:
    assert too_slow(worker, list(TEXTS), "qmd", "cloud", 800) == []


def test_markdown(worker: Worker) -> None:
    assert too_slow(worker, list(TEXTS), "md", "notion", 500) == []


@pytest.mark.parametrize("form", ["html-output", "page"])
def test_html(worker: Worker, form: str) -> None:
    assert too_slow(worker, HTML, form, "cloud", 800) == []


def test_markdown_cells(worker: Worker) -> None:
    assert too_slow(worker, [*HTML, *TEX], "cell", "notion", 500) == []


@pytest.mark.parametrize("flavor", ["cloud", "notion"])
def test_latex(worker: Worker, flavor: str) -> None:
    assert too_slow(worker, TEX, "latex-output", flavor, 500) == []


def test_terminal_text(worker: Worker) -> None:
    assert too_slow(worker, TERMINAL, "stream", "cloud", 5000) == []


@pytest.mark.parametrize("form", ["md", "stream", "html-output"])
@pytest.mark.parametrize("name", ["word", "words-in-a-line", "blanks"])
def test_a_line_of_a_million_characters(worker: Worker, form: str, name: str) -> None:
    assert worker.seconds(name, form, "cloud", 1_000_000 // (5 if "words" in name else 1)) < LIMIT_S
