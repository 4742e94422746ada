"""The contract of durable jobs and batches."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import Any

from domain.access.access import Purpose
from domain.examination.cases import Priority
from domain.ids import BatchId, ForceCode, JobId
from domain.jobs import (
    SETTLED_STATES,
    Batch,
    Job,
    JobKind,
    JobState,
    abandoned,
    done,
    failed,
    given_back,
    refused,
    turn_of,
)
from service.storage.database import Database, UnitsOfWork
from service.storage.messages.jobs import Lease
from service.storage.searches.batches import BLOCK_LINES
from service.storage.unit_of_work import UnitOfWork
from tests.contract.builders import FORCE, NOON, OFFICER
from tests.formats import FORMAT

SECOND = timedelta(seconds=1)


def job(number: int = 1, group: str = "batch-1", **changes: Any) -> Job:
    queued = changes.pop("queued", NOON)
    priority = changes.pop("priority", Priority.ROUTINE)
    values: dict[str, Any] = {
        "job_id": JobId(f"{group}-{number}"),
        "kind": JobKind.SEARCH,
        "group_id": group,
        "number": number,
        "force": FORCE,
        "turn_at": turn_of(queued, priority, number),
        "not_before": queued,
    }
    return Job(**(values | changes))


def batch(batch_id: str = "batch-1", **changes: Any) -> Batch:
    values: dict[str, Any] = {
        "batch_id": BatchId(batch_id),
        "force": FORCE,
        "submitted_by": OFFICER,
        "on_behalf_of": "pc-77",
        "purpose": Purpose.ARREST,
        "request_id": "request-1",
        "priority": Priority.HIGH,
        "submitted_at": NOON,
        "lines": 3,
    }
    return Batch(**(values | changes))


def lease_as(name: str, at_s: float = 0, *, for_s: float = 60) -> Lease:
    now = NOON + at_s * SECOND
    return Lease(name, now, now + for_s * SECOND)


def queue_lines(units: UnitsOfWork, count: int, group: str = "batch-1", **changes: Any) -> None:
    jobs = [job(number, group, **changes) for number in range(1, count + 1)]
    with units.write() as unit:
        unit.jobs.queue_lines(jobs, [f"{group} line {j.number}".encode() for j in jobs])
        unit.commit()


def lease(
    units: UnitsOfWork, name: str, *, at_s: float = 0, limit: int = 10, for_s: float = 60
) -> tuple[Job, ...]:
    with units.write() as unit:
        jobs = unit.jobs.lease(JobKind.SEARCH, lease_as(name, at_s, for_s=for_s), limit=limit)
        unit.commit()
    return jobs


def states(unit: UnitOfWork, group: str = "batch-1") -> dict[JobState, int]:
    return dict(unit.jobs.counts(JobKind.SEARCH, group))


def payload_lines(units: UnitsOfWork, count: int, group: str = "batch-1") -> int:
    with units.read() as unit:
        return len(unit.jobs.lines([JobId(f"{group}-{n}") for n in range(1, count + 1)]))


def test_a_leased_job_carries_its_lease_its_attempt_and_its_line(
    units_of_work: UnitsOfWork,
) -> None:
    queue_lines(units_of_work, 2)

    (first, second) = lease(units_of_work, "worker-a")

    assert (first.number, first.state, first.attempts) == (1, JobState.LEASED, 1)
    assert first.lease_id == "worker-a"
    with units_of_work.read() as unit:
        assert unit.jobs.get(first.job_id) == first
        assert unit.jobs.lines([first.job_id, second.job_id]) == {
            first.job_id: b"batch-1 line 1",
            second.job_id: b"batch-1 line 2",
        }


def test_a_job_is_leased_to_one_worker(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 5)

    mine = lease(units_of_work, "worker-a", limit=3)
    yours = lease(units_of_work, "worker-b", limit=3)

    assert [j.number for j in mine] == [1, 2, 3]
    assert [j.number for j in yours] == [4, 5]


def test_a_lease_taken_at_the_same_time_skips_what_another_worker_is_taking(
    postgres_url: str,
) -> None:
    # PostgreSQL alone: SQLite has one writer, so no concurrent lease is possible.
    with closing(Database(postgres_url, codec=FORMAT.codec)) as database:
        units_of_work = database.units_of_work()
        queue_lines(units_of_work, 4)

        with units_of_work.write() as one:
            mine = one.jobs.lease(JobKind.SEARCH, lease_as("worker-a"), limit=2)
            yours = lease(units_of_work, "worker-b", limit=2)
            one.commit()

    assert [j.number for j in mine] == [1, 2]
    assert [j.number for j in yours] == [3, 4]


def test_turns_follow_priority_and_a_routine_job_that_has_waited_is_not_overtaken(
    units_of_work: UnitsOfWork,
) -> None:
    queue_lines(units_of_work, 1, "routine")
    queue_lines(units_of_work, 1, "high", priority=Priority.HIGH)
    queue_lines(units_of_work, 1, "urgent", priority=Priority.URGENT)
    late = NOON + timedelta(minutes=31)
    queue_lines(units_of_work, 1, "urgent-later", priority=Priority.URGENT, queued=late)

    order = [j.group_id for j in lease(units_of_work, "worker-a", at_s=40 * 60)]

    assert order == ["urgent", "high", "routine", "urgent-later"]


def test_a_small_batch_is_worked_among_the_lines_of_a_large_one(
    units_of_work: UnitsOfWork,
) -> None:
    queue_lines(units_of_work, 60, "large")
    queue_lines(units_of_work, 2, "small", queued=NOON + 2 * SECOND)

    order = [j.group_id for j in lease(units_of_work, "worker-a", at_s=10, limit=62)]

    assert order.index("small") == 21
    assert order[-1] == "large"


def test_a_job_is_not_leased_before_its_time(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 1)
    (leased,) = lease(units_of_work, "worker-a")
    with units_of_work.write() as unit:
        unit.jobs.settle([failed(leased, NOON, "index-not-ready")])
        unit.commit()

    too_early = lease(units_of_work, "worker-a", at_s=1.9)
    (again,) = lease(units_of_work, "worker-b", at_s=2)

    assert too_early == ()
    assert (again.attempts, again.problem) == (2, "index-not-ready")


def test_a_job_is_given_up_after_its_last_attempt(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 1)

    at_s = 0.0
    while jobs := lease(units_of_work, "worker-a", at_s=at_s):
        with units_of_work.write() as unit:
            unit.jobs.settle([failed(jobs[0], NOON + at_s * SECOND, "unexpected")])
            unit.commit()
        at_s += 400

    with units_of_work.read() as unit:
        given_up = unit.jobs.get(jobs[0].job_id if jobs else JobId("batch-1-1"))
    assert given_up is not None
    assert (given_up.state, given_up.attempts) == (JobState.FAILED, 5)
    assert payload_lines(units_of_work, 1) == 0


def test_what_was_tried_before_is_leased_alone(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 4)
    tried = lease(units_of_work, "worker-a", limit=2)
    with units_of_work.write() as unit:
        unit.jobs.settle([failed(j, NOON, "unexpected") for j in tried])
        unit.commit()

    leased = [lease(units_of_work, f"worker-{n}", at_s=9) for n in range(4)]

    assert [[j.number for j in jobs] for jobs in leased] == [[1], [2], [3, 4], []]


def test_what_a_worker_never_began_is_no_attempt(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 1)
    (leased,) = lease(units_of_work, "worker-a")
    with units_of_work.write() as unit:
        unit.jobs.settle([given_back(leased, NOON)])
        unit.commit()

    (again,) = lease(units_of_work, "worker-b")

    assert again.attempts == 1


def test_a_lapsed_lease_is_seen_and_its_holder_can_settle_nothing_any_more(
    units_of_work: UnitsOfWork,
) -> None:
    queue_lines(units_of_work, 1)
    (stale,) = lease(units_of_work, "worker-a")

    with units_of_work.write() as unit:
        before = unit.jobs.lapsed(JobKind.SEARCH, NOON + 59 * SECOND, limit=5)
        (lapsed,) = unit.jobs.lapsed(JobKind.SEARCH, NOON + 61 * SECOND, limit=5)
        unit.jobs.settle([abandoned(lapsed, NOON + 61 * SECOND)])
        unit.commit()
    (fresh,) = lease(units_of_work, "worker-b", at_s=64)
    with units_of_work.write() as unit:
        from_stale = unit.jobs.settle([done(stale, NOON, "search-1")])
        from_fresh = unit.jobs.settle([done(fresh, NOON, "search-1")])
        unit.commit()

    assert before == ()
    assert from_stale == frozenset()
    assert from_fresh == {fresh.job_id}


def test_what_a_clock_that_was_ahead_has_dated_is_leased_and_lapses(
    units_of_work: UnitsOfWork,
) -> None:
    days = 3 * 24 * 3_600
    with units_of_work.write() as unit:
        unit.jobs.queue([job(queued=NOON + days * SECOND)])
        (leased,) = unit.jobs.lease(JobKind.SEARCH, lease_as("ahead", days), limit=5)
        (lapsed,) = unit.jobs.lapsed(JobKind.SEARCH, NOON, limit=5)
        unit.jobs.settle([given_back(lapsed, NOON + days * SECOND)])
        (again,) = unit.jobs.lease(JobKind.SEARCH, lease_as("steady"), limit=5)

    assert leased.job_id == lapsed.job_id == again.job_id


def test_a_renewed_lease_does_not_lapse(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 2)
    lease(units_of_work, "worker-a")

    with units_of_work.write() as unit:
        held = unit.jobs.renew("worker-a", NOON + 90 * SECOND)
        unit.commit()

    with units_of_work.read() as unit:
        assert held == 2
        assert unit.jobs.lapsed(JobKind.SEARCH, NOON + 61 * SECOND, limit=5) == ()


def test_lines_are_erased_once_the_last_job_of_their_block_is_settled(
    units_of_work: UnitsOfWork,
) -> None:
    count = BLOCK_LINES + 3
    queue_lines(units_of_work, count)
    jobs = lease(units_of_work, "worker-a", limit=count)
    block, rest = jobs[:BLOCK_LINES], jobs[BLOCK_LINES:]

    left = []
    for part in (block[:-1], block[-1:], rest):
        with units_of_work.write() as unit:
            unit.jobs.settle([done(j, NOON, f"search-{j.number}") for j in part])
            unit.commit()
        left.append(payload_lines(units_of_work, count))

    assert left == [count, 3, 0]


def test_cancelling_spares_what_is_being_worked(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 3)
    (held,) = lease(units_of_work, "worker-a", limit=1)

    with units_of_work.write() as unit:
        cancelled = unit.jobs.cancel(JobKind.SEARCH, "batch-1", NOON)
        between = states(unit)
        settled = unit.jobs.settle([done(held, NOON, "search-1")])
        after = states(unit)
        unit.commit()

    assert cancelled == 2
    assert between == {JobState.LEASED: 1, JobState.CANCELLED: 2}
    assert settled == {held.job_id}
    assert after == {JobState.DONE: 1, JobState.CANCELLED: 2}
    assert payload_lines(units_of_work, 3) == 0


def test_the_same_job_is_queued_once(units_of_work: UnitsOfWork) -> None:
    message = job(7, "endpoint-1", kind=JobKind.DELIVERY, topic="search.concluded")
    again = job(7, "endpoint-1", kind=JobKind.DELIVERY, job_id=JobId("other"))

    with units_of_work.write() as unit:
        first = unit.jobs.queue([message])
        second = unit.jobs.queue([again])
        unit.commit()

    assert (first, second) == (1, 0)
    with units_of_work.read() as unit:
        assert unit.jobs.of_group(JobKind.DELIVERY, "endpoint-1", after=0, limit=9) == (message,)


def test_a_failed_job_can_be_revived_with_all_its_attempts(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 1)
    (leased,) = lease(units_of_work, "worker-a")
    with units_of_work.write() as unit:
        unit.jobs.settle([refused(leased, NOON, "receiver-refused")])
        unit.commit()

    with units_of_work.write() as unit:
        dead = unit.jobs.failed(JobKind.SEARCH, "batch-1", before=None, limit=5)
        revived = unit.jobs.revive(leased.job_id, NOON + SECOND)
        again = unit.jobs.revive(leased.job_id, NOON + SECOND)
        unit.commit()
    (fresh,) = lease(units_of_work, "worker-b", at_s=2)

    assert [j.job_id for j in dead] == [leased.job_id]
    assert (revived, again) == (True, False)
    assert fresh.attempts == 1


def test_dead_jobs_are_paged_from_the_newest(units_of_work: UnitsOfWork) -> None:
    queue_lines(units_of_work, 3)
    jobs = lease(units_of_work, "worker-a")
    with units_of_work.write() as unit:
        unit.jobs.settle([refused(j, NOON, "x") for j in jobs])
        unit.commit()

    with units_of_work.read() as unit:
        newest = unit.jobs.failed(JobKind.SEARCH, "batch-1", before=None, limit=2)
        rest = unit.jobs.failed(JobKind.SEARCH, "batch-1", before=2, limit=2)

    assert ([j.number for j in newest], [j.number for j in rest]) == ([3, 2], [1])


def test_the_queue_tells_how_many_wait_and_whose_turn_is_next(
    units_of_work: UnitsOfWork,
) -> None:
    with units_of_work.read() as unit:
        nothing = (unit.jobs.waiting(JobKind.SEARCH), unit.jobs.oldest_waiting(JobKind.SEARCH))
    queue_lines(units_of_work, 3)
    lease(units_of_work, "worker-a", limit=1)

    with units_of_work.read() as unit:
        assert nothing == (0, None)
        assert unit.jobs.waiting(JobKind.SEARCH) == 2
        assert unit.jobs.oldest_waiting(JobKind.SEARCH) == job(2).turn_at
        assert unit.jobs.oldest_waiting(JobKind.DELIVERY) is None


def test_a_follower_of_the_log_never_goes_back(units_of_work: UnitsOfWork) -> None:
    with units_of_work.write() as unit:
        before = unit.jobs.followed_to("webhooks")
        for next_seq in (5, 3, 8, 8):
            unit.jobs.follow_to("webhooks", next_seq)
        unit.commit()

    with units_of_work.read() as unit:
        assert (before, unit.jobs.followed_to("webhooks")) == (0, 8)
        assert unit.jobs.followed_to("other") == 0


def test_a_batch_reads_back_equal_and_is_paged_within_its_force(
    units_of_work: UnitsOfWork,
) -> None:
    mine = [batch(f"batch-{n}") for n in (1, 2, 3)]
    foreign = batch("batch-x", force=ForceCode("10"))
    with units_of_work.write() as unit:
        for each in (*mine, foreign):
            unit.batches.add(each)
        unit.commit()

    with units_of_work.read() as unit:
        first = unit.batches.page(FORCE, before=None, limit=2)
        second = unit.batches.page(FORCE, before=first.next_key, limit=2)
        assert unit.batches.get(BatchId("batch-1")) == mine[0]
        assert unit.batches.get(BatchId("unknown")) is None
        assert first.items == (mine[2], mine[1])
        assert (second.items, second.next_key) == ((mine[0],), None)
        assert unit.batches.page(FORCE, before="batch-x", limit=2).items == ()


def test_a_batch_is_cancelled_and_finished_once(units_of_work: UnitsOfWork) -> None:
    later = NOON + SECOND
    with units_of_work.write() as unit:
        unit.batches.add(batch())
        unit.batches.cancel(BatchId("batch-1"), NOON)
        unit.batches.cancel(BatchId("batch-1"), later)
        finished = [unit.batches.finish(BatchId("batch-1"), at) for at in (NOON, later)]
        (locked,) = unit.batches.lock([BatchId("batch-1"), BatchId("unknown")])

    assert finished == [True, False]
    assert locked == batch(cancelled_at=NOON, finished_at=NOON)


def test_every_state_is_open_or_settled() -> None:
    assert set(JobState) - SETTLED_STATES == {JobState.WAITING, JobState.LEASED}
