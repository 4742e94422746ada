"""Batches from outside: submitted, worked, read, cancelled; effects happen once."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import GalleryError, PrintsBusyError, StoreUnavailableError
from domain.events.searches import BatchCancelled, BatchFinished, Searched
from domain.ids import EventType
from domain.jobs import ABANDONED_ATTEMPTS, JobKind
from service.live.waiting import Turns
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork
from service.usecases.leasing import WorkerPolicy, lease
from service.usecases.searches.batch_lines import work_batches
from service.usecases.searches.batches import MAX_LINE_BYTES, MAX_LINES
from tests.integration.api.driver import World
from tests.integration.api.workers import (
    later,
    lines_of,
    ndjson,
    search_line,
    searcher,
    submit,
    work_all,
)


class WatchedTurns(Turns):
    """Turns with a callback before each line is searched."""

    def __init__(self, before: Callable[[], None]) -> None:
        super().__init__(1)
        self._before = before

    def taken(self) -> AbstractContextManager[None]:
        self._before()
        return super().taken()


class Killed(BaseException):
    """Simulates a SIGKILL: none of the worker's code runs afterwards."""


class WatchedUnits:
    """Units of work that count the writing ones, and fail at some of them."""

    def __init__(
        self, units: UnitsOfWork, fail_at: Mapping[int, BaseException] | None = None
    ) -> None:
        self.made = 0
        self._units = units
        self._fail_at = fail_at or {}

    def read(self) -> UnitOfWork:
        return self._units.read()

    def write(self) -> UnitOfWork:
        self.made += 1
        if self.made in self._fail_at:
            raise self._fail_at[self.made]
        return self._units.write()

    begin = UnitsOfWork.begin


def progress(world: World, batch_id: str, *, force: str = "01") -> dict[str, int]:
    answer = world.force(force).get(f"/v1/search-batches/{batch_id}").json()
    named = ("waiting", "working", "done", "failed", "cancelled")
    return {name: answer[name] for name in named if answer[name]}


def searches_of(world: World, *, force: str = "01") -> list[dict[str, Any]]:
    return list(world.force(force).get("/v1/searches?limit=200").json()["searches"])


def events_of(world: World, kind: EventType) -> list[dict[str, Any]]:
    with world.services.units.read() as unit:
        return [json.loads(e.body) for e in unit.events.every() if e.event_type == kind]


@pytest.mark.journey
def test_a_batch_is_worked_in_the_background_as_its_submitter(world: World) -> None:
    world.enrol(1)
    world.enrol(2)

    taken = submit(world, ndjson(search_line(1), search_line(2)), priority="high")
    batch_id = taken.json()["batch_id"]
    before = progress(world, batch_id)
    worked = work_all(searcher(world.services))
    lines = lines_of(world, batch_id)

    assert taken.status_code == 202
    assert taken.headers["Location"] == f"/v1/search-batches/{batch_id}"
    assert (taken.json()["lines"], taken.json()["priority"]) == (2, "high")
    assert before == {"waiting": 2}
    assert worked == 2
    assert progress(world, batch_id) == {"done": 2}
    assert [line["line"] for line in lines] == [1, 2]
    found = {search["search_id"]: search for search in searches_of(world)}
    assert {line["search_id"] for line in lines} == set(found)
    assert {search["purpose"] for search in found.values()} == {"arrest"}
    actors = {event["actor"] for event in events_of(world, Searched.event_type)}
    assert actors == {"custody-01"}


def test_the_end_of_a_batch_is_noted_once_with_its_counts(world: World) -> None:
    batch_id = submit(world, ndjson(search_line(1), b"{}")).json()["batch_id"]

    work_all(searcher(world.services))
    work_all(searcher(world.services))

    (event,) = events_of(world, BatchFinished.event_type)
    assert event["subject_refs"] == [batch_id]
    assert event["facts"] == {"done": 1, "failed": 1, "cancelled": 0}
    answer = world.force().get(f"/v1/search-batches/{batch_id}").json()
    assert answer["finished_at"] is not None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"not json", "malformed-json"),
        (b'{"search_type": "TP/TP", "secret": 1}', "malformed-request"),
        (b'{"search_type": "NAMES"}', "empty-probe"),
        (b'{"search_type": "TP/TP"}', "empty-probe"),
    ],
)
def test_a_line_that_is_wrong_fails_alone_and_at_once(
    sqlite_world: World, line: bytes, problem: str
) -> None:
    body = ndjson(search_line(1), line, search_line(2))
    batch_id = submit(sqlite_world, body).json()["batch_id"]

    work_all(searcher(sqlite_world.services))
    lines = lines_of(sqlite_world, batch_id)

    assert [each["state"] for each in lines] == ["done", "failed", "done"]
    assert lines[1]["problem"] in {problem, "invalid-input"}
    assert lines[1]["search_id"] is None


def test_a_worker_that_dies_after_the_effect_leaves_nothing_to_be_done_twice(
    world: World,
) -> None:
    batch_id = submit(world, ndjson(search_line(1), search_line(2))).json()["batch_id"]
    policy = WorkerPolicy(lease=timedelta(seconds=30))

    def die_at_the_second() -> None:
        if searches_of(world):
            raise Killed

    dying = dataclasses.replace(world.services, turns=WatchedTurns(die_at_the_second))
    with pytest.raises(Killed):
        work_batches(searcher(dying, policy=policy))
    between = progress(world, batch_id)
    too_early = work_all(searcher(world.services, policy=policy))
    ahead = later(world.services, timedelta(seconds=31))
    work_batches(searcher(ahead, policy=policy))
    much_later = later(world.services, timedelta(seconds=60))
    work_all(searcher(much_later, policy=policy))

    assert between == {"working": 2}
    assert too_early == 0
    assert progress(world, batch_id) == {"done": 2}
    assert len(searches_of(world)) == 2
    assert len(events_of(world, Searched.event_type)) == 2
    assert len({line["search_id"] for line in lines_of(world, batch_id)}) == 2


TOGETHER = WorkerPolicy(stored_together=8)


def test_searches_stored_together_are_each_a_search_of_its_own(world: World) -> None:
    world.enrol(1)
    lines = ndjson(search_line(1), b"not json", search_line(2), search_line(3))
    batch_id = submit(world, lines).json()["batch_id"]
    writes = WatchedUnits(world.services.units)
    services = dataclasses.replace(world.services, units=writes)

    work_all(searcher(services, policy=TOGETHER))
    worked = lines_of(world, batch_id)

    assert [line["state"] for line in worked] == ["done", "failed", "done", "done"]
    assert len({line["search_id"] for line in worked}) == 4
    assert len(events_of(world, Searched.event_type)) == 3
    assert len(world.case_of(worked[0]["search_id"])) > 0
    assert writes.made == 3  # leased, stored, settled


def test_where_all_cannot_be_stored_each_is_stored_alone(world: World) -> None:
    batch_id = submit(world, ndjson(*(search_line(n) for n in (1, 2, 3)))).json()["batch_id"]
    noted: list[BaseException] = []
    # The first is the lease; then all together, and then each alone.
    fail_at = {2: StoreUnavailableError(), 4: StoreUnavailableError()}
    services = dataclasses.replace(
        world.services, units=WatchedUnits(world.services.units, fail_at)
    )

    work_batches(searcher(services, policy=TOGETHER, note=noted.append))
    between = lines_of(world, batch_id)
    work_all(searcher(later(world.services, timedelta(seconds=3)), policy=TOGETHER))

    assert [line["state"] for line in between] == ["done", "waiting", "done"]
    assert between[1]["problem"] == "store-unavailable"
    assert noted == []
    assert progress(world, batch_id) == {"done": 3}
    assert len(searches_of(world)) == 3


def test_a_line_waits_for_a_machine_that_is_too_busy_to_read_its_prints(world: World) -> None:
    batch_id = submit(world, ndjson(search_line(1))).json()["batch_id"]

    def read(*_: object) -> Any:
        raise PrintsBusyError

    work_batches(searcher(world.services, read=read))
    (between,) = lines_of(world, batch_id)
    work_all(searcher(later(world.services, timedelta(minutes=1))))

    assert (between["state"], between["problem"]) == ("waiting", "prints-busy")
    assert progress(world, batch_id) == {"done": 1}


def test_what_was_stored_together_is_not_stored_again_after_a_death(world: World) -> None:
    batch_id = submit(world, ndjson(search_line(1), search_line(2))).json()["batch_id"]
    # The third is the settlement.
    units = WatchedUnits(world.services.units, {3: Killed()})

    with pytest.raises(Killed):
        work_batches(searcher(dataclasses.replace(world.services, units=units), policy=TOGETHER))
    between = progress(world, batch_id)
    work_all(searcher(later(world.services, timedelta(seconds=61)), policy=TOGETHER))

    assert between == {"working": 2}
    assert progress(world, batch_id) == {"done": 2}
    assert len(searches_of(world)) == len(events_of(world, Searched.event_type)) == 2


def test_what_only_the_moment_refuses_is_tried_again(world: World) -> None:
    batch_id = submit(world, ndjson(search_line(1))).json()["batch_id"]
    seen = []

    def not_ready(line: bytes, *rest: Any) -> Any:
        seen.append(line)
        raise GalleryError

    work_all(searcher(world.services, read=not_ready))
    (waiting,) = lines_of(world, batch_id)
    work_all(searcher(later(world.services, timedelta(seconds=3))))

    assert (waiting["state"], waiting["problem"]) == ("waiting", "index")
    assert len(seen) == 1
    assert progress(world, batch_id) == {"done": 1}


def test_an_unforeseen_failure_is_noted_and_given_up_in_the_end(sqlite_world: World) -> None:
    world = sqlite_world
    batch_id = submit(world, ndjson(search_line(1))).json()["batch_id"]
    noted: list[BaseException] = []

    def broken(*_: Any) -> Any:
        raise RuntimeError("boom")

    for hours in range(8):
        ahead = later(world.services, timedelta(hours=hours))
        work_all(searcher(ahead, read=broken, note=noted.append))

    (line,) = lines_of(world, batch_id)
    assert (line["state"], line["problem"]) == ("failed", "unexpected")
    assert len(noted) == 5
    assert len(events_of(world, BatchFinished.event_type)) == 1


def test_a_line_that_kills_its_workers_is_given_up(sqlite_world: World) -> None:
    world = sqlite_world
    batch_id = submit(world, ndjson(search_line(1))).json()["batch_id"]

    for hours in range(2 * ABANDONED_ATTEMPTS + 1):
        ahead = later(world.services, timedelta(hours=hours))
        worker = searcher(ahead, read=lambda *_: pytest.fail("never worked"))
        lease_only(worker)

    (line,) = lines_of(world, batch_id)
    assert (line["state"], line["problem"]) == ("failed", "gave-up")


def lease_only(worker: Any) -> None:
    """Settle lapsed jobs, lease, and die."""
    silent = dataclasses.replace(worker, policy=WorkerPolicy(searches=0))
    work_batches(silent)
    lease(worker.services, JobKind.SEARCH, worker.policy, limit=8)


def test_a_worker_told_to_stop_gives_back_what_it_has_not_begun(world: World) -> None:
    batch_id = submit(world, ndjson(*(search_line(n) for n in (1, 2, 3)))).json()["batch_id"]
    worker = searcher(world.services)
    turns = WatchedTurns(worker.stopping.set)

    work_batches(
        dataclasses.replace(worker, services=dataclasses.replace(world.services, turns=turns))
    )
    between = progress(world, batch_id)
    work_all(searcher(world.services))

    assert between == {"done": 1, "waiting": 2}
    assert progress(world, batch_id) == {"done": 3}


def test_a_cancelled_batch_stops_and_keeps_what_is_done(world: World) -> None:
    batch_id = submit(world, ndjson(*(search_line(n) for n in (1, 2, 3)))).json()["batch_id"]
    one = searcher(world.services, policy=WorkerPolicy(searches=1))
    work_batches(one)

    path = f"/v1/search-batches/{batch_id}/cancellation"
    first, again = world.force().post(path), world.force().post(path)
    worked = work_all(searcher(world.services))

    assert (first.status_code, again.status_code) == (204, 204)
    assert worked == 0
    assert progress(world, batch_id) == {"done": 1, "cancelled": 2}
    assert len(events_of(world, BatchCancelled.event_type)) == 1
    assert len(events_of(world, BatchFinished.event_type)) == 1


def test_the_same_batch_sent_twice_is_one_batch(world: World) -> None:
    body = ndjson(search_line(1))

    first, second = submit(world, body, key="key-1"), submit(world, body, key="key-1")
    other = submit(world, ndjson(search_line(2)), key="key-1")

    assert first.json()["batch_id"] == second.json()["batch_id"]
    assert other.status_code == 409
    assert len(world.force().get("/v1/search-batches").json()["batches"]) == 1


def test_nothing_of_the_lines_is_left_once_they_are_worked(world: World) -> None:
    submit(world, ndjson(search_line(1), b"not json"))

    work_all(searcher(world.services))

    with world.services.units.read() as unit:
        jobs = unit.jobs.failed(JobKind.SEARCH, "", before=None, limit=1)
        batches = world.force().get("/v1/search-batches").json()["batches"]
        ids = [
            j.job_id
            for j in unit.jobs.of_group(JobKind.SEARCH, batches[0]["batch_id"], after=0, limit=9)
        ]
        assert jobs == ()
        assert len(ids) == 2
        assert unit.jobs.lines(ids) == {}


def test_another_force_knows_nothing_of_a_batch(world: World) -> None:
    batch_id = submit(world, ndjson(search_line(1))).json()["batch_id"]
    path = f"/v1/search-batches/{batch_id}"
    stranger = world.force("10")

    answers = [
        stranger.get(path),
        stranger.get(f"{path}/lines"),
        stranger.post(f"{path}/cancellation"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert stranger.get("/v1/search-batches").json()["batches"] == []
    assert stranger.get(f"/v1/search-batches?before={batch_id}").json()["batches"] == []
    assert progress(world, batch_id) == {"waiting": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"{}\n\n{}\n",
        b"{}\n" * (MAX_LINES + 1),
        b"{}\n" + b" " * MAX_LINE_BYTES + b"{}",
    ],
    ids=["empty", "blank", "a blank line", "too many lines", "a line too long"],
)
def test_a_body_that_is_no_batch_is_refused_whole(sqlite_world: World, body: bytes) -> None:
    refused = submit(sqlite_world, body)

    assert refused.status_code == 400
    assert refused.json()["type"] == "/problems/invalid-input"
    assert sqlite_world.force().get("/v1/search-batches").json()["batches"] == []


def test_a_batch_in_another_media_type_is_refused(sqlite_world: World) -> None:
    refused = sqlite_world.force().post("/v1/search-batches", {"search_type": "TP/TP"})

    assert refused.status_code == 415


def test_a_batch_may_be_larger_than_other_bodies(sqlite_world: World) -> None:
    line = search_line(1)
    body = ndjson(*([line] * 60))
    assert len(body) > 200_000

    assert submit(sqlite_world, body).status_code == 202


def test_ten_thousand_lines_are_taken_and_paged(sqlite_world: World) -> None:
    batch_id = submit(sqlite_world, b"{}\n" * MAX_LINES).json()["batch_id"]

    path = f"/v1/search-batches/{batch_id}/lines"
    page = sqlite_world.force().get(f"{path}?after=9950").json()

    assert progress(sqlite_world, batch_id) == {"waiting": MAX_LINES}
    assert [line["line"] for line in page["lines"]] == list(range(9951, 10_001))
    assert page["next_after"] is None


def test_an_examiner_cannot_submit_a_batch(sqlite_world: World) -> None:
    user = sqlite_world.examiner()

    answer = sqlite_world.client.post(
        "/v1/search-batches",
        content=ndjson(search_line(1)),
        headers={**user.headers, "Content-Type": "application/x-ndjson"},
    )

    assert answer.status_code == 403


def test_a_batch_has_a_reference_of_its_own_and_is_found_by_it(world: World) -> None:
    made = submit(world, ndjson(search_line(1)), reference="Op. Lark / 7")
    submit(world, ndjson(search_line(2)))
    bad = submit(world, ndjson(search_line(3)), reference="<script>")

    sought = "/v1/search-batches?reference=op. lark / 7"
    found = world.force().get(sought).json()["batches"]
    every = world.force().get("/v1/search-batches").json()["batches"]

    assert made.json()["reference"] == "Op. Lark / 7"
    assert [one["batch_id"] for one in found] == [made.json()["batch_id"]]
    assert [one["reference"] for one in every] == ["", "Op. Lark / 7"]
    assert bad.status_code == 422
    assert world.force("47").get(sought).json()["batches"] == []
    with world.services.units.read() as unit:
        bodies = b"".join(entry.body for entry in unit.events.every())
    assert b"Lark" not in bodies
    assert "Lark" not in world.log.getvalue()
