"""Watches of certificate holders and agencies, their steps, and the questions asked with their
codes.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select

from domain.errors import ConflictError
from domain.ids import PersonId, RequestId
from domain.requests.disclosures import Watch, WatchAct, WatchCheck, WatchStep
from service.storage.engine.rows import Among, rows_where, value_of
from service.storage.tables.certificates import of_gone_people, watch_checks, watch_steps, watches
from service.storage.tables.erasures import gone_persons
from service.storage.tables.people import persons, record_changes
from service.storage.transaction import TransactionPart

_OVER = select(watch_steps.c.watch_id).where(
    watch_steps.c.act.in_((WatchAct.ENDED.value, WatchAct.NOTICED.value))
)


class Watches(TransactionPart):
    """Watches. Each row is written once; the state of a watch follows from its last step and the
    day.
    """

    def add(self, watch: Watch) -> None:
        """Store a watch without its steps."""
        self._add(watches, watch)

    def step(self, step: WatchStep) -> None:
        """Store the next step. Raises ConflictError when somebody else stored one meanwhile."""
        if not self._add_new(watch_steps, step, unless_taken=("watch_id", "number")):
            raise ConflictError("Somebody else has changed this watch: reload it.")

    def of_request(self, request_id: RequestId) -> tuple[Watch, ...]:
        """Return the watches of a request, oldest first."""
        return self._read(rows_where(watches, request_id=request_id))

    def of_agency(self, agency: str) -> tuple[Watch, ...]:
        """Return the watches of an agency, oldest first."""
        return self._read(rows_where(watches, agency=agency))

    def unfinished(self, today: date) -> tuple[Watch, ...]:
        """Return the watches whose agencies may still have to be told, oldest first."""
        query = select(watches).where(
            watches.c.agency.is_not(None),
            watches.c.last_day >= today,
            watches.c.watch_id.not_in(_OVER),
        )
        return self._read(query)

    def by_code(self, code_digest: str, today: date) -> Watch | None:
        """Return the holder's watch with this digest of a number and a code.

        None if there is no such watch, if it has ended, or if the person is erased or hidden; each
        case needs one query.
        """
        query = rows_where(watches, code_digest=code_digest).where(
            watches.c.last_day >= today,
            watches.c.watch_id.not_in(_OVER),
            watches.c.certificate_id.not_in(of_gone_people()),
        )
        row = self._row(query)
        return None if row is None else value_of(Watch, row, steps=())

    def newest_change(self) -> int:
        """Return the number of the newest change of any record; 0 before the first."""
        return int(self._cell(select(func.max(record_changes.c.change_seq))) or 0)

    def has_changed(self, people: Sequence[PersonId], after_change: int) -> bool:
        """Whether the record of one of these people has changed since then.

        False for an erased or hidden person, because whoever watches must not learn of that.
        """
        query = (
            select(record_changes.c.change_seq)
            .join(persons, persons.c.person_row == record_changes.c.person_row)
            .where(
                Among(persons.c.person_id, "people"),
                record_changes.c.change_seq > after_change,
                persons.c.person_row.not_in(select(gone_persons.c.person_row)),
            )
        )
        return self._has(query.limit(1), people=list(people))

    def add_check(self, check: WatchCheck) -> None:
        """Record that somebody asked whether the record has changed."""
        self._add(watch_checks, check, payload_id=self._put_words(check.organisation))

    def checks(self, watch_id: str) -> tuple[WatchCheck, ...]:
        """Return the questions asked about a watch, oldest first."""
        query = rows_where(watch_checks, watch_id=watch_id).order_by(watch_checks.c.check_row)
        return self._all_with_words(WatchCheck, self._rows(query), "organisation")

    def _read(self, query: Select[Any]) -> tuple[Watch, ...]:
        rows = self._rows(query.order_by(watches.c.watch_row))
        named = [row.watch_id for row in rows]
        of_these = select(watch_steps).where(Among(watch_steps.c.watch_id, "named"))
        ordered = of_these.order_by(watch_steps.c.watch_id, watch_steps.c.number)
        found = self._all(WatchStep, ordered, named=named)
        steps = {key: tuple(group) for key, group in groupby(found, lambda one: one.watch_id)}
        return tuple(value_of(Watch, row, steps=steps[row.watch_id]) for row in rows)
