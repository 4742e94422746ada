"""A caller's bucket of calls, counted by processes that serve together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from domain.errors import RateLimitedError, StoreUnavailableError
from domain.ids import UserId
from service.live import rate_limits
from service.live.rate_limits import SharedRateLimiter
from tests.unit.service.live.test_rate_limits import ANN, BOB, Stopwatch, calls_taken

Both = tuple[SharedRateLimiter, SharedRateLimiter, Stopwatch]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """Return the counters of two processes, and their common clock."""
    watch = Stopwatch()
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(closing(SharedRateLimiter(tmp_path, "calls", 60, watch)))
            for _ in range(2)
        )
        yield first, second, watch


def test_two_processes_let_a_caller_make_as_many_calls_as_one(both: Both) -> None:
    first, second, _ = both

    taken = calls_taken(first, ANN, 40) + calls_taken(second, ANN, 40)

    assert taken == 60
    assert calls_taken(first, ANN, 1) == 0
    assert calls_taken(first, BOB, 1) == 1


def test_the_refusal_says_when_the_next_call_may_be_made(tmp_path: Path) -> None:
    watch = Stopwatch()
    with closing(SharedRateLimiter(tmp_path, "calls", 1, watch)) as limiter:
        limiter.take(ANN)

        watch.now = 17.5
        with pytest.raises(RateLimitedError) as refused:
            limiter.take(ANN)

    assert refused.value.retry_after_s == 43


def test_calls_come_back_evenly_whichever_process_counts(both: Both) -> None:
    first, second, watch = both
    calls_taken(first, ANN, 60)

    watch.now = 2.5
    after_a_while = calls_taken(second, ANN, 10)
    watch.now = 1_000
    after_long = calls_taken(first, ANN, 100)

    assert (after_a_while, after_long) == (2, 60)


def test_a_clock_read_before_another_process_counted_gives_nothing_back(both: Both) -> None:
    first, second, watch = both
    watch.now = 10
    calls_taken(first, ANN, 60)

    watch.now = 9.99
    taken = calls_taken(second, ANN, 2)
    watch.now = 11.001

    assert (taken, calls_taken(first, ANN, 10)) == (0, 1)


def test_limits_of_different_names_do_not_mix(tmp_path: Path) -> None:
    watch = Stopwatch()
    with (
        closing(SharedRateLimiter(tmp_path, "calls", 1, watch)) as calls,
        closing(SharedRateLimiter(tmp_path, "tokens", 1, watch)) as tokens,
    ):
        calls.take(ANN)
        tokens.take(ANN)

        with pytest.raises(RateLimitedError):
            calls.take(ANN)


def test_full_buckets_are_dropped_and_no_caller_is_kept_by_name(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "_TAKES_A_SWEEP", 1)
    first, _, watch = both
    first.take(ANN)
    calls_taken(first, BOB, 60)
    watch.now = 5

    first.take(UserId("carol"))

    kept = first._connection.execute("SELECT caller FROM buckets").fetchall()
    assert len(kept) == 2
    assert not {name.encode() for name in (ANN, BOB, "carol")} & {row[0] for row in kept}


def test_what_cannot_be_counted_is_refused_as_an_outage(both: Both) -> None:
    first, _, _ = both
    first.close()

    with pytest.raises(StoreUnavailableError):
        first.take(ANN)
