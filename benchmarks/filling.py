"""Stores with generated people, and callers that work on the stores."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import numpy as np

from benchmarks.machine import clocked
from data.synthetic.facts import encounter_ids
from data.synthetic.population import Population, ProbePlan, SyntheticProbe, make_mark, make_probe
from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import ForceCode, UserId
from domain.searches.searches import SearchType
from indexing.codes.batches import Gallery
from service.bootstrap.runtime import Runtime, open_runtime
from service.bootstrap.stores import open_database
from service.cli.enrolling import PlannedChunk, enrol_chunks
from service.cli.loading import CHUNK_PEOPLE, Enrolment
from service.settings import Settings
from service.storage.loading.bulk import EnrolmentBatch


def caller(
    role: Role, purpose: Purpose, *, name: str = "benchmark", force: str | None = None
) -> Caller:
    """Return a caller with this role and all its scopes."""
    code = None if force is None else ForceCode(force)
    return Caller(Actor(UserId(name), role, code, ROLE_SCOPES[role]), purpose)


def upgrade(settings: Settings) -> None:
    """Build the schema of a store, or upgrade it."""
    database = open_database(settings)
    try:
        database.upgrade()
    finally:
        database.close()


@contextmanager
def upgraded(settings: Settings) -> Iterator[Runtime]:
    """Open a store, new or not, with the current schema; close it afterwards."""
    upgrade(settings)
    with open_runtime(settings) as runtime:
        yield runtime


def enrol_people(runtime: Runtime, population: Population, persons: int) -> float:
    """Enrol this many people of a population; return how many were enrolled per second."""
    people = Enrolment(population, persons)
    enrolling = clocked(
        lambda: enrol_chunks(
            runtime, people.source_digest, people.chunks(), advance=lambda _: None
        )
    )
    return persons / enrolling.wall_s


def enrol_captures(
    runtime: Runtime, population: Population, persons: int, advance: Callable[[int], None]
) -> None:
    """Enrol captures of so many people, in half the time: prints do not need their records."""

    def batch(start: int, stop: int) -> EnrolmentBatch:
        enrolled = population.enrolled_templates(start, stop)
        ids = {
            capture: encounter_ids(population.seed, np.arange(start, stop), capture)
            for capture in range(3)
        }
        people, count = enrolled.numbers - start, len(enrolled)
        return EnrolmentBatch(
            person_ids=population.person_ids(start, stop),
            records=(),
            encounter_ids=[
                ids[capture][person]
                for capture, person in zip(
                    enrolled.captures.tolist(), people.tolist(), strict=True
                )
            ],
            person_indices=people,
            forces=[ForceCode("01")] * count,
            captured_at=[datetime(2026, 1, 1, tzinfo=UTC)] * count,
            captures=enrolled.prints,
            galleries=np.full(count, Gallery.TENPRINTS, dtype=np.uint8),
            years_of_birth=np.zeros(count, dtype=np.int16),
        )

    starts = range(0, persons, CHUNK_PEOPLE)
    stops = [min(start + CHUNK_PEOPLE, persons) for start in starts]
    chunks = [
        PlannedChunk(number, stop - start, partial(batch, start, stop))
        for number, (start, stop) in enumerate(zip(starts, stops, strict=True))
    ]
    told = f"captures of {people_digest(persons, population.seed)}"
    source_digest = hashlib.sha256(told.encode()).hexdigest()
    enrol_chunks(runtime, source_digest, chunks, advance=advance)


def people_digest(persons: int, seed: int) -> str:
    """Return the digest of everything that determines these people."""
    return Enrolment(Population(seed), persons).source_digest


def mixed_probes(
    population: Population, kind: SearchType, persons: int, count: int, seed: int
) -> list[SyntheticProbe]:
    """Return mated and non-mated probes, one to two, which is the mix that NIST reports."""
    rng = np.random.default_rng(seed)
    mated, unseen = rng.integers(0, persons, count), rng.integers(persons, 2 * persons, count)
    make, plan = make_probe if kind is SearchType.TP_TP else make_mark, ProbePlan()
    numbers = np.where(np.arange(count) % 3 == 0, mated, unseen).tolist()
    return [make(population, number, plan) for number in numbers]
