"""The population of a seed, in any order and chunk, and new captures with which to search it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from data.synthetic import captures, counters
from data.synthetic.blocks import PeopleBlock, SyntheticPerson, impressions_of, record_of
from data.synthetic.bookings import Booking, Claim, Desk, bookings
from data.synthetic.convictions import completed
from data.synthetic.counters import Purpose, Stream, uniforms
from data.synthetic.facts import People, people_of, person_ids, true_details
from data.synthetic.offences import DRAWS_EACH as HISTORY_DRAWS
from data.synthetic.parameters import CaptureProfile, Parameters
from domain.arrays import Int64s
from domain.errors import InvalidInputError
from domain.ids import PersonId
from domain.people.people import Details, Record
from domain.prints.prints import FINGERS, FingerPosition, Impression, ImpressionType
from domain.searches.searches import Probe

CHUNK = 1024
"""The default size of a block in `Population.blocks`."""


@dataclass(frozen=True, slots=True)
class Population:
    """All people of one seed. Person i is the same however the person is requested.

    People are numbered from 0 without an upper limit. "N people enrolled" means the first N, and
    people "never seen" simply have higher numbers. Immutable and thread-safe.
    """

    seed: int
    parameters: Parameters = field(default_factory=Parameters)

    def __post_init__(self) -> None:
        counters.check_seed(self.seed)

    def people(self, start: int, stop: int) -> Iterator[SyntheticPerson]:
        """Yield persons start to stop - 1 one by one, with records, encounters and truth."""
        for block in self.blocks(start, stop):
            yield from block.people()

    def blocks(self, start: int, stop: int, *, chunk: int = CHUNK) -> Iterator[PeopleBlock]:
        """Yield persons start to stop - 1 in columns, up to `chunk` people at a time.

        Raises InvalidInputError for impossible numbers. Needs about 20 KB of memory per person.
        """
        counters.check_range(start, stop)
        if chunk < 1:
            raise InvalidInputError("The chunk must hold at least one person.")
        for first in range(start, stop, chunk):
            yield self._block(first, min(first + chunk, stop))

    def templates(self, start: int, stop: int) -> captures.CaptureArrays:
        """Return the first enrolled capture of persons start to stop - 1, without making names."""
        counters.check_range(start, stop)
        return captures.capture_arrays(
            self.seed,
            np.arange(start, stop, dtype=np.int64),
            captures.CaptureKind(),
            self.parameters,
        )

    def enrolled_templates(self, start: int, stop: int) -> captures.CaptureArrays:
        """Return every enrolled capture of these persons, sorted by person and capture."""
        counters.check_range(start, stop)
        numbers = np.arange(start, stop, dtype=np.int64)
        parts = [self.templates(start, stop)]
        for capture in (1, 2):
            repeaters = numbers[self._booking_counts(numbers) > capture]
            kind = captures.CaptureKind(capture)
            parts.append(captures.capture_arrays(self.seed, repeaters, kind, self.parameters))
        return captures.merge_captures(parts)

    def probe_templates(
        self,
        numbers: Int64s,
        impression_type: ImpressionType,
        *,
        capture: int = 1,
        profile: CaptureProfile = CaptureProfile.CONTROLLED,
    ) -> captures.CaptureArrays:
        """Return later capture number `capture`, from 1, of these people in the same order.

        `numbers`: int64 (n,), in any order, repeats allowed. The same capture number always gives
        the same capture. The impression type and the profile change how noisy it is.
        """
        check_numbers(numbers)
        kind = captures.CaptureKind(later_capture(capture), impression_type, profile)
        return captures.capture_arrays(self.seed, numbers, kind, self.parameters)

    def records(self, start: int, stop: int) -> list[Record | None]:
        """Return the records of persons start to stop - 1, without making templates."""
        counters.check_range(start, stop)
        people = people_of(self.seed, start, stop, self.parameters)
        return self._records(people, start, stop, self._enrolled(people, start, stop))

    def true_details(self, start: int, stop: int) -> list[Details]:
        """Return the true details of persons start to stop - 1, without making templates."""
        counters.check_range(start, stop)
        people = people_of(self.seed, start, stop, self.parameters)
        return [
            true_details(facts)
            for facts in people.facts[start - people.start : stop - people.start]
        ]

    def person_ids(self, start: int, stop: int) -> list[PersonId]:
        """Return the opaque ids of persons start to stop - 1."""
        counters.check_range(start, stop)
        return person_ids(self.seed, start, stop)

    def later_bookings(
        self, start: int, stop: int, *, capture: int = 1, claim: Claim = Claim.HONEST
    ) -> list[Booking]:
        """Return later booking number `capture` of persons start to stop - 1, without prints."""
        counters.check_range(start, stop)
        people = people_of(self.seed, start, stop, self.parameters)
        desk = Desk(self.seed, people, later_capture(capture), self.parameters)
        return bookings(desk, np.arange(start, stop, dtype=np.int64), claim)

    def _block(self, start: int, stop: int) -> PeopleBlock:
        people = people_of(self.seed, start, stop, self.parameters)
        enrolled = self._enrolled(people, start, stop)
        return PeopleBlock(
            start=start,
            stop=stop,
            people_columns=people,
            records=tuple(self._records(people, start, stop, enrolled)),
            bookings=tuple(booking for group in enrolled for booking in group),
            enrolled=self.enrolled_templates(start, stop),
        )

    def _enrolled(self, people: People, start: int, stop: int) -> list[list[Booking]]:
        """Return the enrolled bookings of each person, in the order of their captures."""
        numbers = np.arange(start, stop, dtype=np.int64)
        counts = self._booking_counts(numbers)
        groups: list[list[Booking]] = [[] for _ in numbers]
        for capture in (0, 1, 2):
            desk = Desk(self.seed, people, capture, self.parameters)
            for booking in bookings(desk, numbers[counts > capture]):
                groups[booking.number - start].append(booking)
        return groups

    def _booking_counts(self, numbers: Int64s) -> Int64s:
        """Return the number of enrolled bookings of each person, 1 to 3."""
        second, third = self.parameters.population.repeat_booking_shares
        draws = captures.capture_draws(self.seed, numbers, 0)[:, 45]
        return 1 + (draws < second).astype(np.int64) + (draws < third).astype(np.int64)

    def _records(
        self, people: People, start: int, stop: int, enrolled: list[list[Booking]]
    ) -> list[Record | None]:
        stream = counters.Stream(self.seed, counters.Purpose.HISTORY, HISTORY_DRAWS)
        rows = counters.uniforms(stream.words(start, stop)).tolist()
        population = self.parameters.population
        records = [
            record_of(people, at, group, draws=counters.Draws(row), population=population)
            for at, group, row in zip(
                range(start - people.start, stop - people.start), enrolled, rows, strict=True
            )
        ]
        return completed(self.seed, people, start, records)


def later_capture(capture: int) -> int:
    """Return the number under which later capture 1, 2 ... is drawn. Raises InvalidInputError."""
    if not 1 <= capture < 2**32:
        raise InvalidInputError(
            "The sequence number of a later capture of a person must be at least 1."
        )
    return captures.FIRST_LATER_CAPTURE + capture - 1


def check_numbers(numbers: Int64s) -> None:
    """Check that numbers are a flat int64 array of person numbers. Raises InvalidInputError."""
    if numbers.ndim != 1 or numbers.dtype != np.int64:
        raise InvalidInputError("Person numbers must be a one-dimensional array of int64.")
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < counters.MAX_NUMBER):
        raise InvalidInputError("Person numbers must not be negative.")


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """The kind of capture to make."""

    capture: int = 1
    """The number of the person's later capture, counted from 1."""
    impression_type: ImpressionType = ImpressionType.PLAIN
    profile: CaptureProfile = CaptureProfile.CONTROLLED
    positions: tuple[FingerPosition, ...] = field(default=FINGERS)
    """The fingers to take, if the person has them."""
    claim: Claim = Claim.HONEST


@dataclass(frozen=True, slots=True)
class ProbeTruth:
    """The true identity of the person. It is never part of the probe."""

    number: int
    person_id: PersonId
    capture: int
    claim: Claim
    borrowed_from: int | None
    position: FingerPosition
    """The finger that left the mark; unknown for a capture of several fingers."""
    booking_effect: float


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticProbe:
    """A probe, the booking at which it was taken, and the truth about it."""

    probe: Probe
    booking: Booking
    truth: ProbeTruth


def make_probe(population: Population, number: int, plan: ProbePlan) -> SyntheticProbe:
    """Return a later capture of person `number`, with its statement; equal for equal plans.

    A person "never seen" is a person whose number was not enrolled: [N, 2N) for N enrolled people.
    """
    impressions = _impressions(population, number, plan)
    wanted = set(plan.positions)
    kept = tuple(impression for impression in impressions if impression.position in wanted)
    return _probe(population, number, plan, kept)


def make_mark(population: Population, number: int, plan: ProbePlan) -> SyntheticProbe:
    """Return one latent print of person `number` from a scene, without details.

    The finger is drawn by how often it leaves marks, among the fingers of `plan.positions` that
    the person has. Its position in the probe is 0 (unknown).
    """
    latent = replace(plan, impression_type=ImpressionType.LATENT)
    wanted = set(plan.positions)
    choices = [
        impression
        for impression in _impressions(population, number, latent)
        if impression.position in wanted
    ]
    left = _mark_left(population, number, latent, choices)
    shown = replace(left, position=FingerPosition.UNKNOWN)
    made = _probe(population, number, latent, (shown,))
    return replace(
        made,
        probe=Probe((shown,), Details()),
        truth=replace(made.truth, position=left.position),
    )


def _impressions(population: Population, number: int, plan: ProbePlan) -> tuple[Impression, ...]:
    arrays = population.probe_templates(
        np.array([number], dtype=np.int64),
        plan.impression_type,
        capture=plan.capture,
        profile=plan.profile,
    )
    return impressions_of(arrays, 0)


def _mark_left(
    population: Population, number: int, plan: ProbePlan, choices: list[Impression]
) -> Impression:
    if not choices:
        raise InvalidInputError(
            "The person has none of the fingers that the plan names: choose other positions."
        )
    stream = Stream(population.seed, Purpose.MARKS, 4, later_capture(plan.capture))
    draw = float(uniforms(stream.words(number, number + 1))[0, 0])
    table = population.parameters.presence.mark_position_weights
    weights = np.cumsum([table[impression.position - 1] for impression in choices])
    return choices[int(np.searchsorted(weights, draw * weights[-1], side="right"))]


def _probe(
    population: Population, number: int, plan: ProbePlan, impressions: tuple[Impression, ...]
) -> SyntheticProbe:
    booking = population.later_bookings(
        number, number + 1, capture=plan.capture, claim=plan.claim
    )[0]
    truth = ProbeTruth(
        number=number,
        person_id=population.person_ids(number, number + 1)[0],
        capture=plan.capture,
        claim=plan.claim,
        borrowed_from=booking.borrowed_from,
        position=FingerPosition.UNKNOWN,
        booking_effect=booking.booking_effect,
    )
    return SyntheticProbe(Probe(impressions, booking.said), booking, truth)
