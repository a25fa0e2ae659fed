"""``kill -9`` of a sync of 60 reports at a random moment, then one more run: the wiki is that of an undisturbed run."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from adapters.sandbox import admin
from adapters.sandbox.server import serve
from tests.e2e.publish import configure, writes
from tests.sync.forks import Zygote, killed_at_request, settle
from tests.sync.means import picture
from tests.sync.published import published

REPORTS = 60
FOLDERS = ("", "growth/", "growth/europe/", "risk/", "risk/credit/models/")
PICTURES = 12


def reports_with_pictures(folder: Path, places: Sequence[str], pictures: int = 1) -> None:
    """Reports with a picture or two each, a link to the next one and one back; some are private, tagged, or long."""
    folder.mkdir(parents=True)
    for number in range(pictures):
        (folder / f"plot{number}.png").write_bytes(picture(number))
    for number, place in enumerate(places):
        up = "../" * place.count("/")
        long = place == "long" or number % 20 == 7
        paragraphs = "\n\n".join(f"Paragraph {n} of {place}." for n in range(120 if long else 4))
        links = [places[(number + 1) % len(places)], places[(number * 7) % len(places)]]
        shown = {number % pictures, number * 5 % pictures}
        parts = [
            f"---\ntags: [topic-{number % 4}]\nauthors: [Ada]\n---\n\n# Report {place.replace('/', ' ')}",
            f"See [the next]({up}{links[0]}.md) and [another]({up}{links[1]}.md).",
            *(f"![plot {one}]({up}plot{one}.png)" for one in sorted(shown)),
            "| a | b |\n|---|---|\n| 1 | 2 |",
            paragraphs,
            "The end.",
        ]
        (folder / f"{place}.md").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{place}.md").write_text("\n\n".join(parts) + "\n")


class Moments:
    """One target, one repository of 60 reports; each moment begins with an empty wiki."""

    def __init__(self, folder: Path, target: str) -> None:
        self.target = target
        self.folder = folder / target
        self.folder.mkdir(parents=True, exist_ok=True)
        self.server = serve(port=0)
        places = [f"{FOLDERS[number % len(FOLDERS)]}r{number:02d}" for number in range(REPORTS)]
        reports_with_pictures(self.folder / "reports", places, PICTURES)
        configure(self.folder, self.server.url, self.folder / "reports", ("**/*.md",))
        self.zygote = Zygote(self.folder, "-t", target)
        self.counts: Counter[str] = Counter()
        began = time.monotonic()
        self.requests = self._run()
        self.seconds = time.monotonic() - began
        self.expected = published(self.server, target)
        pages = [one for one in self.expected if one["body"] != "database"]
        assert sum(one["title"].startswith("Report") for one in pages) >= REPORTS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.zygote.close()
        self.server.close()

    def killed_and_finished(self, seed: int) -> bool:
        """Whether the run was killed (one that was quicker is not); whatever is not as it should be raises.

        Half of the moments are those of a request, which is done although nobody is there to hear the answer; the others
        are moments of time.
        """
        moments = random.Random(seed)
        admin.reset(self.server.state)
        self.server.log.clear()
        arguments = ("sync", "-q", "-t", self.target)
        if seed % 2:
            killed = killed_at_request(
                self.zygote, self.server, moments.randint(1, self.requests - 1), self.folder, *arguments
            )
        else:
            killed = self._killed_after(moments.uniform(0.05, 0.9) * self.seconds, *arguments)
        self._run()
        assert published(self.server, self.target) == self.expected, f"moment {seed}"
        number = self.server.log._number
        self._run()
        assert writes(self.server.log.entries(since=number)) == [], f"moment {seed}"
        self.counts["moments"] += 1
        self.counts["killed"] += killed
        return killed

    def _killed_after(self, seconds: float, *arguments: str) -> bool:
        (pid,) = self.zygote.start(self.folder, *arguments)
        timer = threading.Timer(seconds, _kill, (pid,))
        timer.start()
        code = self.zygote.end()
        timer.cancel()
        settle(self.server)
        return code == -signal.SIGKILL

    def _run(self) -> int:
        """A run to its end; how many requests it made."""
        number = self.server.log._number
        self.zygote.start(self.folder, "sync", "-q", "-t", self.target)
        assert self.zygote.end() == 0
        return self.server.log._number - number


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
