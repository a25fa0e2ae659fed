"""``kill -9`` at any moment, and two runs at once: the next run finishes the job, and nothing is there twice.

``NBWIKI_KILLS`` sets at how many moments the sync of 60 reports is killed for each wiki; ``proofs.py`` does 200.
"""

from __future__ import annotations

import contextlib
import functools
import os
import random
import signal
import time

import pytest

from tests.e2e.publish import TARGETS, configure, writes
from tests.sync.forks import Zygote, settle
from tests.sync.kills import Moments, reports_with_pictures
from tests.sync.published import published

KILLS = 8
MOMENTS = int(os.environ.get("NBWIKI_KILLS", "2"))


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Six reports with pictures and links to each other, one of them longer than a request to Notion may be."""
    folder = tmp_path_factory.mktemp("kill") / "reports"
    reports_with_pictures(folder, ["a", "b", "deep/c", "deep/d", "deep/er/e", "long"])
    return folder


class Runs:
    """Runs over the six reports against one target, forked from a zygote."""

    def __init__(self, folder, target, server):
        self.folder, self.arguments = folder, ("sync", "-q", "-t", target)
        self.zygote = Zygote(folder, "-t", target)

    def start(self, runs=1):
        return self.zygote.start(self.folder, *self.arguments, runs=runs)

    def end(self):
        return self.zygote.end()


@pytest.fixture(scope="module")
def zygotes(reports, tmp_path_factory):
    """Zygotes by target, each in a folder whose configuration is written anew for each sandbox."""
    made = {}

    def of(target, server):
        folder = made[target].folder if target in made else tmp_path_factory.mktemp(target)
        configure(folder, server.url, reports, ("**/*.md",))
        if target not in made:
            made[target] = Runs(folder, target, server)
        return made[target]

    yield of
    for one in made.values():
        one.zygote.close()


def wait_for_requests(server, number):
    """Until the log holds so many requests; false when none came for long (the run has ended before)."""
    quiet_since, seen = time.monotonic(), -1
    while (now := server.log._number) < number:
        if now != seen:
            quiet_since, seen = time.monotonic(), now
        if time.monotonic() - quiet_since > 0.5:
            return
        time.sleep(0.001)


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
            return published(server, target)
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
    assert published(server, target) == expected


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
        settle(sandbox)
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


@pytest.mark.parametrize("target", TARGETS)
def test_a_sync_of_sixty_reports_killed_at_a_random_moment_is_finished_by_the_next(tmp_path, target):
    with Moments(tmp_path, target) as moments:
        for seed in range(1, MOMENTS + 1):
            moments.killed_and_finished(seed)
        assert moments.counts["killed"], "one of them at least came in time"
