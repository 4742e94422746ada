"""A circuit opens after failures in a row, pauses longer each time, and closes with a success."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.webhooks import FAILURES_THAT_OPEN, UNTRIED, Circuit, CircuitState

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def failed(times: int, past: Circuit = UNTRIED, *, at: datetime = NOON) -> Circuit:
    for number in range(times):
        past = past.after_failure(at + number * MINUTE, "receiver-refused")
    return past


def test_a_few_failures_leave_it_closed() -> None:
    circuit = failed(FAILURES_THAT_OPEN - 1)

    assert circuit.state is CircuitState.CLOSED
    assert circuit.next_attempt_at is None
    assert circuit.failing_since == NOON
    assert circuit.last_fault == "receiver-refused"


def test_a_success_in_between_starts_the_count_anew() -> None:
    circuit = failed(4, failed(4).after_success(NOON), at=NOON + 9 * MINUTE)

    assert circuit.state is CircuitState.CLOSED
    assert circuit.failing_since == NOON + 9 * MINUTE


def test_it_opens_at_the_fifth_and_pauses_twice_as_long_each_time_up_to_an_hour() -> None:
    circuits = [failed(times) for times in range(FAILURES_THAT_OPEN, 15)]

    pauses = [one.next_attempt_at - one.last_attempt_at for one in circuits]  # type: ignore[operator]
    assert {one.state for one in circuits} == {CircuitState.OPEN}
    assert {one.since for one in circuits} == {NOON + 4 * MINUTE}
    assert pauses[:4] == [timedelta(seconds=s) for s in (30, 60, 120, 240)]
    assert pauses[-1] == timedelta(hours=1)
    assert failed(10_000).state is CircuitState.OPEN


def test_a_message_that_is_taken_closes_it_and_the_last_fault_stays_to_be_read() -> None:
    at = NOON + timedelta(hours=2)

    closed = failed(7).after_success(at)

    assert closed == Circuit(since=at, last_attempt_at=at, last_fault="receiver-refused")
    assert closed.state is CircuitState.CLOSED


def test_its_force_may_close_it() -> None:
    at = NOON + timedelta(hours=2)

    closed = failed(7).closed_by_hand(at)

    assert (closed.state, closed.since, closed.next_attempt_at) == (CircuitState.CLOSED, at, None)
    assert UNTRIED.closed_by_hand(at) == UNTRIED
