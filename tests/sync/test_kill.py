"""``kill -9`` at any moment, and two runs at once: the next run finishes the job, and nothing is there twice."""

from __future__ import annotations

import base64
import contextlib
import functools
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.e2e.publish import ROOT, TARGETS, TOKENS, configure, state, writes

API = {"cloud": "confluence", "datacenter": "confluence-dc", "notion": "notion"}
KILLS = 8
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Six reports with pictures and links to each other, one of them longer than a request to Notion may be."""
    folder = tmp_path_factory.mktemp("kill") / "reports"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "plot.png").write_bytes(PIXEL)
    places = ["a", "b", "deep/c", "deep/d", "deep/er/e", "long"]
    for number, place in enumerate(places):
        up = "../" * place.count("/")
        paragraphs = "\n\n".join(f"Paragraph {n} of {place}." for n in range(120 if place == "long" else 5))
        target = places[(number + 1) % len(places)]
        text = f"# Report {place}\n\nSee [the next]({up}{target}.md).\n\n![plot]({up}plot.png)\n\n{paragraphs}\n\nTheend.\n"
        (folder / f"{place}.md").write_text(text)
    return folder


class Zygote:
    """A loaded process that forks runs (see ``zygote.py``)."""

    def __init__(self, folder, target):
        env = {**os.environ, **TOKENS, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(ROOT / "tests" / "sync" / "zygote.py"), "-t", target]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=folder, env=env, stdin=pipe, stdout=pipe, text=True)
        assert self.answer() == "ready"

    def answer(self):
        return self.process.stdout.readline().strip()

    def start(self, runs=1):
        self.process.stdin.write(f"{runs}\n")
        self.process.stdin.flush()
        return [int(self.answer().removeprefix("pid ")) for _ in range(runs)]

    def end(self):
        return os.waitstatus_to_exitcode(int(self.answer().removeprefix("end ")))

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def zygotes(reports, tmp_path_factory):
    """Zygotes by target, each in a folder whose configuration is written anew for each sandbox."""
    made = {}

    def of(target, server):
        folder = made[target][0] if target in made else tmp_path_factory.mktemp(target)
        configure(folder, server.url, reports, ("**/*.md",))
        if target not in made:
            made[target] = (folder, Zygote(folder, target))
        return made[target][1]

    yield of
    for _, one in made.values():
        one.close()


def wait_for_requests(server, number):
    """Until the log holds so many requests; false when none came for long (the run has ended before)."""
    quiet_since, seen = time.monotonic(), -1
    while (now := server.log._number) < number:
        if now != seen:
            quiet_since, seen = time.monotonic(), now
        if time.monotonic() - quiet_since > 0.5:
            return
        time.sleep(0.001)


def published(url, target):
    """What readers find: every live page of nbwiki with its text, its files and its records, without the ids."""
    everything = state(url)
    pages = [page for page in everything["pages"] if page["api"] == API[target] and page["status"] == "current"]
    files = Counter((one["page"], one["name"]) for one in everything["attachments"] if one.get("api") == API[target])
    found = [
        (
            page["title"],
            anonymous(page["body"]),
            sorted(name for holder, name in files.elements() if holder == page["id"]),
        )
        for page in pages
    ]
    return [*sorted(found), ("databases", str(len(everything["databases"])), [])]


def anonymous(body):
    body = re.sub(
        r'<p><ac:structured-macro ac:name="anchor"[^>]*><ac:parameter ac:name="">nbwiki-record-.*?</p>', "", body
    )
    return re.sub(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\b\d{4,}\b", "ID", body)


@pytest.fixture(scope="module")
def control(zygotes):
    """What a run that nobody disturbed publishes, by target."""
    from adapters.sandbox.server import serve

    @functools.cache
    def undisturbed(target):
        server = serve(port=0)
        try:
            zygote = zygotes(target, server)
            zygote.start()
            assert zygote.end() == 0
            return published(server.url, target)
        finally:
            server.close()

    return undisturbed


def finished(server, zygote, target, expected):
    """A last run does the rest, one more finds nothing to do, and everything is there once."""
    zygote.start()
    assert zygote.end() == 0
    number = server.log._number
    zygote.start()
    assert zygote.end() == 0
    assert writes(server.log.entries(since=number)) == []
    assert published(server.url, target) == expected


@pytest.mark.parametrize("target", TARGETS)
def test_killed_at_random_moments(sandbox, zygotes, control, target):
    expected = control(target)
    zygote = zygotes(target, sandbox)
    moments = random.Random(target)
    killed = 0
    for _ in range(KILLS):
        (pid,) = zygote.start()
        wait_for_requests(sandbox, sandbox.log._number + moments.randint(1, 14))
        time.sleep(moments.uniform(0, 0.004))
        with contextlib.suppress(ProcessLookupError):  # the run was quicker
            os.kill(pid, signal.SIGKILL)
        killed += zygote.end() == -signal.SIGKILL
    assert killed >= KILLS // 2  # a quick machine may end some runs first
    finished(sandbox, zygote, target, expected)


@pytest.mark.parametrize("target", TARGETS)
def test_two_runs_at_once(sandbox, zygotes, control, target):
    expected = control(target)
    zygote = zygotes(target, sandbox)
    zygote.start(2)
    codes = {zygote.end(), zygote.end()}
    assert codes <= {0, 1, 7}, codes
    finished(sandbox, zygote, target, expected)
