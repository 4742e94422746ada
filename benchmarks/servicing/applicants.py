"""Applicants, with the errors and false details that occur in applications.

An application states details as bookings do, with slips. Some applicants have married and taken
another surname, some state only an alias, and some state false details. A document shows the
present true details. People whose record is under a false identity are left out and counted,
because no search by details can find them; only prints can.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from benchmarks.filling import under_false_identity
from data.synthetic.bookings import Claim
from data.synthetic.population import Population
from domain.ids import PersonId
from domain.people.people import Details, DisposalType, Offence, PersonName, Record

_CHUNK = 500
_SHARES = (0.6, 0.15, 0.15)
"""Shares of plain applications, of married people and of aliases; the rest state false details.
Set by hand, with far more trouble than an office has."""
_PASSED = frozenset(
    {DisposalType.NO_FURTHER_ACTION, DisposalType.ACQUITTED, DisposalType.PENALTY_NOTICE}
)
"""Outcomes of a matter that no certificate states."""
MARRIED_STATES_FORMER = 0.5


class Trouble(StrEnum):
    """What is wrong with an application."""

    SLIPS = "slips"
    MARRIED = "married name"
    ALIAS = "alias"
    FALSE = "false details"


@dataclass(frozen=True, slots=True)
class Applicant:
    """One applicant: the true person, the application and the document."""

    number: int
    person_id: PersonId
    """The true person, whom staff never see."""
    trouble: Trouble
    stated: Details
    document: Details
    has_record: bool
    has_matters: bool
    """Whether the record contains anything that a certificate must not omit."""


def applicants(
    population: Population, start: int, stop: int, rng: np.random.Generator
) -> Iterator[Applicant | None]:
    """Yield an applicant for each person; None for a record under a false identity."""
    for at in range(start, stop, _CHUNK):
        yield from _chunk(population, at, min(at + _CHUNK, stop), rng)


def _chunk(
    population: Population, start: int, stop: int, rng: np.random.Generator
) -> Iterator[Applicant | None]:
    records = population.records(start, stop)
    false = under_false_identity(population, start, stop)
    honest = population.later_bookings(start, stop)
    invented = population.later_bookings(start, stop, claim=Claim.INVENTED)
    truth = population.true_details(start, stop)
    ids = population.person_ids(start, stop)
    names = [one.names[0].surname for one in truth]
    for at, record in enumerate(records):
        number = start + at
        trouble = _drawn(rng)
        stated = (invented if trouble is Trouble.FALSE else honest)[at].said
        other = names[int(rng.integers(len(names)))]
        alias = _alias(record.details) if record is not None else None
        if record is not None and number in false:
            yield None
            continue
        yield _applicant(
            Applicant(
                number,
                ids[at],
                trouble,
                stated,
                truth[at],
                record is not None,
                has_matters(record),
            ),
            other,
            alias,
            rng,
        )


def has_matters(record: Record | None) -> bool:
    """Return whether a record contains anything that a certificate must not omit.

    A record can be empty: everybody here was arrested, but many were not proceeded against. A
    quashed conviction does not count, although its arrest report still states the conviction.
    """
    if record is None:
        return False
    standing = {one.asn for one in record.convictions if one.stands}
    quashed = {one.asn for one in record.convictions if not one.stands} - standing
    return bool(standing) or any(
        _is_matter(offence, is_quashed=report.asn in quashed)
        for report in record.arrest_reports
        for offence in report.offences
    )


def _is_matter(offence: Offence, *, is_quashed: bool) -> bool:
    types = {one.disposal_type for one in offence.disposals}
    if DisposalType.CONVICTED in types:
        return not is_quashed
    return not types & _PASSED


def _drawn(rng: np.random.Generator) -> Trouble:
    at = int(np.searchsorted(np.cumsum(_SHARES), rng.random(), side="right"))
    return tuple(Trouble)[at]


def _alias(held: Details) -> PersonName | None:
    return held.names[1] if len(held.names) > 1 else None


def _applicant(
    one: Applicant, other: str, alias: PersonName | None, rng: np.random.Generator
) -> Applicant:
    """Return an applicant with the trouble that was drawn for them."""
    document = one.document
    if one.trouble is Trouble.MARRIED and document.names:
        own = document.names[0]
        married = replace(own, surname=other)
        former = (own,) if rng.random() < MARRIED_STATES_FORMER else ()
        return replace(
            one,
            stated=replace(one.stated, names=(married, *former)),
            document=replace(document, names=(married,)),
        )
    if one.trouble is Trouble.ALIAS and alias is not None:
        return replace(one, stated=replace(one.stated, names=(alias,)))
    return one
