"""Turns, retries and the settlement of attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.examination.cases import Priority
from domain.ids import ForceCode, JobId
from domain.jobs import (
    ABANDONED_ATTEMPTS,
    GAVE_UP,
    HEAD_STARTS,
    RETRIES,
    Job,
    JobKind,
    JobState,
    RetryPolicy,
    abandoned,
    failed,
    turn_of,
)

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)


def leased(attempts: int = 1, kind: JobKind = JobKind.SEARCH) -> Job:
    return Job(
        JobId("job-1"),
        kind,
        "group-1",
        1,
        ForceCode("01"),
        NOON,
        NOON,
        state=JobState.LEASED,
        attempts=attempts,
        lease_id="lease-1",
    )


@given(
    st.sampled_from(Priority),
    st.sampled_from(Priority),
    st.integers(1, 10_000),
    st.integers(1, 10_000),
)
def test_nobody_is_overtaken_by_what_comes_after_the_longest_head_start(
    early: Priority, late: Priority, line: int, other_line: int
) -> None:
    longest = max(HEAD_STARTS.values()) + turn_of(NOON, Priority.URGENT, line) - NOON

    mine = turn_of(NOON, early, line)
    theirs = turn_of(NOON + longest + timedelta(microseconds=1), late, other_line)

    assert mine < theirs


def test_of_jobs_queued_together_the_urgent_one_is_first() -> None:
    order = sorted(Priority, key=lambda priority: turn_of(NOON, priority, 1))

    assert order == [Priority.URGENT, Priority.HIGH, Priority.ROUTINE]


def test_a_policy_tries_once_more_after_its_last_delay() -> None:
    policy = RetryPolicy((timedelta(seconds=1), timedelta(seconds=5)))

    assert policy.attempts == 3
    assert [policy.delay_after(n) for n in (1, 2, 3)] == [*policy.delays, None]


def test_a_failed_attempt_waits_longer_each_time_and_then_is_given_up() -> None:
    kind = JobKind.DELIVERY
    ends = [
        failed(leased(n, kind), NOON, "receiver-refused")
        for n in range(1, RETRIES[kind].attempts + 1)
    ]

    waits = [end.not_before - NOON for end in ends if end.not_before]
    assert waits == sorted(waits) == list(RETRIES[kind].delays)
    assert [end.state for end in ends[-2:]] == [JobState.WAITING, JobState.FAILED]
    assert {end.problem for end in ends} == {"receiver-refused"}


def test_a_message_is_tried_for_about_three_days() -> None:
    total = sum(RETRIES[JobKind.DELIVERY].delays, timedelta(0))

    assert timedelta(days=3) < total < timedelta(days=4)


def test_more_attempts_may_be_abandoned_than_may_fail() -> None:
    still = abandoned(leased(RETRIES[JobKind.SEARCH].attempts + 1), NOON)
    given_up = abandoned(leased(ABANDONED_ATTEMPTS), NOON)

    assert (still.state, still.problem) == (JobState.WAITING, GAVE_UP)
    assert (given_up.state, given_up.problem) == (JobState.FAILED, GAVE_UP)
