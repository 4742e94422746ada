"""Counts of names, fields and identifiers of generated people."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data.synthetic.bookings import Booking, Claim
from data.synthetic.facts import people_of
from data.synthetic.population import Population
from domain.errors import InvalidIdentifierError
from domain.people.identifiers import parse_asn, parse_cro_number, parse_pnc_id
from domain.people.people import Details, Record

_CHUNK = 8192


@dataclass(frozen=True, slots=True)
class Surnames:
    """The number of surnames, and the share of the most common surname."""

    persons: int
    distinct: int
    commonest_share: float
    once_share: float
    """The share of surnames that only one person has."""


@dataclass(frozen=True, slots=True)
class PeopleMeasures:
    """Shares among enrolled first bookings, records and identifiers."""

    bookings: int
    missing_shares: dict[str, float]
    """The share of statements in which a field is missing, by field."""
    exact_name_share: float
    """The share of honest bookings in which forename and surname are correct."""
    exact_date_share: float
    false_identity_share: float
    careless_exact_name_share: float
    """The same share among the most careless tenth of the bookings."""
    without_record_share: float
    without_pnc_share: float
    records_with_invalid_identifiers: int
    twins_share: float


def measure_surnames(population: Population, persons: int) -> Surnames:
    """Return the surnames of the first `persons` people."""
    counts: Counter[str] = Counter()
    for start in range(0, persons, _CHUNK):
        stop = min(start + _CHUNK, persons)
        people = people_of(population.seed, start, stop, population.parameters)
        counts.update(facts.surname for facts in people.facts[: stop - start])
    return Surnames(
        persons=persons,
        distinct=len(counts),
        commonest_share=counts.most_common(1)[0][1] / persons,
        once_share=sum(count == 1 for count in counts.values()) / len(counts),
    )


def measure_people(population: Population, persons: int) -> PeopleMeasures:
    """Return the measures of the first `persons` people. `persons` may be up to about 100,000."""
    bookings: list[Booking] = []
    records: list[Record | None] = []
    truths: list[Details] = []
    twins = 0
    for block in population.blocks(0, persons):
        bookings.extend(booking for booking in block.bookings if booking.capture == 0)
        records.extend(block.records)
        truths.extend(block.true_details(number) for number in range(block.start, block.stop))
        twins += sum(
            block.relations(number).twin_of is not None
            for number in range(block.start, block.stop)
        )
    return _measures(population, bookings, records, truths=truths, twins=twins)


def _measures(
    population: Population,
    bookings: list[Booking],
    records: list[Record | None],
    *,
    truths: list[Details],
    twins: int,
) -> PeopleMeasures:
    pairs = list(zip(bookings, truths, strict=True))
    honest = [(b, truth) for b, truth in pairs if b.claim is Claim.HONEST]
    careless = sorted(honest, key=lambda pair: -pair[0].booking_effect)[: len(honest) // 10]
    reference = population.parameters.population.reference_date
    held = [record for record in records if record]
    return PeopleMeasures(
        bookings=len(bookings),
        missing_shares={
            field: sum(not get(b.said) for b in bookings) / len(bookings)
            for field, get in _FIELDS.items()
        },
        exact_name_share=_share(honest, _is_name_exact),
        exact_date_share=_share(honest, _is_date_exact),
        false_identity_share=1.0 - len(honest) / len(bookings),
        careless_exact_name_share=_share(careless, _is_name_exact),
        without_record_share=1.0 - len(held) / len(records),
        without_pnc_share=sum(not truth.pnc_ids for truth in truths) / len(truths),
        records_with_invalid_identifiers=sum(
            has_invalid_identifier(record, reference) for record in held
        ),
        twins_share=twins / len(truths),
    )


_FIELDS: dict[str, Callable[[Details], object]] = {
    "forename": lambda said: said.names and said.names[0].forename,
    "middle names": lambda said: said.names and said.names[0].middle_names,
    "date of birth": lambda said: said.dates_of_birth,
    "sex": lambda said: said.sex,
    "place of birth": lambda said: said.place_of_birth,
    "nationality": lambda said: said.nationality,
    "address": lambda said: said.addresses,
    "PNC ID": lambda said: said.pnc_ids,
}

Pair = tuple[Booking, Details]


def _share(pairs: list[Pair], holds: Callable[[Pair], bool]) -> float:
    return sum(map(holds, pairs)) / len(pairs)


def _is_name_exact(pair: Pair) -> bool:
    said, true = pair[0].said.names[0], pair[1].names[0]
    return (said.forename, said.surname) == (true.forename, true.surname)


def _is_date_exact(pair: Pair) -> bool:
    return pair[0].said.dates_of_birth == pair[1].dates_of_birth


def has_invalid_identifier(record: Record, reference: date) -> bool:
    """Whether an identifier of the record is invalid. No record should have one."""
    try:
        for pnc_id in record.details.pnc_ids:
            parse_pnc_id(pnc_id, reference_date=reference)
        for cro_number in record.details.cro_numbers:
            parse_cro_number(cro_number)
        for report in record.arrest_reports:
            parse_asn(report.asn)
    except InvalidIdentifierError:
        return True
    return False
