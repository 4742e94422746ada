"""Batches of searches, their lines, and the forces that hold the records of candidates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from domain.ids import BatchId, CandidateId, ForceCode, RecordId, SearchId
from domain.jobs import Batch
from domain.list_pages import ListPage
from domain.searches.evidence import Band
from service.storage.engine.rows import Among, newest, rows_where, value_of
from service.storage.people.references import owners_under
from service.storage.tables.people import live_records, payloads, records
from service.storage.tables.searches import batches, candidates
from service.storage.transaction import TransactionPart

BLOCK_LINES = 50
"""The number of lines in one payload: about 330 KB of tenprints."""

_NEWLINE = b"\n"


def block_body(lines: Sequence[bytes]) -> bytes:
    """Return lines as one payload; no line may contain a newline."""
    return _NEWLINE.join(lines)


def line_of(body: bytes, place: int) -> bytes:
    """Return the line at this place, from 0."""
    return body.split(_NEWLINE)[place]


class Batches(TransactionPart):
    """Batches of searches. The progress of a batch is read from its jobs."""

    def add(self, batch: Batch) -> None:
        """Store a batch."""
        self._add(batches, batch)

    def get(self, batch_id: BatchId) -> Batch | None:
        """Return a batch."""
        return self._one(Batch, rows_where(batches, batch_id=batch_id))

    def lock(self, batch_ids: Sequence[BatchId]) -> tuple[Batch, ...]:
        """Return batches, locked until this transaction ends."""
        query = (
            select(batches)
            .where(batches.c.batch_id.in_(batch_ids))
            # The same order for all workers, so that two workers never deadlock.
            .order_by(batches.c.batch_row)
            .with_for_update()
        )
        return self._all(Batch, query)

    def page(
        self, force: ForceCode, *, before: str | None, limit: int, under: str | None = None
    ) -> ListPage[Batch, str]:
        """Return batches of one force, newest first; the page is empty if `before` is unknown.

        `under` selects only batches whose client reference has this digest.
        """
        every, key = rows_where(batches, force=force), batches.c.batch_id
        query = every if under is None else every.where(key.in_(owners_under(force, under)))
        by = newest(batches.c.batch_row)
        page = self._list_page(query, by, key, behind=before, limit=limit, among=every)
        return page.of(value_of(Batch, row) for row in page.items)

    def cancel(self, batch_id: BatchId, at: datetime) -> None:
        """Mark a batch as cancelled; does nothing if it is already cancelled."""
        self._change(batches, {"batch_id": batch_id, "cancelled_at": None}, cancelled_at=at)

    def finish(self, batch_id: BatchId, at: datetime) -> bool:
        """Mark a batch as finished. Returns False if it was already marked."""
        its = {"batch_id": batch_id, "finished_at": None}
        return bool(self._change(batches, its, finished_at=at))


@dataclass(frozen=True, slots=True)
class Holder:
    """A candidate, and the force that holds the candidate's record."""

    candidate_id: CandidateId
    band: Band
    record_id: RecordId
    force: ForceCode


def holders_of(
    connection: Connection, search_id: SearchId, bands: Collection[Band]
) -> tuple[Holder, ...]:
    """Return the holders of the records of the candidates in these bands.

    Candidates without a record, or with an erased record, are left out.
    """
    wanted = {"search_id": search_id, "bands": [band.value for band in bands]}
    return tuple(value_of(Holder, row) for row in connection.execute(_HOLDERS, wanted))


_HOLDERS = (
    select(candidates.c.candidate_id, candidates.c.band, records.c.record_id, records.c.force)
    .join(live_records, live_records.c.record_id == candidates.c.record_id)
    .join(records, records.c.record_row == live_records.c.record_row)
    # An erased or hidden record has no payload.
    .join(payloads, payloads.c.payload_id == records.c.payload_id)
    .where(
        candidates.c.search_id == bindparam("search_id"),
        Among(candidates.c.band, "bands"),
    )
)
