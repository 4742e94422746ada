"""Purge plans with their lines, recounts, releases and outcomes. The rows are written once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select

from domain.errors import ConflictError, SelfVerificationError
from domain.ids import PersonId, PersonRow, UserId
from domain.list_pages import ListPage
from domain.retention.retention import (
    Plan,
    PlanCapture,
    PlanFigures,
    PlanId,
    PlanLine,
    Recount,
    Release,
    Settlement,
)
from service.storage.engine.rows import Among, AnyRow, newest, row_of, rows_where, value_of
from service.storage.tables.office import (
    print_purge_ends,
    print_purges,
    retention_plan_captures,
    retention_plan_lines,
    retention_plans,
    retention_recounts,
    retention_releases,
    retention_settlements,
)
from service.storage.tables.people import encounters, persons
from service.storage.transaction import TransactionPart


class Plans(TransactionPart):
    """Purge plans, each written once with its lines; the outcome is in separate rows."""

    def put(self, plan: Plan, lines: Sequence[tuple[PersonRow, PlanLine]]) -> None:
        """Store a plan with its lines; each line comes with the row of its person."""
        figures = row_of(retention_plans, plan.figures)
        self._add(retention_plans, plan, on_day=plan.on, **figures)
        self._add_all(
            retention_plan_lines,
            [
                row_of(retention_plan_lines, line, plan_id=plan.plan_id, person_row=person_row)
                for person_row, line in lines
            ],
        )
        self._put_captures(plan.plan_id, lines)

    def _put_captures(self, plan_id: PlanId, lines: Sequence[tuple[PersonRow, PlanLine]]) -> None:
        ids = [one.encounter_id for _, line in lines for one in line.captures]
        found = self._rows(_CAPTURE_ROWS, ids=sorted(ids))
        row_of_id = {one.encounter_id: one.encounter_row for one in found}
        self._add_all(
            retention_plan_captures,
            [
                row_of(
                    retention_plan_captures,
                    one,
                    plan_id=plan_id,
                    encounter_row=row_of_id[one.encounter_id],
                    person_row=person_row,
                )
                for person_row, line in lines
                for one in line.captures
            ],
        )

    def get(self, plan_id: PlanId) -> Plan | None:
        """Return a plan with its outcome, or None when unknown."""
        found = self._read(_PLANS.where(retention_plans.c.plan_id == plan_id))
        return found[0] if found else None

    def newest(self, *, before: str | None = None, limit: int) -> ListPage[Plan, str]:
        """Return a page of plans, newest first."""
        by = newest(retention_plans.c.plan_row)
        page = self._list_page(_PLANS, by, retention_plans.c.plan_id, behind=before, limit=limit)
        return page.of(map(self._plan, page.items))

    def lines(self, plan_id: PlanId) -> tuple[PlanLine, ...]:
        """Return the lines of a plan, in the order of the people's rows."""
        return self._lines(_LINES.where(retention_plan_lines.c.plan_id == plan_id), plan_id)

    def unsettled(self, plan_id: PlanId, limit: int) -> tuple[PlanLine, ...]:
        """Return lines of a plan whose people are neither hidden nor spared yet."""
        query = _LINES.where(retention_plan_lines.c.plan_id == plan_id, ~_IS_SETTLED).limit(limit)
        return self._lines(query, plan_id)

    def _lines(self, query: Select[Any], plan_id: PlanId) -> tuple[PlanLine, ...]:
        rows = self._rows(query)
        captures: dict[PersonId, list[PlanCapture]] = {}
        for row in self._rows(_CAPTURES, plan_id=plan_id, people=[one.person_id for one in rows]):
            captures.setdefault(row.person_id, []).append(value_of(PlanCapture, row))
        return tuple(
            value_of(PlanLine, row, captures=tuple(captures.get(row.person_id, ())))
            for row in rows
        )

    def unfinished(self) -> tuple[PlanId, ...]:
        """Return released plans with people who are neither hidden nor spared yet."""
        query = (
            select(retention_releases.c.plan_id)
            .where(
                retention_releases.c.number == 2,
                exists().where(
                    retention_plan_lines.c.plan_id == retention_releases.c.plan_id, ~_IS_SETTLED
                ),
            )
            .order_by(retention_releases.c.plan_id)
        )
        return tuple(PlanId(one) for one in self._column(query))

    def count_again(self, plan_id: PlanId, recount: Recount) -> None:
        """Store an independent recount of a plan."""
        self._add(retention_recounts, recount, plan_id=plan_id)

    def release(
        self, plan_id: PlanId, number: int, release: Release, first: UserId | None
    ) -> None:
        """Store the first or second release of a plan.

        Raises SelfVerificationError when the same person has made the other release, and
        ConflictError when a release with this number exists.
        """
        if first == release.released_by:
            raise SelfVerificationError(
                "You released this plan: another person must release it too."
            )
        if not self._add_new(
            retention_releases,
            release,
            plan_id=plan_id,
            number=number,
            first_number=None if first is None else 1,
            first_by=first,
        ):
            raise ConflictError("Another person has already released this plan: reload the plan.")

    def settle(self, settlement: Settlement) -> bool:
        """Store the outcome for one line. Returns False if another process stored it first."""
        person_row = self._cell(rows_where(persons.c.person_row, person_id=settlement.person_id))
        return self._add_new(
            retention_settlements,
            settlement,
            unless_taken=("plan_id", "person_row"),
            person_row=person_row,
        )

    def settlements(self, plan_id: PlanId) -> tuple[Settlement, ...]:
        """Return the outcomes for the people of a plan."""
        query = (
            select(
                retention_settlements,
                persons.c.person_id,
                print_purges.c.due_at,
                print_purge_ends.c.outcome.label("ended"),
            )
            .join(persons, persons.c.person_row == retention_settlements.c.person_row)
            .outerjoin(
                print_purges,
                print_purges.c.settlement_id == retention_settlements.c.settlement_id,
            )
            .outerjoin(
                print_purge_ends,
                print_purge_ends.c.settlement_id == retention_settlements.c.settlement_id,
            )
            .where(retention_settlements.c.plan_id == plan_id)
            .order_by(retention_settlements.c.person_row)
        )
        return self._all(Settlement, query)

    def _read(self, query: Select[Any]) -> tuple[Plan, ...]:
        return tuple(self._plan(row) for row in self._rows(query))

    def _plan(self, row: AnyRow) -> Plan:
        of_plan = {"plan_id": row.plan_id}
        releases = self._rows(_RELEASES, **of_plan)
        recount = self._row(_LAST_RECOUNT, **of_plan)
        return value_of(
            Plan,
            row,
            on=row.on_day,
            figures=value_of(PlanFigures, row),
            recount=recount and value_of(Recount, recount),
            releases=tuple(value_of(Release, one) for one in releases),
        )


_IS_SETTLED = exists().where(
    retention_settlements.c.plan_id == retention_plan_lines.c.plan_id,
    retention_settlements.c.person_row == retention_plan_lines.c.person_row,
)
_LINES = (
    select(retention_plan_lines.c.provision, retention_plan_lines.c.last_day, persons.c.person_id)
    .join(persons, persons.c.person_row == retention_plan_lines.c.person_row)
    .order_by(retention_plan_lines.c.person_row)
)
_CAPTURES = (
    select(retention_plan_captures, encounters.c.encounter_id, persons.c.person_id)
    .join(encounters, encounters.c.encounter_row == retention_plan_captures.c.encounter_row)
    .join(persons, persons.c.person_row == retention_plan_captures.c.person_row)
    .where(
        retention_plan_captures.c.plan_id == bindparam("plan_id"),
        Among(persons.c.person_id, "people"),
    )
    .order_by(retention_plan_captures.c.encounter_row)
)
_CAPTURE_ROWS = select(encounters.c.encounter_id, encounters.c.encounter_row).where(
    Among(encounters.c.encounter_id, "ids")
)
_PLANS = select(
    retention_plans,
    select(func.count())
    .where(retention_settlements.c.plan_id == retention_plans.c.plan_id)
    .scalar_subquery()
    .label("settled"),
)
_RELEASES = rows_where(retention_releases, plan_id=bindparam("plan_id")).order_by(
    retention_releases.c.number
)
_LAST_RECOUNT = (
    rows_where(retention_recounts, plan_id=bindparam("plan_id"))
    .order_by(retention_recounts.c.recount_row.desc())
    .limit(1)
)
