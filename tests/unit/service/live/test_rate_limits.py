"""A caller's bucket of calls."""

from __future__ import annotations

import pytest

from domain.errors import RateLimitedError
from domain.ids import UserId
from service.live import rate_limits
from service.live.rate_limits import RateLimiter
from service.ports.surroundings import CallLimiter

ANN, BOB = UserId("ann"), UserId("bob")


class Stopwatch:
    """Seconds that pass on demand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def calls_taken(limiter: CallLimiter, user: UserId, tries: int) -> int:
    taken = 0
    for _ in range(tries):
        try:
            limiter.take(user)
        except RateLimitedError:
            break
        taken += 1
    return taken


def test_a_quiet_caller_may_make_a_minute_of_calls_at_once() -> None:
    assert calls_taken(RateLimiter(5, Stopwatch()), ANN, 10) == 5


def test_calls_come_back_evenly() -> None:
    watch = Stopwatch()
    limiter = RateLimiter(60, watch)
    calls_taken(limiter, ANN, 60)

    watch.now = 2.5
    after_a_while = calls_taken(limiter, ANN, 10)
    watch.now = 1_000
    after_long = calls_taken(limiter, ANN, 100)

    assert (after_a_while, after_long) == (2, 60)


def test_the_refusal_says_when_the_next_call_may_be_made() -> None:
    watch = Stopwatch()
    limiter = RateLimiter(1, watch)
    limiter.take(ANN)

    watch.now = 17.5
    with pytest.raises(RateLimitedError) as refused:
        limiter.take(ANN)
    watch.now += float(refused.value.retry_after_s or 0)
    limiter.take(ANN)

    assert refused.value.retry_after_s == 43


def test_one_caller_does_not_use_up_another() -> None:
    limiter = RateLimiter(1, Stopwatch())
    limiter.take(ANN)

    limiter.take(BOB)
    with pytest.raises(RateLimitedError):
        limiter.take(ANN)


def test_full_buckets_are_dropped_and_empty_ones_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "_CALLERS_KEPT", 3)
    watch = Stopwatch()
    limiter = RateLimiter(1, watch)
    for number in range(3):
        limiter.take(UserId(f"user-{number}"))
        watch.now += 25

    limiter.take(ANN)

    assert set(limiter._buckets) == {"user-1", "user-2", ANN}
    with pytest.raises(RateLimitedError):
        limiter.take(UserId("user-2"))
