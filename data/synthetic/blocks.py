"""People as the population returns them: in columns for loaders, or as objects for readers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from data.synthetic.bookings import Booking, Claim
from data.synthetic.captures import CaptureArrays
from data.synthetic.counters import Draws
from data.synthetic.facts import People, PersonFacts, alias_names, day_of, main_name, true_details
from data.synthetic.households import Relations
from data.synthetic.offences import Offender, arrest_reports
from data.synthetic.parameters import TEMPLATE_FORMAT, PopulationParameters
from domain.ids import PersonId
from domain.people.people import Address, Details, PartialDate, PersonName, Record
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
    """Return one row of captures as impressions in the order of fingers, without absent ones."""
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


Item = TypeVar("Item")

_MOST_DATES = 3


def record_of(
    people: People,
    row: int,
    bookings: list[Booking],
    *,
    draws: Draws,
    population: PopulationParameters,
) -> Record | None:
    """Return the record of the person in this row, or None if the person has none.

    The main name and date of birth are those of the first booking, right or wrong. Different
    statements at other bookings, and other facts known about the person, are aliases.
    """
    if not people.numbers.has_record[row]:
        return None
    facts, force = people.facts[row], people.residence.forces[row]
    first_booking = date.fromordinal(int(people.vitals.booking_days[row]))
    known = _known(facts, bookings[0].claim, draws, population)
    offender = Offender(people.start + row, force, first_booking, population.reference_date)
    return Record(
        record_id=people.numbers.record_ids[row],
        person_id=people.numbers.person_ids[row],
        force=force,
        details=_details(facts, bookings, known),
        arrest_reports=arrest_reports(offender, draws, population),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Facts on the record that do not come from a booking."""

    names: tuple[PersonName, ...]
    dates: tuple[PartialDate, ...]
    addresses: tuple[Address, ...]


def _known(
    facts: PersonFacts, claim: Claim, draws: Draws, population: PopulationParameters
) -> _Known:
    is_discovered = draws.uniform() < population.false_identity_discovered_share
    dates = _second_date(facts, draws, population)
    if claim is Claim.HONEST:
        former = (facts.former_address,) if facts.former_address else ()
        return _Known(alias_names(facts), dates, former)
    if is_discovered:
        return _Known((main_name(facts),), (*dates, day_of(facts.birth_day)), ())
    return _Known((), dates, ())


def _second_date(
    facts: PersonFacts, draws: Draws, population: PopulationParameters
) -> tuple[PartialDate, ...]:
    if draws.uniform() >= population.second_alias_date_share:
        return ()
    return (PartialDate.of(date.fromordinal(facts.birth_day + 30 + draws.index(900))),)


def _details(facts: PersonFacts, bookings: list[Booking], known: _Known) -> Details:
    said = [booking.said for booking in bookings]
    return Details(
        names=_distinct([*said[0].names, *known.names, *_all(d.names for d in said[1:])]),
        dates_of_birth=_distinct([*_all(d.dates_of_birth for d in said), *known.dates])[
            :_MOST_DATES
        ],
        sex=next((details.sex for details in said if details.sex), None),
        place_of_birth=_first_text(details.place_of_birth for details in said),
        nationalities=next((one.nationalities for one in said if one.nationalities), ()),
        addresses=_distinct([*_all(d.addresses for d in said), *known.addresses]),
        pnc_ids=(facts.pnc_id,) if facts.pnc_id else (),
        cro_numbers=(facts.cro_number,) if facts.cro_number else (),
    )


def _all(groups: Iterable[tuple[Item, ...]]) -> list[Item]:
    return [item for group in groups for item in group]


def _distinct(items: list[Item]) -> tuple[Item, ...]:
    # Most lists hold one item, and hashing it would dominate the cost of a record.
    return tuple(dict.fromkeys(items)) if len(items) > 1 else tuple(items)


def _first_text(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")
