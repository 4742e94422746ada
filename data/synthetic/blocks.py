"""People as the population returns them: in columns for loaders, or as objects for readers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.synthetic.bookings import Booking
from data.synthetic.captures import CaptureArrays
from data.synthetic.facts import true_details
from data.synthetic.households import Relations
from data.synthetic.parameters import TEMPLATE_FORMAT
from data.synthetic.people import People
from domain.ids import PersonId
from domain.people.people import Details, Record
from domain.prints.prints import FINGERS, IMPRESSION_TYPES, Encounter, Impression


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticEncounter:
    """One enrolled capture with its prints and booking details."""

    encounter: Encounter
    booking: Booking


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticPerson:
    """One person with the complete file, and the truth about the person."""

    number: int
    person_id: PersonId
    true_details: Details
    relations: Relations
    record: Record | None
    encounters: tuple[SyntheticEncounter, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PeopleBlock:
    """Persons `start` to `stop - 1` in columns.

    `records` has one entry for each person. `bookings` and the rows of `enrolled` are aligned.
    They have one entry for each enrolled capture, sorted by person and capture, so there are at
    least as many entries as people.
    """

    start: int
    stop: int
    people_columns: People
    records: tuple[Record | None, ...]
    bookings: tuple[Booking, ...]
    enrolled: CaptureArrays

    def __len__(self) -> int:
        return self.stop - self.start

    def _row(self, number: int) -> int:
        return number - self.people_columns.start

    @property
    def person_ids(self) -> tuple[PersonId, ...]:
        """The opaque ids, one for each person."""
        ids = self.people_columns.numbers.person_ids
        return tuple(ids[self._row(self.start) : self._row(self.stop)])

    def person_id(self, number: int) -> PersonId:
        """Return the opaque id of the person with this number."""
        return self.people_columns.numbers.person_ids[self._row(number)]

    def true_details(self, number: int) -> Details:
        """Return the true details of the person with this number."""
        return true_details(self.people_columns.facts[self._row(number)])

    def relations(self, number: int) -> Relations:
        """Return the household of the person with this number."""
        return self.people_columns.households.relations(self._row(number))

    def encounter(self, row: int) -> Encounter:
        """Return enrolled row `row` as a domain encounter, without absent fingers."""
        booking = self.bookings[row]
        return Encounter(
            encounter_id=booking.encounter_id,
            person_id=self.person_id(booking.number),
            force=booking.force,
            captured_at=booking.captured_at,
            impressions=impressions_of(self.enrolled, row),
        )

    def people(self) -> Iterator[SyntheticPerson]:
        """Yield the people one by one as objects."""
        firsts = np.searchsorted(self.enrolled.numbers, np.arange(self.start, self.stop + 1))
        for index, number in enumerate(range(self.start, self.stop)):
            rows = range(int(firsts[index]), int(firsts[index + 1]))
            yield SyntheticPerson(
                number=number,
                person_id=self.person_id(number),
                true_details=self.true_details(number),
                relations=self.relations(number),
                record=self.records[index],
                encounters=tuple(
                    SyntheticEncounter(self.encounter(row), self.bookings[row]) for row in rows
                ),
            )


def impressions_of(arrays: CaptureArrays, row: int) -> tuple[Impression, ...]:
    """Return one row of captures as impressions in the order of fingers, without absent
    fingers.
    """
    present = np.flatnonzero(arrays.prints.presence[row]).tolist()
    qualities = arrays.prints.qualities[row].tolist()
    codes = arrays.prints.impression_codes[row].tolist()
    vectors = arrays.prints.vectors[row].copy()
    vectors.flags.writeable = False
    fmt = TEMPLATE_FORMAT
    return tuple(
        Impression(FINGERS[at], IMPRESSION_TYPES[codes[at]], qualities[at], vectors[at], fmt)
        for at in present
    )
