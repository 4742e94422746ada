"""Versions of records whose duties are still to be worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, select, union

from domain.erasures import ErasureEnd
from domain.ids import ForceCode, PersonId, PersonRow, RecordId
from domain.items import Items
from service.storage.engine.membership import Among
from service.storage.engine.rows import AnyRow
from service.storage.engine.writes import NewRows, insert_together
from service.storage.people.record_bodies import read_items
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import restricted_versions, restrictions
from service.storage.tables.erasures import erasure_ends, erasure_requests, hidden_persons
from service.storage.tables.exchange import exchange_surveys
from service.storage.tables.links import person_merges
from service.storage.tables.people import encounters, persons, record_amendments, records
from service.storage.transaction import TransactionPart

_SETTLED = timedelta(days=1)
"""No transaction lives as long: rows below one that was surveyed so long ago are all surveyed,
except for those of people who were hidden."""


@dataclass(frozen=True, slots=True)
class UnsurveyedVersion:
    """A version of a record with what it held, and what the version before it held."""

    record_row: int
    record_id: RecordId
    version: int
    person_row: PersonRow
    person_id: PersonId
    force: ForceCode
    amended_at: datetime | None
    has_prints: bool
    restricts: bool
    """Whether it lacks an item because that was restricted."""
    items: Items | None
    """None once it was erased."""
    before: Items | None
    """None for the first version, and once it was erased."""


class Surveys(TransactionPart):
    """Each version of a record is surveyed once, whatever order its rows were committed in."""

    def waiting(self, now: datetime, limit: int) -> tuple[UnsurveyedVersion, ...]:
        """Return versions of records that were not surveyed, oldest first.

        Those of hidden people wait until they are shown again, or erased.
        """
        floor = self._connection.execute(_FLOOR, {"before": now - _SETTLED}).scalar() or 0
        at = {"floor": floor}
        left = self._connection.execute(_LEFT_BEHIND.limit(limit), at).all() if floor else ()
        rest = self._connection.execute(_WAITING.limit(limit - len(left)), at).all()
        rows = (*left, *rest)
        ids = {row.payload_id for row in rows} | {row.before_id for row in rows}
        # Versions withheld for one item: the others of it are told as before.
        kept = set(self._connection.execute(_KEPT, {"ids": sorted(ids - {None})}).scalars())
        payloads = self._transaction.payloads
        bodies = {
            **payloads.get_many(PayloadKind.RECORD, ids - {None}),
            **payloads.get_withheld(PayloadKind.RECORD, kept),
        }
        return tuple(
            _version(row, bodies.get(row.payload_id), bodies.get(row.before_id)) for row in rows
        )

    def mark(self, record_rows: Sequence[int], at: datetime) -> None:
        """Store that these versions were surveyed; raises ConflictError when one was before."""
        rows = [(row, at) for row in record_rows]
        columns = ("record_row", "surveyed_at")
        insert_together(self._connection, [NewRows(exchange_surveys, columns, rows)])


_KEPT = select(restricted_versions.c.payload_id).where(
    Among(restricted_versions.c.payload_id, "ids")
)
_before = records.alias("before")
_FLOOR = select(func.max(exchange_surveys.c.record_row)).where(
    exchange_surveys.c.surveyed_at < bindparam("before")
)
_WAS_HIDDEN = union(
    select(restrictions.c.person_row),
    select(erasure_requests.c.person_row)
    .join(erasure_ends, erasure_ends.c.erasure_id == erasure_requests.c.erasure_id)
    .where(erasure_ends.c.outcome == ErasureEnd.CALLED_BACK.value),
    # People are hidden with everyone merged with them.
    select(person_merges.c.surviving_row),
    select(person_merges.c.absorbed_row),
)
"""People whose versions may have waited while they were hidden."""
_UNSURVEYED = (
    select(
        records.c.record_row,
        records.c.record_id,
        records.c.version,
        records.c.person_row,
        records.c.force,
        records.c.payload_id,
        persons.c.person_id,
        record_amendments.c.amended_at,
        _before.c.payload_id.label("before_id"),
        exists().where(encounters.c.person_row == records.c.person_row).label("has_prints"),
        exists()
        .where(
            restrictions.c.record_id == records.c.record_id,
            restrictions.c.version == records.c.version,
        )
        .label("restricts"),
    )
    .join(persons, persons.c.person_row == records.c.person_row)
    .outerjoin(record_amendments, record_amendments.c.record_row == records.c.record_row)
    .outerjoin(
        _before,
        and_(
            _before.c.record_id == records.c.record_id,
            _before.c.version == records.c.version - 1,
        ),
    )
    .where(
        ~exists().where(exchange_surveys.c.record_row == records.c.record_row),
        ~exists().where(hidden_persons.c.person_row == records.c.person_row),
    )
    .order_by(records.c.record_row)
)
_WAITING = _UNSURVEYED.where(records.c.record_row > bindparam("floor"))
_LEFT_BEHIND = _UNSURVEYED.where(
    records.c.record_row <= bindparam("floor"), records.c.person_row.in_(_WAS_HIDDEN)
)


def _version(row: AnyRow, body: bytes | None, before: bytes | None) -> UnsurveyedVersion:
    return UnsurveyedVersion(
        row.record_row,
        RecordId(row.record_id),
        row.version,
        PersonRow(row.person_row),
        PersonId(row.person_id),
        ForceCode(row.force),
        row.amended_at,
        row.has_prints,
        row.restricts,
        None if body is None else read_items(body)[0],
        None if before is None else read_items(before)[0],
    )
