"""The retry policy: what is sent again, how long everybody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from adapters.errors import NotFound, RateLimited, StaleVersion, WikiError, WikiUnavailable
from adapters.retry import Gate, RetryPolicy, retry_after_seconds


class Flaky:
    """Fails with the given errors in turn, then answers."""

    def __init__(self, *errors: WikiError) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def policy(slept: list[float], jitter: Callable[[], float] = lambda: 1.0, attempts: int = 6) -> RetryPolicy:
    return RetryPolicy(attempts, slept.append, jitter=jitter)


@pytest.mark.parametrize(
    ("error", "idempotent", "again"),
    [
        (RateLimited("slow down", status=429), False, True),
        (RateLimited("overloaded", status=529), True, True),
        (WikiUnavailable("bad gateway", status=502), True, True),
        (WikiUnavailable("bad gateway", status=502), False, False),
        (WikiUnavailable("connection refused", retry="always"), False, True),
        (NotFound("no such page", status=404), True, False),
        (StaleVersion("newer", status=409), True, False),
        (NotFound("not yet there", status=404, retry="idempotent"), True, True),
    ],
)
def test_error_says_whether_a_request_is_sent_again(error: WikiError, idempotent: bool, again: bool) -> None:
    slept: list[float] = []
    func = Flaky(error)
    if again:
        assert policy(slept).call(func, idempotent=idempotent) == "done"
        assert func.calls == 2
        assert len(slept) == 1
    else:
        with pytest.raises(type(error)):
            policy(slept).call(func, idempotent=idempotent)
        assert func.calls == 1
        assert not slept


def test_backoff_doubles_up_to_30_seconds() -> None:
    slept: list[float] = []
    with pytest.raises(WikiUnavailable):
        policy(slept, attempts=8).call(Flaky(*[WikiUnavailable("down")] * 8), idempotent=True)
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_jitter_shortens_by_up_to_a_half() -> None:
    slept: list[float] = []
    policy(slept, jitter=lambda: 0.0).call(Flaky(WikiUnavailable("down")), idempotent=True)
    assert slept == [0.5]


def test_retry_after_is_honoured_without_jitter() -> None:
    slept: list[float] = []
    policy(slept, jitter=lambda: 0.3).call(Flaky(RateLimited("wait", retry_after_s=7.0)), idempotent=False)
    assert slept == [pytest.approx(7.0, abs=0.2)]
    slept.clear()
    policy(slept).call(Flaky(WikiUnavailable("maintenance", retry_after_s=3.0)), idempotent=True)
    assert slept == [3.0]


def test_a_pause_of_hours_is_left_to_the_caller() -> None:
    slept: list[float] = []
    with pytest.raises(RateLimited) as caught:
        policy(slept).call(Flaky(RateLimited("quota", retry_after_s=3600.0)), idempotent=True)
    assert caught.value.retry_after_s == 3600.0
    assert not slept


def test_rate_limits_get_more_attempts_than_outages() -> None:
    slept: list[float] = []
    func = Flaky(*[RateLimited("wait", retry_after_s=1.0)] * 7)
    assert policy(slept, attempts=2).call(func, idempotent=False) == "done"
    with pytest.raises(RateLimited):
        policy(slept, attempts=2).call(Flaky(*[RateLimited("wait")] * 8), idempotent=False)


def test_on_retry_counts_further_attempts_only() -> None:
    seen: list[WikiError] = []
    policy([]).call(Flaky(WikiUnavailable("a"), RateLimited("b")), idempotent=True, on_retry=seen.append)
    assert [str(error) for error in seen] == ["a", "b"]
    with pytest.raises(NotFound):
        policy([]).call(Flaky(NotFound("c")), idempotent=True, on_retry=seen.append)
    assert len(seen) == 2


def test_one_rate_limited_thread_pauses_all() -> None:
    slept: list[float] = []
    gate = Gate(slept.append)
    first = RetryPolicy(3, slept.append, gate)
    first.call(Flaky(RateLimited("wait", retry_after_s=5.0)), idempotent=True)
    before = len(slept)
    other = threading.Thread(target=lambda: RetryPolicy(3, slept.append, gate).call(Flaky(), idempotent=True))
    other.start()
    other.join()
    assert slept[before:] == [pytest.approx(5.0, abs=0.5)]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("12", 12.0), ("0.5", 0.5), ("", 0.0), (None, 0.0), ("soon", 0.0), ("inf", 0.0), ("-3", 0.0)],
)
def test_retry_after_header(header: str | None, seconds: float) -> None:
    assert retry_after_seconds(header) == seconds


def test_retry_after_as_a_date() -> None:
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    assert retry_after_seconds(header) == pytest.approx(40, abs=2)
