"""The population of a seed: people, records and enrolled captures, in any order and chunk."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from data.synthetic import captures, counters
from data.synthetic.blocks import PeopleBlock, SyntheticPerson, record_of
from data.synthetic.bookings import Booking, Claim, Desk, bookings
from data.synthetic.facts import People, people_of, true_details
from data.synthetic.numbers import person_ids
from data.synthetic.offences import DRAWS_EACH as HISTORY_DRAWS
from data.synthetic.parameters import CaptureProfile, Parameters
from data.synthetic.particulars import completed
from domain.errors import InvalidInputError
from domain.ids import PersonId
from domain.people.people import Details, Record
from domain.prints.prints import ImpressionType

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
        numbers: npt.NDArray[np.int64],
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

    def _booking_counts(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
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


def check_numbers(numbers: npt.NDArray[np.int64]) -> None:
    """Check that numbers are a flat int64 array of person numbers. Raises InvalidInputError."""
    if numbers.ndim != 1 or numbers.dtype != np.int64:
        raise InvalidInputError("Person numbers must be a one-dimensional array of int64.")
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < counters.MAX_NUMBER):
        raise InvalidInputError("Person numbers must not be negative.")
