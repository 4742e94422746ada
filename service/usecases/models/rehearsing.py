"""Rehearsals: searching the gallery with its own people's captures, to count strangers.

Each step is one transaction, which also stores how far the run has come. So an interrupted run
repeats at most one step, and counts nothing twice. The order of people is fixed and spread evenly
over the gallery.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.arrays import Int64s, Intps
from domain.ids import EncounterRow, PersonRow, UserId
from domain.prints.captures import FINGER_COUNT, CaptureColumns, TenprintProbe
from domain.searches.models import REHEARSED_AS, Counted, Kind, RehearsalSource
from domain.searches.searches import SearchType
from domain.searches.strangers import OwnStrangers, Strangers
from indexing.codes.filters import Filter
from indexing.searching.hits import Hits
from matching.experience import needed, steps_of
from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from service.storage.people.gallery_feed import HeldTemplates
from service.storage.unit_of_work import UnitOfWork
from service.usecases.models.counting import WANTED, Met, refresh, searches_of, store_counted
from service.usecases.models.watching import SECONDS, kinds_moved
from service.usecases.people.integrity import Alike
from service.usecases.searches.looking_up import compare_at, similarities
from service.usecases.services import Services

REHEARSER = Caller(
    Actor(UserId("rehearser"), Role.ADMINISTRATOR, None, frozenset({Scope.OPERATE})),
    Purpose.OPERATIONS,
)
"""The actor of automatic rehearsals: the service itself, which has no token."""

FOLLOWER = "rehearsals"
"""The name under which the position reached in the order of people is kept between runs."""

NIGHTLY = 300
"""The number of people used each night once enough have been counted. A gallery is then covered
again in about a month."""

_NIGHT_HOURS = range(5)
"""The hours of the day, UTC, for nightly rehearsals once enough searches have been counted."""

_PEOPLE_A_STEP = 256
LOOKED_UP_TOGETHER = 64
_ROWS_TRIED = 4_096
_STRANGERS_COMPARED = 8
"""The index ranks by similarity, not by the model's likeness measure. The person most alike is
among this many."""
_GOLDEN = 0.6180339887498949
_TO_THE_END = Filter(ends_at_leader=False)


@dataclass(frozen=True, slots=True)
class RehearsalReport:
    """The number of people used in a rehearsal, and of searches and doubts counted."""

    people: int
    searches: int
    doubts: int


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """A person's capture in the form of a probe at one end of a kind."""

    kind: Kind
    person_row: int
    encounter_row: int
    probe: TenprintProbe


@dataclass(frozen=True, slots=True, eq=False)
class _Strangers:
    """The strangers that a search found: rows of people and of captures, and where these captures
    are among those read; int64 (k,) each.
    """

    persons: Int64s
    captures: Int64s
    places: Int64s
    taken_off: OwnStrangers | None
    """What was taken off people who are alike with everybody."""
    cohort: Strangers | None
    """How similar the people of the cohort are to the capture."""


def rehearse(
    services: Services,
    caller: Caller,
    people: int,
    *,
    advance: Callable[[int], None] = lambda _: None,
    pause: Callable[[], None] = lambda: None,
) -> RehearsalReport:
    """Search with the captures of this many people, at both ends of each kind, and count.

    At most the number of people in the gallery is used. `advance` is called with the number of
    people in each step; `pause` is called after every few searches. Raises NotPermittedError, and
    the errors of a look-up.
    """
    caller.actor.require(Scope.OPERATE)
    services.gallery.catch_up()
    people = min(people, services.gallery.persons)
    done = RehearsalReport(0, 0, 0)
    while done.people < people:
        step = _step(services, caller, min(_PEOPLE_A_STEP, people - done.people), pause)
        if not step.people:
            break
        advance(step.people)
        done = RehearsalReport(
            done.people + step.people, done.searches + step.searches, done.doubts + step.doubts
        )
    return done


def due_people(services: Services) -> int:
    """Return how many people should be used in rehearsals now.

    At first, and again after an alarm about second candidates or once the gallery has doubled, as
    many as bring searches with one finger, which everybody allows, to `WANTED`; later, a fixed
    number each night. It is 0 for a gallery too small for a proposal: then the office decides.
    """
    persons = services.gallery.persons
    if persons < needed(PROPOSED_FPIR[Mode.TENPRINT]) or not services.scorer.counts_strangers:
        return 0
    refresh(services)
    met = services.experience.met.get(Kind.ONE)
    counted = Counted() if met is None else met.rehearsed
    wanted, searches = min(WANTED, persons), counted.searches
    if persons >= 2 * counted.persons:
        searches = searches * counted.persons // persons
    return wanted - searches if searches < wanted else _due_again(services, wanted)


def _due_again(services: Services, wanted: int) -> int:
    """Return how many people are due in a gallery that was rehearsed: anew, or tonight."""
    now = services.now()
    with services.units.read() as unit:
        moved = kinds_moved(unit, services.scorer.digest, SECONDS)
        anew = unit.rehearsals.people_since(max(moved.values())) if moved else wanted
        tonight = unit.rehearsals.people_since(now.replace(hour=0, minute=0, second=0))
    if anew < wanted:
        return wanted - anew
    return max(NIGHTLY - tonight, 0) if now.hour in _NIGHT_HOURS else 0


def _step(
    services: Services, caller: Caller, people: int, pause: Callable[[], None]
) -> RehearsalReport:
    with services.units.read() as unit:
        start = unit.jobs.followed_to(FOLLOWER)
        captures, reached = _next_captures(unit, start, people)
    met: list[Met] = []
    digest = services.gallery.index.digest
    for at in range(0, len(captures), LOOKED_UP_TOGETHER):
        met += _met(services, captures[at : at + LOOKED_UP_TOGETHER])
        pause()
    with services.units.begin() as unit:
        if unit.jobs.followed_to(FOLLOWER) != start:
            return RehearsalReport(0, 0, 0)  # another process rehearsed these people meanwhile
        if met:
            store_counted(services, unit, caller, (RehearsalSource.BOTH_ENDS, digest), met)
        unit.jobs.follow_to(FOLLOWER, reached)
    refresh(services)
    doubts = searches_of([one for one in met if one.doubt is not None])
    return RehearsalReport(len(captures), searches_of(met), doubts)


def _next_captures(
    unit: UnitOfWork, start: int, people: int
) -> tuple[Sequence[tuple[PersonRow, EncounterRow]], int]:
    """Return the next people with their newest capture, and the position after them."""
    highest = unit.rehearsals.highest_person()
    places = range(start, start + min(max(2 * highest, 1), _ROWS_TRIED))
    rows = [spread_row(place, highest) for place in places]
    found = unit.rehearsals.newest_captures([row for row in rows if row is not None])
    chosen: list[tuple[PersonRow, EncounterRow]] = []
    for place, row in zip(places, rows, strict=True):
        if row is not None and row in found:
            chosen.append((row, found[row]))
            if len(chosen) == people:
                return chosen, place + 1
    return chosen, places.stop


def spread_row(place: int, highest: int) -> PersonRow | None:
    """Return the row at a position of an order in which each row from 1 to `highest` comes once.

    The rows follow one another by the golden section of a power of two. None for a position
    without a row.
    """
    size = 1 << max(highest - 1, 0).bit_length()
    row = 1 + (place * (int(size * _GOLDEN) | 1)) % size
    return PersonRow(row) if row <= highest else None


def _met(services: Services, captures: Sequence[tuple[PersonRow, EncounterRow]]) -> list[Met]:
    """Search with the captures of some people; erased and hidden ones are left out."""
    with services.units.read() as unit:
        held = unit.encounters.templates([encounter for _, encounter in captures])
    found: dict[tuple[Kind, int], Met] = {}
    for end in ENDS:
        for own, met in met_at(services, held, end):
            fingers = int(own.probe.presence.sum())
            for kind in dict.fromkeys((met.kind, REHEARSED_AS.get((met.kind, fingers), met.kind))):
                key, one = (kind, own.person_row), replace(met, kind=kind)
                found[key] = _more_alike(found.get(key, one), one)
    return list(found.values())


def _more_alike(one: Met, other: Met) -> Met:
    """Return what both ends of a kind met: the greater similarity, and any doubt."""
    return Met(one.kind, max(one.step, other.step), one.doubt or other.doubt)


ENDS = ((Kind.ONE, 1), (Kind.FEW, 2), (Kind.FEW, 4), (Kind.MANY, 5), (Kind.MANY, FINGER_COUNT))
"""Numbers of fingers searched with: the fewest and the most of each kind, because people who are
related or alike with everybody stand out more with more fingers, and heavy tails with fewer."""
_LEAST = dict(reversed(ENDS))


def _own(held: HeldTemplates, end: tuple[Kind, int]) -> Iterator[_Own]:
    """Yield the captures as probes, with as many fingers as the end asks for and the capture has.

    Which fingers are used depends on the row, so that every finger is used in turn.
    """
    batch = held.tenprints
    for at, (encounter, person) in enumerate(
        zip(batch.encounter_rows.tolist(), batch.person_rows.tolist(), strict=True)
    ):
        captured = np.flatnonzero(batch.captures.presence[at])
        kind, fingers = end
        if len(captured) >= min(fingers, _LEAST[kind] + 1):
            chosen = np.roll(captured, person)[:fingers]
            yield _Own(kind, person, encounter, _with(batch.captures, at, chosen))


def _with(captures: CaptureColumns, at: int, fingers: Intps) -> TenprintProbe:
    """Return some of a capture's fingers as a probe."""
    presence = np.isin(np.arange(FINGER_COUNT), fingers)
    vectors = np.where(presence[:, None], captures.vectors[at], 0.0).astype(np.float32)
    return TenprintProbe(
        vectors, presence, np.where(presence, captures.qualities[at], np.uint8(0))
    )


def met_at(
    services: Services, held: HeldTemplates, end: tuple[Kind, int]
) -> Iterator[tuple[_Own, Met]]:
    """Yield the most similar stranger of each capture that has the fingers for this end."""
    asked, index = list(_own(held, end)), services.gallery.index
    if not asked:
        return
    taken_off = index.cohorts.own()
    hits = index.search_tenprints(
        [one.probe for one in asked], k=_STRANGERS_COMPARED + 1, where=_TO_THE_END, own=taken_off
    )
    strangers = [_strangers(own, found) for own, found in zip(asked, hits, strict=True)]
    rows = {EncounterRow(int(row)) for _, captures in strangers for row in captures}
    with services.units.read() as unit:
        read = unit.encounters.templates(rows).tenprints
    place_of = read.places()
    cohort = index.cohorts.of_tenprints([one.probe for one in asked])
    for own, found, (persons, captures), like in zip(asked, hits, strangers, cohort, strict=True):
        # A person whose own capture is not found is hidden, or has been erased meanwhile.
        if own.encounter_row not in found.encounter_rows.tolist():
            continue
        places = np.array([place_of.get(row, -1) for row in captures.tolist()], dtype=np.int64)
        there = places >= 0
        some = _Strangers(persons[there], captures[there], places[there], taken_off, like)
        met = _most_alike(services, own, some, read.captures)
        if met is not None:
            yield own, met


def _strangers(own: _Own, found: Hits) -> tuple[Int64s, Int64s]:
    others = found.person_rows != own.person_row
    return found.person_rows[others], found.encounter_rows[others]


def _most_alike(
    services: Services, own: _Own, strangers: _Strangers, read: CaptureColumns
) -> Met | None:
    taken_off = strangers.taken_off
    if not len(strangers.places):
        return None
    if taken_off is not None:
        taken_off = taken_off.only(own.probe.presence)
    compared = compare_at(services.print_format, own.probe, read, strangers.places, taken_off)
    alike = services.scorer.alikeness(strangers.cohort, compared)
    if alike is None:
        return None
    first = int(alike.argmax())
    (similarity,) = similarities(SearchType.TP_TP, compared)[first : first + 1]
    doubt = None
    if similarity >= services.print_format.index.standout_similarity:
        doubt = Alike(
            (own.person_row, int(strangers.persons[first])),
            (own.encounter_row, int(strangers.captures[first])),
        )
    return Met(own.kind, int(steps_of(alike[first : first + 1])[0]), doubt)
