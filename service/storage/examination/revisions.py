"""Evaluations in place of sealed ones, on a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from domain.cases import Comparison
from domain.errors import StepOutOfOrderError
from domain.ids import CaseId, UserId
from service.storage.engine.rows import row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.finger_columns import finger_columns, fingers_in
from service.storage.tables.cases import comparison_revisions
from service.storage.transaction import Transaction, TransactionPart
from service.storage.words import put_evaluation, read_evaluations


class Revisions(TransactionPart):
    """Revisions are written once, and stand in place of what they revise."""

    def seal(self, revision_id: str, revised: Comparison) -> None:
        """Store a comparison in place of the last of its `earlier` ones.

        Raises StepOutOfOrderError when another revision came first.
        """
        row = row_of(
            comparison_revisions,
            revised,
            revision_id=revision_id,
            number=len(revised.earlier),
            revision_row=self._transaction.numbers.one(comparison_revisions.c.revision_row),
            payload_id=put_evaluation(self._transaction, revised),
            points_marked=len(revised.points),
            **finger_columns(revised.fingers),
        )
        key = ("case_id", "examiner", "label", "number")
        if not insert_unless_taken(self._connection, comparison_revisions, row, key=key):
            raise StepOutOfOrderError("This comparison was revised since: reload it.")


def revisions_of(
    transaction: Transaction, case_id: CaseId, examiner: UserId
) -> Mapping[str, Sequence[Comparison]]:
    """Return an examiner's revisions by label, the first one first."""
    table = comparison_revisions
    rows = transaction.connection.execute(
        select(table)
        .where(table.c.case_id == case_id, table.c.examiner == examiner)
        .order_by(table.c.revision_row)
    ).all()
    written = read_evaluations(transaction, [row.payload_id for row in rows])
    found: dict[str, list[Comparison]] = defaultdict(list)
    for row, words in zip(rows, written, strict=True):
        fingers = fingers_in(row)
        found[row.label].append(
            value_of(Comparison, row, **words.parts, fingers=fingers, earlier=())
        )
    return found


def standing(sealed: Comparison, revisions: Sequence[Comparison]) -> Comparison:
    """Return a comparison as it stands: its last revision, with those before it."""
    *earlier, last = (sealed, *revisions)
    return replace(last, earlier=tuple(earlier))
