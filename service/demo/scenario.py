"""The searches of the demo, and the truth, which only its examiners know."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from data.synthetic.bookings import Claim
from data.synthetic.population import Population, ProbePlan, SyntheticProbe, make_mark, make_probe
from domain.access.access import Purpose
from domain.errors import InvalidInputError
from domain.prints.prints import FINGERS, FingerPosition
from domain.searches.searches import SearchType


class Kind(StrEnum):
    """What is special about a search of the demo."""

    HONEST = "honest"
    FALSE_IDENTITY = "false_identity"
    UNSEEN = "unseen"
    MARK = "mark"

    @property
    def words(self) -> str:
        """The kind in words, for the terminal."""
        return _WORDS[self]


_WORDS = {
    Kind.HONEST: "a booking; the person gave an honest name",
    Kind.FALSE_IDENTITY: "a booking; the person gave another person's name",
    Kind.UNSEEN: "a booking of a person never seen before",
    Kind.MARK: "a mark from a scene, finger unknown",
}


@dataclass(frozen=True, slots=True, eq=False)
class PlannedSearch:
    """One search of the demo: the probe, its kind, and the true person."""

    kind: Kind
    search_type: SearchType
    purpose: Purpose
    probe: SyntheticProbe
    is_enrolled: bool


def planned_searches(
    population: Population, *, persons: int, run: int
) -> tuple[PlannedSearch, ...]:
    """Return the searches for run number `run` of the demo, from 1; each run makes new captures.

    The people are the first three with a record, starting from the middle of the population.
    Raises InvalidInputError if there are fewer than three.
    """
    known = tuple(islice(_people_on_record(population, persons), 3))
    if len(known) < 3:
        raise InvalidInputError("The demo needs more people: set --persons to 100 or more.")
    honest, liar, marksman = known
    return (
        _booking(population, Kind.HONEST, honest, claim=Claim.HONEST, capture=run),
        _booking(population, Kind.FALSE_IDENTITY, liar, claim=Claim.BORROWED, capture=run),
        _booking(population, Kind.UNSEEN, persons + 7, claim=Claim.HONEST, capture=run),
        _mark(population, marksman, capture=run),
    )


def waiting_searches(
    population: Population, *, persons: int, run: int
) -> tuple[PlannedSearch, ...]:
    """Return two searches that stay open, for visitors of the workbench."""
    known = tuple(islice(_people_on_record(population, persons), 3, 5))
    if len(known) < 2:
        return ()
    return (
        _booking(population, Kind.HONEST, known[0], claim=Claim.HONEST, capture=run),
        _mark(population, known[1], capture=run),
    )


def asked_about(population: Population, *, persons: int, run: int) -> PlannedSearch:
    """Return the prints of a person on record, which another country sends with its question.

    Raises InvalidInputError if there are not enough people.
    """
    known = tuple(islice(_people_on_record(population, persons), 5, 6))
    if not known:
        raise InvalidInputError("The demo needs more people: set --persons to 100 or more.")
    return _booking(population, Kind.HONEST, known[0], claim=Claim.HONEST, capture=run)


def applicant(population: Population, number: int, *, run: int) -> PlannedSearch:
    """Return prints that an enrolled person gives with an application about their own data."""
    return _booking(population, Kind.HONEST, number, claim=Claim.HONEST, capture=run)


def _people_on_record(population: Population, persons: int) -> Iterator[int]:
    """Yield the numbers of enrolled people with a record, starting from the middle."""
    for number in [*range(persons // 2, persons), *range(persons // 2)]:
        if population.records(number, number + 1)[0] is not None:
            yield number


def _booking(
    population: Population, kind: Kind, number: int, *, claim: Claim, capture: int
) -> PlannedSearch:
    plan = ProbePlan(capture=capture, positions=FINGERS, claim=claim)
    return PlannedSearch(
        kind,
        SearchType.TP_TP,
        Purpose.ARREST,
        make_probe(population, number, plan),
        is_enrolled=kind is not Kind.UNSEEN,
    )


_MARK_FINGERS = (FingerPosition.RIGHT_THUMB, FingerPosition.RIGHT_INDEX)


def _mark(population: Population, number: int, *, capture: int) -> PlannedSearch:
    plan = ProbePlan(capture=capture, positions=_MARK_FINGERS)
    return PlannedSearch(
        Kind.MARK,
        SearchType.LT_TP,
        Purpose.CRIME_SCENE,
        make_mark(population, number, plan),
        is_enrolled=True,
    )
