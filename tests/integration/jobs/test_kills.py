"""Workers killed at work: no job is lost, none takes effect twice, and the log verifies."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from domain.access.access import Caller, Purpose
from domain.events.searches import BatchFinished, BatchSubmitted, Searched
from domain.ids import BatchId, EndpointId, SearchId, Topic
from domain.jobs import JobKind, JobState
from domain.webhooks import Endpoint
from matching.scorer import Scorer
from service.provenance.log.merkle import EMPTY, append_many, leaf_hash
from service.storage.unit_of_work import UnitOfWork
from service.usecases.searches.batches import SubmitBatch, submit_batch
from service.usecases.services import Services
from tests.integration.api.workers import ndjson, search_line
from tests.integration.jobs.workers import ACTOR, FORCE, Fleet

pytestmark = pytest.mark.promise("kills")

LINES = 24
LAPSE = timedelta(seconds=400)
"""Longer than any lease and any delay of a retry."""


@pytest.fixture
def fleet(database_url: str, tmp_path: Path, scorer: Scorer) -> Fleet:
    return Fleet(database_url, tmp_path, scorer)


def submit(services: Services, first: int) -> BatchId:
    lines = ndjson(*(search_line(first + n) for n in range(LINES)))
    return submit_batch(services, SubmitBatch(Caller(ACTOR, Purpose.ARREST), lines))


def watch(services: Services) -> None:
    """Notify the force of finished batches."""
    endpoint = Endpoint(
        EndpointId("endpoint-1"),
        FORCE,
        "https://receiver.example/",
        frozenset({Topic("batch.finished")}),
        ACTOR.user_id,
        services.surroundings.clock(),
    )
    with services.units.write() as unit:
        unit.webhooks.add(endpoint)
        unit.commit()


def kill_workers(fleet: Fleet, kills: int) -> list[BatchId]:
    """Kill so many workers at random moments, with a new batch whenever the last one is done."""
    rng = np.random.default_rng(20261)
    batches: list[BatchId] = []
    with fleet.runtime("api") as runtime:
        watch(runtime.services)
        for number in range(kills):
            with runtime.services.units.read() as unit:
                has_work = unit.jobs.waiting(JobKind.SEARCH) > LINES // 2
            if not has_work:
                batches.append(submit(runtime.services, first=len(batches) * LINES))
            fleet.kill_one(number, number * LAPSE, after_s=float(rng.uniform(0, 0.3)))
    for extra in range(8):
        fleet.work_until_idle((kills + extra) * LAPSE)
    return batches


def assert_once_and_whole(fleet: Fleet, batches: list[BatchId]) -> None:
    with fleet.runtime("api") as runtime, runtime.services.units.read() as unit:
        lines = [
            job
            for batch in batches
            for job in unit.jobs.of_group(JobKind.SEARCH, batch, after=0, limit=LINES)
        ]
        searches = unit.searches.page(FORCE, before=None, limit=10_000).items
        events = [json.loads(entry.body) for entry in unit.events.every()]
        types = Counter(event["type"] for event in events)

        assert {line.state for line in lines} == {JobState.DONE}
        assert len({line.result_ref for line in lines}) == len(lines) == LINES * len(batches)
        assert {search.search_id for search in searches} == {line.result_ref for line in lines}
        assert types[Searched.event_type] == len(lines)
        assert types[BatchFinished.event_type] == types[BatchSubmitted.event_type] == len(batches)
        assert unit.jobs.lines([line.job_id for line in lines]) == {}
        assert_messages_once(unit, fleet, len(batches))
        assert_log_holds(unit)


def assert_messages_once(unit: UnitOfWork, fleet: Fleet, batches: int) -> None:
    deliveries = unit.jobs.of_group(JobKind.DELIVERY, "endpoint-1", after=0, limit=1_000)
    taken = fleet.notes.read_text().split()

    assert len(deliveries) == batches
    assert {delivery.state for delivery in deliveries} == {JobState.DONE}
    assert set(taken) == {f"msg_{delivery.job_id}" for delivery in deliveries}


def assert_log_holds(unit: UnitOfWork) -> None:
    entries = list(unit.events.every())
    expected, _ = append_many(EMPTY, [leaf_hash(entry.body) for entry in entries])
    assert [entry.seq for entry in entries] == list(range(unit.events.size()))
    assert unit.events.root() == expected.root


@pytest.mark.dear("kills processes and starts them again")
def test_killed_workers_lose_nothing_and_double_nothing(fleet: Fleet) -> None:
    batches = kill_workers(fleet, kills=10)

    assert_once_and_whole(fleet, batches)


@pytest.mark.slow
def test_a_hundred_killed_workers_lose_nothing_and_double_nothing(fleet: Fleet) -> None:
    batches = kill_workers(fleet, kills=100)

    assert len(batches) > 1
    assert_once_and_whole(fleet, batches)


def kill_submitters(fleet: Fleet, kills: int) -> None:
    rng = np.random.default_rng(20262)
    for number in range(kills):
        fleet.kill_submitter(number, after_s=float(rng.uniform(0, 0.3)))


def assert_acknowledged_and_whole(fleet: Fleet) -> None:
    notes = fleet.notes.read_text().split("\n") if fleet.notes.exists() else []
    acknowledged = [tuple(note.split()) for note in notes if note]
    with fleet.runtime("api") as runtime, runtime.services.units.read() as unit:
        page = unit.batches.page(FORCE, before=None, limit=10_000)
        searches = {
            s.search_id for s in unit.searches.page(FORCE, before=None, limit=10_000).items
        }
        events = [json.loads(entry.body) for entry in unit.events.every()]
        types = Counter(event["type"] for event in events)

        assert {ref for kind, ref in acknowledged if kind == "search"} <= searches
        assert {ref for kind, ref in acknowledged if kind == "batch"} <= {
            batch.batch_id for batch in page.items
        }
        assert types[Searched.event_type] == len(searches)
        assert types[BatchSubmitted.event_type] == len(page.items)
        for batch in page.items:
            lines = unit.jobs.of_group(JobKind.SEARCH, batch.batch_id, after=0, limit=9)
            assert len(unit.jobs.lines([line.job_id for line in lines])) == batch.lines == 3
        assert all(unit.searches.probe(SearchId(search)) for search in searches)
        assert_log_holds(unit)


@pytest.mark.dear("kills processes and starts them again")
def test_what_was_acknowledged_before_a_kill_is_there_and_whole(fleet: Fleet) -> None:
    kill_submitters(fleet, kills=8)

    assert_acknowledged_and_whole(fleet)


@pytest.mark.slow
def test_what_was_acknowledged_before_a_hundred_kills_is_there_and_whole(fleet: Fleet) -> None:
    kill_submitters(fleet, kills=100)

    assert fleet.notes.exists()
    assert_acknowledged_and_whole(fleet)
