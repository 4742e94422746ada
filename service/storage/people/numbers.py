"""Numbers issued for people: each serial is issued once, and each person gets one of a kind."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from domain.ids import PersonId
from domain.numbers import IssuedNumber, NumberKind
from service.storage.engine.rows import Among
from service.storage.people.people import locked_person
from service.storage.tables.people import issued_numbers, persons
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
