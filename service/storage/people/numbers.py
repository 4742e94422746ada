"""Numbers issued for people: each serial is issued once, and each person gets one of a kind."""

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter

from sqlalchemy import literal, select, union_all

from domain.ids import PersonId
from domain.people.identifiers import ASN, IssuedNumber, NumberKind, NumberSeries, missing_below
from service.storage.engine.rows import Among, AnyRow
from service.storage.people.people import locked_person
from service.storage.tables.erasures import gone_persons
from service.storage.tables.links import merged_persons
from service.storage.tables.people import issued_numbers, person_erasures, persons
from service.storage.tables.requests import asns
from service.storage.transaction import TransactionPart


class IssuedNumbers(TransactionPart):
    """Issued numbers. Each is written once and never released, even when its person is erased."""

    def next_serial(self, kind: NumberKind, year: int) -> int:
        """Return the next serial in a year, starting from 1."""
        of_year = (issued_numbers.c.kind == kind.value, issued_numbers.c.year == year)
        return self._next(issued_numbers.c.serial, *of_year)

    def issue(self, number: IssuedNumber) -> bool:
        """Store a number. Returns False if its serial, or one for the person, is taken.

        Raises NotFoundError when the person is erased or hidden.
        """
        row = locked_person(self._transaction, number.person_id)
        return self._add_new(issued_numbers, number, person_row=row)

    def held(self, people: Collection[PersonId], kind: NumberKind) -> bool:
        """Whether any of these persons, who are one human being, has a number of this kind."""
        query = (
            select(issued_numbers.c.number_id)
            .join(persons, persons.c.person_row == issued_numbers.c.person_row)
            .where(Among(persons.c.person_id, "people"), issued_numbers.c.kind == kind.value)
        )
        return self._has(query, people=sorted(people))

    def series(self) -> tuple[NumberSeries, ...]:
        """Return the numbers issued, by kind and year."""
        number = issued_numbers.c
        of_people = select(
            *(number.kind, number.year, number.serial),
            person_erasures.c.person_row.is_not(None).label("is_erased"),
            number.person_row.in_(select(gone_persons.c.person_row)).label("is_gone"),
            number.person_row.in_(select(merged_persons.c.absorbed_row)).label("is_merged"),
        ).outerjoin(person_erasures, person_erasures.c.person_row == number.person_row)
        no = literal(value=False)
        of_events = select(literal(ASN), asns.c.year, asns.c.sequence, no, no, no)
        query = union_all(of_people, of_events).order_by("kind", "year", "serial")
        by_series = groupby(self._rows(query), attrgetter("kind", "year"))
        return tuple(_series(kind, year, list(rows)) for (kind, year), rows in by_series)


def _series(kind: str, year: int, rows: list[AnyRow]) -> NumberSeries:
    erased = sum(row.is_erased for row in rows)
    return NumberSeries(
        *(kind, year, len(rows), rows[-1].serial),
        missing_below(row.serial for row in rows),
        of_erased=erased,
        of_hidden=sum(row.is_gone for row in rows) - erased,
        of_merged=sum(row.is_merged for row in rows),
    )
