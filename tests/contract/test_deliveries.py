"""The contract of deliveries: which endpoints are ready, leases of one an endpoint, giving up."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.ids import EndpointId, ForceCode
from domain.jobs import Job, JobKind, JobState, done, failed
from domain.webhooks import UNTRIED, Circuit
from service.storage.database import Database, UnitsOfWork
from service.storage.messages.jobs import Lease
from tests.contract.builders import FORCE, NOON
from tests.contract.test_endpoints import endpoint
from tests.contract.test_jobs import job
from tests.formats import FORMAT

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
OPEN = replace(UNTRIED, failures=6, failing_since=NOON, next_attempt_at=NOON + HOUR)


def message(number: int, at: str = "endpoint-1", **changes: Any) -> Job:
    values = {"turn_at": NOON + number * SECOND, "not_before": NOON} | changes
    return job(number, at, kind=JobKind.DELIVERY, topic="search.concluded", **values)


def stored(units: UnitsOfWork, *messages: Job, endpoints: int = 2, **changes: Any) -> None:
    with units.write() as unit:
        for number in range(1, endpoints + 1):
            unit.webhooks.add(endpoint(f"endpoint-{number}", **changes))
        unit.jobs.queue(messages)
        unit.commit()


def ready(units: UnitsOfWork, after: timedelta = HOUR / 2) -> list[str]:
    with units.read() as unit:
        return [one.endpoint_id for one in unit.deliveries.ready(NOON + after)]


def lease(units: UnitsOfWork, name: str, *, after: timedelta = HOUR / 2) -> list[Job]:
    """Lease everything that is ready."""
    now = NOON + after
    with units.write() as unit:
        rows = [one.job_row for one in unit.deliveries.ready(now)]
        leased = unit.deliveries.lease(rows, Lease(name, now, now + 60 * SECOND))
        unit.commit()
    return list(leased)


def note(units: UnitsOfWork, circuit: Circuit, at: str = "endpoint-1") -> None:
    with units.write() as unit:
        unit.webhooks.note_circuit(EndpointId(at), circuit)
        unit.commit()


def test_one_message_of_each_endpoint_is_leased_the_oldest_first(
    units_of_work: UnitsOfWork,
) -> None:
    stored(units_of_work, message(2), message(1), message(1, "endpoint-2"))

    leased = lease(units_of_work, "worker-a")
    again = lease(units_of_work, "worker-b")

    assert sorted((one.group_id, one.number) for one in leased) == [
        ("endpoint-1", 1),
        ("endpoint-2", 1),
    ]
    assert {(one.state, one.attempts, one.lease_id) for one in leased} == {
        (JobState.LEASED, 1, "worker-a")
    }
    assert again == []


def test_the_next_message_of_an_endpoint_follows_when_the_one_before_is_settled(
    units_of_work: UnitsOfWork,
) -> None:
    stored(units_of_work, message(1), message(2))
    (first,) = lease(units_of_work, "worker-a")
    with units_of_work.write() as unit:
        unit.jobs.settle([done(first, NOON)])
        unit.commit()

    (second,) = lease(units_of_work, "worker-a")

    assert second.number == 2


def test_a_message_that_waits_for_its_next_attempt_does_not_hold_up_the_next(
    units_of_work: UnitsOfWork,
) -> None:
    stored(units_of_work, message(1), message(2))
    (first,) = lease(units_of_work, "worker-a", after=SECOND)
    with units_of_work.write() as unit:
        unit.jobs.settle([failed(first, NOON + SECOND, "receiver-refused")])
        unit.commit()

    (second,) = lease(units_of_work, "worker-a", after=2 * SECOND)

    assert second.number == 2


def test_a_paused_endpoint_and_an_open_circuit_are_not_ready(units_of_work: UnitsOfWork) -> None:
    stored(units_of_work, message(1), message(1, "endpoint-2"))
    with units_of_work.write() as unit:
        unit.webhooks.pause(EndpointId("endpoint-2"), is_paused=True)
        unit.commit()
    note(units_of_work, OPEN)

    assert ready(units_of_work) == []
    assert ready(units_of_work, after=HOUR) == ["endpoint-1"]


@pytest.mark.parametrize("hours", [3, 72])
def test_what_a_clock_that_was_ahead_has_dated_is_ready(
    units_of_work: UnitsOfWork, hours: int
) -> None:
    """By hours too: a message that was never tried waits for no retry."""
    ahead = NOON + hours * HOUR
    late = message(1, not_before=ahead)
    stored(units_of_work, late, message(1, "endpoint-2"), endpoints=2)
    note(units_of_work, replace(OPEN, next_attempt_at=ahead), at="endpoint-2")

    assert sorted(ready(units_of_work)) == ["endpoint-1", "endpoint-2"]


def test_the_circuit_reads_back_equal(units_of_work: UnitsOfWork) -> None:
    stored(units_of_work)
    circuit = UNTRIED
    for number in range(6):
        circuit = circuit.after_failure(NOON + number * SECOND, "receiver-too-slow")
    note(units_of_work, circuit)

    with units_of_work.read() as unit:
        found = unit.webhooks.get(EndpointId("endpoint-1"))
        other = unit.webhooks.get(EndpointId("endpoint-2"))
        early, late = (unit.webhooks.any_failing_before(NOON + s * SECOND) for s in (-1, 0))

    assert found == endpoint(circuit=circuit)
    assert other == endpoint("endpoint-2")
    assert (early, late) == (False, True)


def test_messages_in_hand_are_counted_by_force(units_of_work: UnitsOfWork) -> None:
    stored(
        units_of_work,
        message(1),
        message(1, "endpoint-2"),
        message(1, "foreign", force=ForceCode("10")),
    )
    lease(units_of_work, "worker-a")

    with units_of_work.read() as unit:
        assert unit.deliveries.leased() == {FORCE: 2}


def test_only_what_has_long_been_due_to_an_endpoint_without_hope_is_given_up(
    units_of_work: UnitsOfWork,
) -> None:
    fresh = message(3, not_before=NOON + 2 * HOUR)
    stored(units_of_work, message(1), message(2), fresh, message(1, "endpoint-2"))
    note(units_of_work, replace(OPEN, last_fault="receiver-too-slow"))
    (held,) = (one for one in lease(units_of_work, "w", after=HOUR) if one.number == 1
               and one.group_id == "endpoint-1")  # fmt: skip

    with units_of_work.write() as unit:
        none = unit.deliveries.give_up(
            failing_before=NOON - SECOND, due_before=NOON + HOUR, at=NOON + HOUR
        )
        given_up = unit.deliveries.give_up(
            failing_before=NOON, due_before=NOON + HOUR, at=NOON + HOUR
        )
        unit.commit()

    with units_of_work.read() as unit:
        dead = unit.jobs.failed(JobKind.DELIVERY, "endpoint-1", before=None, limit=9)
        states = [unit.jobs.get(one.job_id).state for one in (held, fresh)]  # type: ignore[union-attr]
    assert (none, given_up) == (0, 1)
    assert [(one.number, one.problem) for one in dead] == [(2, "receiver-too-slow")]
    assert states == [JobState.LEASED, JobState.WAITING]


def test_two_workers_at_once_never_hold_two_messages_of_an_endpoint(postgres_url: str) -> None:
    # PostgreSQL alone: SQLite has one writer, so no concurrent lease is possible.
    with closing(Database(postgres_url, codec=FORMAT.codec)) as database:
        units = database.units_of_work()
        stored(units, message(1), message(2))
        now = NOON + HOUR

        with units.write() as one:
            rows = [each.job_row for each in one.deliveries.ready(now)]
            mine = one.deliveries.lease(rows, Lease("worker-a", now, now + HOUR))
            yours = lease(units, "worker-b", after=HOUR)
            one.commit()
        later = lease(units, "worker-b", after=HOUR)

    assert [each.number for each in mine] == [1]
    assert (yours, later) == ([], [])
