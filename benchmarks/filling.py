"""Stores with generated people, and callers that work on the stores."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from data.synthetic.bookings import Claim
from data.synthetic.population import Population, ProbePlan, SyntheticProbe, make_mark, make_probe
from domain.access.access import ROLE_SCOPES, Actor, Caller, Purpose, Role
from domain.ids import ForceCode, UserId
from domain.searches.searches import SearchType
from service.bootstrap.runtime import Runtime, open_runtime
from service.bootstrap.stores import open_database
from service.cli.enrolling import enrol_chunks
from service.cli.loading import Enrolment
from service.settings import Settings


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


def enrol_people(
    runtime: Runtime,
    population: Population,
    persons: int,
    advance: Callable[[int], None] = lambda _: None,
) -> None:
    """Enrol this many people of a population."""
    people = Enrolment(population, persons)
    enrol_chunks(runtime, people.source_digest, people.chunks(), advance=advance)


def people_digest(persons: int, seed: int) -> str:
    """Return the digest of everything that determines these people."""
    return Enrolment(Population(seed), persons).source_digest


def under_false_identity(population: Population, start: int, stop: int) -> set[int]:
    """Return which of these people were recorded under a false identity."""
    return {
        booking.number
        for block in population.blocks(start, stop)
        for booking in block.bookings
        if booking.claim is not Claim.HONEST
    }


def mixed_probes(
    population: Population, kind: SearchType, persons: int, count: int, seed: int
) -> list[SyntheticProbe]:
    """Return mated and non-mated probes, one to two, which is the mix that NIST reports."""
    rng = np.random.default_rng(seed)
    mated, unseen = rng.integers(0, persons, count), rng.integers(persons, 2 * persons, count)
    make, plan = make_probe if kind is SearchType.TP_TP else make_mark, ProbePlan()
    numbers = np.where(np.arange(count) % 3 == 0, mated, unseen).tolist()
    return [make(population, number, plan) for number in numbers]
