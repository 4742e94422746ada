"""Personal particulars on a record besides bookings: nationalities, parents, documents."""

from collections.abc import Sequence
from dataclasses import replace

from data.synthetic import conviction_parameters as shares
from data.synthetic.convictions import DRAWS_EACH as CONVICTION_DRAWS
from data.synthetic.convictions import convictions_of
from data.synthetic.counters import Draws, Purpose, Stream, uniforms
from data.synthetic.facts import People, PersonFacts
from data.synthetic.names.tables import origin_tables
from data.synthetic.residence import HOME_COUNTRY
from domain.people.people import (
    Details,
    DocumentKind,
    IdentityDocument,
    Nationality,
    Parent,
    ParentKind,
    PartialDate,
    PersonName,
    PreviousName,
    Record,
)

DRAWS_EACH = 16
"""The number of uniform draws that one record may use. The longest path uses 11."""


def with_particulars(details: Details, facts: PersonFacts, draws: Draws) -> Details:
    """Return the details of a record, completed with the other particulars of the person.

    The stated nationality stays the first one, which is the one compared as evidence.
    """
    return replace(
        details,
        nationalities=_nationalities(details.nationalities, facts, draws),
        previous_names=_previous_names(details, facts),
        parents=_parents(facts, draws),
        documents=_documents(facts, draws),
    )


def _nationalities(
    stated: tuple[Nationality, ...], facts: PersonFacts, draws: Draws
) -> tuple[Nationality, ...]:
    if draws.uniform() >= shares.DUAL_NATIONAL_SHARE:
        return stated
    others = shares.SECOND_NATIONALITIES if facts.nationality == HOME_COUNTRY else (HOME_COUNTRY,)
    country = draws.choice(others)
    is_lost = draws.uniform() < shares.LOST_NATIONALITY_SHARE
    second = Nationality(country, "passport", until=PartialDate(2019) if is_lost else None)
    return (*stated, second)


def _previous_names(details: Details, facts: PersonFacts) -> tuple[PreviousName, ...]:
    """Return the maiden name if it is among the names on the record: a name that is not on the
    record would not find the person.
    """
    if not facts.maiden_surname or facts.maiden_surname == facts.surname:
        return ()
    name = PersonName(facts.forename, facts.maiden_surname, facts.middle_names)
    return (PreviousName(name),) if name in details.names else ()


def _parents(facts: PersonFacts, draws: Draws) -> tuple[Parent, ...]:
    tables = origin_tables()[facts.origin]
    surname = facts.maiden_surname or facts.surname
    found = []
    for kind, names in ((ParentKind.MOTHER, tables.female), (ParentKind.FATHER, tables.male)):
        is_known, forename = draws.uniform() < shares.PARENTS_SHARE, draws.uniform()
        if is_known:
            found.append(Parent(kind, PersonName(names.draw_one(forename), surname)))
    return tuple(found)


def _documents(facts: PersonFacts, draws: Draws) -> tuple[IdentityDocument, ...]:
    if draws.uniform() >= shares.PASSPORT_SHARE:
        return ()
    number = f"{draws.index(10**9):09d}"
    return (IdentityDocument(DocumentKind.PASSPORT, facts.nationality, number),)


def completed(
    seed: int, people: People, start: int, records: Sequence[Record | None]
) -> list[Record | None]:
    """Return the records of persons from `start` on, with particulars and convictions."""
    stop = start + len(records)
    particulars = Stream(seed, Purpose.PARTICULARS, DRAWS_EACH).words(start, stop)
    convictions = Stream(seed, Purpose.CONVICTIONS, CONVICTION_DRAWS).words(start, stop)
    rows = zip(
        records,
        people.facts[start - people.start :],
        uniforms(particulars).tolist(),
        uniforms(convictions).tolist(),
        strict=False,
    )
    return [
        None if record is None else _completed(record, facts, Draws(said), Draws(done))
        for record, facts, said, done in rows
    ]


def _completed(record: Record, facts: PersonFacts, said: Draws, done: Draws) -> Record:
    details = with_particulars(record.details, facts, said)
    found = convictions_of(record.arrest_reports, details.nationalities, facts.birth_day, done)
    return replace(record, details=details, convictions=found)
