"""Batches on a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from sqlalchemy import insert, select, update

from domain.ids import BatchId, ForceCode
from domain.jobs import Batch
from domain.list_pages import ListPage, page_of
from service.storage.engine.rows import row_of, value_of
from service.storage.people.references import owners_under
from service.storage.tables.searches import batches
from service.storage.transaction import TransactionPart


class Batches(TransactionPart):
    """Batches; how far one has come is read from its jobs."""

    def add(self, batch: Batch) -> None:
        """Store a batch."""
        self._connection.execute(insert(batches).values(row_of(batches, batch)).inline())

    def get(self, batch_id: BatchId) -> Batch | None:
        """Return a batch."""
        row = self._connection.execute(
            select(batches).where(batches.c.batch_id == batch_id)
        ).first()
        return None if row is None else value_of(Batch, row)

    def lock(self, batch_ids: Sequence[BatchId]) -> tuple[Batch, ...]:
        """Return batches, locked until this transaction ends."""
        query = (
            select(batches)
            .where(batches.c.batch_id.in_(batch_ids))
            # One order for all, so that two workers never wait for each other.
            .order_by(batches.c.batch_row)
            .with_for_update()
        )
        return tuple(value_of(Batch, row) for row in self._connection.execute(query))

    def page(
        self, force: ForceCode, *, before: str | None, limit: int, under: str | None = None
    ) -> ListPage[Batch, str]:
        """Return batches of one force; an unknown `before` gives an empty page.

        `under`: only those whose reference has this digest.
        """
        query = select(batches).where(batches.c.force == force)
        if under is not None:
            query = query.where(batches.c.batch_id.in_(owners_under(force, under)))
        if before is not None:
            start = select(batches.c.batch_row).where(
                batches.c.batch_id == before, batches.c.force == force
            )
            query = query.where(batches.c.batch_row < start.scalar_subquery())
        query = query.order_by(batches.c.batch_row.desc()).limit(limit + 1)
        found = [value_of(Batch, row) for row in self._connection.execute(query)]
        return page_of(found, limit, attrgetter("batch_id"))

    def cancel(self, batch_id: BatchId, at: datetime) -> None:
        """Note that a batch was cancelled; the first time counts."""
        self._connection.execute(
            update(batches)
            .where(batches.c.batch_id == batch_id, batches.c.cancelled_at.is_(None))
            .values(cancelled_at=at)
        )

    def finish(self, batch_id: BatchId, at: datetime) -> bool:
        """Note that no line is left; False when that was noted before."""
        result = self._connection.execute(
            update(batches)
            .where(batches.c.batch_id == batch_id, batches.c.finished_at.is_(None))
            .values(finished_at=at)
        )
        return bool(result.rowcount)
