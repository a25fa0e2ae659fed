"""The loop of ``mirror``: its schedule, what it says, and which configuration counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.errors import AuthError, RateLimited, WikiUnavailable
from bridge.config import load
from bridge.discover import UsageError
from bridge.metrics import OVERDUE_S, Meters
from bridge.mirror import LONGEST_WAIT_S, Job, Mirror, Round, every_seconds
from bridge.mirror_settings import merged
from bridge.remote import Clone, HostUnavailable
from bridge.remote_address import Address, address_of, git_environment
from bridge.settings import Settings
from bridge.stopping import Stop
from converters.errors import ConfigError

ADDRESS = Address(url="https://git.example.com/acme/reports.git", shown="https://git.example.com/acme/reports.git")


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("30m", 1800), ("2h", 7200), ("1d", 86400), (" 5 M ", 300)])
def test_spans(text: str, seconds: int) -> None:
    assert every_seconds(text) == seconds


@pytest.mark.parametrize("text", ["0s", "", "30", "m", "1.5h", "-5m", "5w", "1h30m", "999999d"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(UsageError, match="30s, 30m, 2h or 1d"):
        every_seconds(text)


class Rounds:
    """A mirror whose rounds fail as told, and which never sleeps."""

    def __init__(self, tmp_path: Path, every: float, errors: list[Exception | None]) -> None:
        self.stop = Stop()
        self.errors = iter(errors)
        self.done: list[Round] = []
        job = Job(address=ADDRESS, ref="", target="w", every=every)
        self.mirror = Mirror(Settings(root=tmp_path), job, tmp_path, self.stop)
        self.mirror.jitter = lambda: 1.0
        self.mirror.told = self.done.append
        self.mirror._publish = self.publish
        self.stop.wait = lambda _: False

    def publish(self, done: Round) -> None:
        error = next(self.errors, StopIteration)
        if error is StopIteration:
            self.stop.event.set()
            self.stop.check()
        if error is not None:
            raise error
        done.outcome, done.code = "unchanged", 0

    @property
    def waits(self) -> list[int]:
        return [round(one.wait_s) for one in self.done if one.wait_s is not None]


def test_backs_off_while_something_is_away_and_comes_back_to_its_rhythm(tmp_path: Path) -> None:
    away = WikiUnavailable("no answer")
    rounds = Rounds(tmp_path, 7200, [None, away, HostUnavailable("x"), away, away, away, away, away, None, away])
    assert rounds.mirror.run() == 0
    assert rounds.waits == [7200, 30, 60, 120, 240, 480, LONGEST_WAIT_S, LONGEST_WAIT_S, 7200, 30]
    assert {one.outcome for one in rounds.done[1:8]} == {"unreachable"}
    assert [one.code for one in rounds.done[1:3]] == [6, 6]


def test_jitter_shortens_by_up_to_a_half(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path, 7200, [WikiUnavailable("x")] * 3)
    rounds.mirror.jitter = lambda: 0.0
    rounds.mirror.run()
    assert rounds.waits == [15, 30, 60]


def test_never_waits_longer_than_every_and_keeps_what_the_wiki_asks(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path, 20, [WikiUnavailable("x")] * 3 + [RateLimited("slow down", retry_after_s=300)])
    rounds.mirror.run()
    assert rounds.waits == [20, 20, 20, 300]
    rounds = Rounds(tmp_path, 20, [RateLimited("slow down", retry_after_s=1e300)])
    rounds.mirror.run()
    assert rounds.waits == [366 * 86400], "what timers bear"


def test_what_a_person_must_mend_ends_the_first_run_only(tmp_path: Path) -> None:
    rounds = Rounds(tmp_path, 3600, [AuthError("no token")])
    assert (rounds.mirror.run(), rounds.waits) == (5, [])
    rounds = Rounds(tmp_path, 3600, [None, AuthError("no token"), ConfigError("bad"), ValueError("a bug"), None])
    assert rounds.mirror.run() == 0
    assert rounds.waits == [3600, 30, 60, 120, 3600]
    assert "a bug" in rounds.done[3].error


def test_addresses(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    assert address_of("here", tmp_path).local
    secret = address_of("https://ann:pass@git.example.com/a/b.git", tmp_path)
    assert secret.shown == "https://git.example.com/a/b.git"
    env = git_environment(secret, frozenset())
    count = int(env["GIT_CONFIG_COUNT"])
    assert env[f"GIT_CONFIG_KEY_{count - 1}"] == "url.https://ann:pass@git.example.com/a/b.git.insteadOf"
    assert address_of("git@git.example.com:a/b.git", tmp_path).shown == "git@git.example.com:a/b.git"
    for wrong in ("-x", "https://[::1/x"):
        with pytest.raises(UsageError):
            address_of(wrong, tmp_path)


def test_a_commit_id_is_shown_short() -> None:
    from bridge.remote import Head

    assert str(Head(name="main", commit="0123456789abcdef")) == "main@0123456"
    assert str(Head(name="0123456", commit="0123456789abcdef")) == "0123456789ab"


def test_the_runners_configuration_wins(tmp_path: Path) -> None:
    tree, runner = tmp_path / "tree", tmp_path / "runner"
    (tree / "docs").mkdir(parents=True)
    runner.mkdir()
    (tree / "nbwiki.toml").write_text(
        '[source]\nroot = "docs"\ninclude = ["*.md"]\n[defaults]\ncode = "show"\nteam = "theirs"\n'
        "[limits]\nmax_rows = 7\nmax_image_px = 9\n[execute]\nenabled = true\n"
        '[targets.w]\nkind = "notion"\n[targets.x]\nkind = "notion"\n'
    )
    (runner / "nbwiki.toml").write_text(
        '[source]\ninclude = ["*.ipynb"]\n[defaults]\nteam = "ours"\n[targets.w]\nkind = "notion"\nparent = "p"\n'
    )
    found = merged(load(None, {}, runner, rooted=False), tree, "https://git.example.com/acme/x")
    file = found.settings.file
    assert found.settings.root == (tree / "docs").resolve()
    assert (file.source.include, file.limits.max_rows) == (("*.ipynb",), 7)
    assert (found.settings.defaults.code, found.settings.defaults.team) == ("show", "ours")
    assert (file.execute.enabled, list(file.targets), file.targets["w"].parent) == (False, ["w"], "p")
    assert file.source.repository == "https://git.example.com/acme/x"
    assert found.ignored == ("execute.enabled", "limits.max_image_px", "targets.w", "targets.x")
    by_variable = load(None, {"NBWIKI_LIMITS_MAX_ROWS": "3"}, runner, rooted=False)
    assert merged(by_variable, tree).settings.file.limits.max_rows == 3


def test_health_tells_a_loop_that_hangs_from_a_wiki_that_is_away() -> None:
    now = [1000.0]
    meters = Meters("wiki", "reports", lambda: now[0])
    meters.begins()
    meters.ran("unreachable", 1.0, None, None)
    meters.next_run(30)
    assert meters.health() == (True, {"status": "waiting", "consecutive_failures": 1})
    now[0] += 30 + OVERDUE_S + 1
    assert meters.health()[0] is False
    meters.begins()
    assert meters.health() == (True, {"status": "running", "consecutive_failures": 1})


def test_a_clone_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="--cache"):
        Clone(ADDRESS, tmp_path / "file", Stop()).wanted("")
