"""Record versions with duties to be determined, duties for erased people, and exemptions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, select, union

from domain.errors import ConflictError
from domain.exchange.codes import MessageKind, StateCode
from domain.exchange.duties import DutyKey, Exemption
from domain.ids import ForceCode, PersonId, PersonRow, RecordId
from domain.people.items import Items
from domain.retention.erasures import ErasureEnd
from service.storage.engine.rows import Among, AnyRow, row_of, value_of
from service.storage.engine.writes import NewRows, insert_together
from service.storage.people.record_bodies import read_items
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables import exchange
from service.storage.tables.disclosure import (
    erasure_ends,
    erasure_requests,
    hidden_persons,
    restricted_versions,
    restrictions,
)
from service.storage.tables.links import person_merges
from service.storage.tables.people import (
    encounters,
    person_erasures,
    persons,
    record_amendments,
    records,
)
from service.storage.transaction import TransactionPart

_SETTLED = timedelta(days=1)
"""No transaction lasts this long.

All rows below one surveyed this long ago have therefore been surveyed, except rows of people who
were hidden.
"""


@dataclass(frozen=True, slots=True)
class UnsurveyedVersion:
    """A version of a record, with its own items and those of the previous version."""

    record_row: int
    record_id: RecordId
    version: int
    person_row: PersonRow
    person_id: PersonId
    force: ForceCode
    amended_at: datetime | None
    has_prints: bool
    restricts: bool
    """Whether this version lacks an item because the item was restricted."""
    items: Items | None
    """None once the content has been erased."""
    before: Items | None
    """None for the first version, and once the content has been erased."""


class Surveys(TransactionPart):
    """Surveys: each version of a record has one, in whatever order the versions were committed."""

    def waiting(self, now: datetime, limit: int) -> tuple[UnsurveyedVersion, ...]:
        """Return versions of records that have not been surveyed, oldest first.

        Versions of hidden people wait until the people are visible again or have been erased.
        """
        floor = self._cell(_FLOOR, before=now - _SETTLED) or 0
        left = self._rows(_LEFT_BEHIND.limit(limit), floor=floor) if floor else ()
        rest = self._rows(_WAITING.limit(limit - len(left)), floor=floor)
        return self._read((*left, *rest))

    def surveyed(self, keys: Collection[DutyKey]) -> tuple[UnsurveyedVersion, ...]:
        """Return the versions that these duties concern, as surveyed, without hidden people's."""
        rows = self._rows(_SURVEYED, records=sorted({key.record_id for key in keys}))
        wanted = {(key.record_id, key.version) for key in keys}
        return self._read([row for row in rows if (row.record_id, row.version) in wanted])

    def _read(self, rows: Sequence[AnyRow]) -> tuple[UnsurveyedVersion, ...]:
        ids = {row.payload_id for row in rows} | {row.before_id for row in rows}
        # Versions withheld because of one item: their other items are notified as before.
        kept = set(self._column(_KEPT, ids=sorted(ids - {None})))
        payloads = self._transaction.payloads
        bodies = {
            **payloads.get_many(PayloadKind.RECORD, ids - {None}),
            **payloads.get_withheld(PayloadKind.RECORD, kept),
        }
        return tuple(
            value_of(
                UnsurveyedVersion,
                row,
                items=_items(bodies.get(row.payload_id)),
                before=_items(bodies.get(row.before_id)),
            )
            for row in rows
        )

    def mark(self, record_rows: Sequence[int], at: datetime) -> None:
        """Store that these versions were surveyed. Raises ConflictError when one already was."""
        rows = [(row, at) for row in record_rows]
        columns = ("record_row", "surveyed_at")
        insert_together(self._connection, [NewRows(exchange.exchange_surveys, columns, rows)])


_KEPT = select(restricted_versions.c.payload_id).where(
    Among(restricted_versions.c.payload_id, "ids")
)
_before = records.alias("before")
_FLOOR = select(func.max(exchange.exchange_surveys.c.record_row)).where(
    exchange.exchange_surveys.c.surveyed_at < bindparam("before")
)
_WAS_HIDDEN = union(
    select(restrictions.c.person_row),
    select(erasure_requests.c.person_row)
    .join(erasure_ends, erasure_ends.c.erasure_id == erasure_requests.c.erasure_id)
    .where(erasure_ends.c.outcome == ErasureEnd.CALLED_BACK.value),
    # A hidden person is hidden together with everyone merged with them.
    select(person_merges.c.surviving_row),
    select(person_merges.c.absorbed_row),
)
"""People whose versions may have waited while the people were hidden."""
_VERSIONS = (
    select(
        records,
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
    .where(~exists().where(hidden_persons.c.person_row == records.c.person_row))
    .order_by(records.c.record_row)
)
_IS_SURVEYED = exists().where(exchange.exchange_surveys.c.record_row == records.c.record_row)
_UNSURVEYED = _VERSIONS.where(~_IS_SURVEYED)
_SURVEYED = _VERSIONS.where(Among(records.c.record_id, "records"), _IS_SURVEYED)
_WAITING = _UNSURVEYED.where(records.c.record_row > bindparam("floor"))
_LEFT_BEHIND = _UNSURVEYED.where(
    records.c.record_row <= bindparam("floor"), records.c.person_row.in_(_WAS_HIDDEN)
)


def _items(body: bytes | None) -> Items | None:
    return None if body is None else read_items(body)[0]


@dataclass(frozen=True, slots=True)
class ErasedConviction:
    """A conviction of ours that another State still holds, although it has been erased here."""

    key: DutyKey
    """Key of the deletion duty: one version above the last version that the State was sent."""
    erased_at: datetime | None
    """None if the person was erased before times of erasure were recorded."""


class ErasedDuties(TransactionPart):
    """Duties for erased people: only the outgoing messages show what a State was sent."""

    def waiting(self) -> tuple[ErasedConviction, ...]:
        """Return erased people's convictions for which a State awaits a deletion, in order."""
        return tuple(
            ErasedConviction(
                DutyKey(
                    RecordId(row.record_id), row.item_id, row.told + 1, StateCode(row.receiver)
                ),
                row.erased_at,
            )
            for row in self._connection.execute(_UNTOLD)
        )


_messages = exchange.exchange_messages.c
_deletion = exchange.exchange_messages.alias("deletion")
_TELLING = (MessageKind.NOTIFICATION.value, MessageKind.UPDATE.value)
_TOLD = (
    select(
        _messages.record_id,
        _messages.item_id,
        _messages.receiver,
        func.max(_messages.version).label("told"),
        func.max(erasure_ends.c.ended_at).label("erased_at"),
    )
    .join(person_erasures, person_erasures.c.person_row == _messages.person_row)
    .outerjoin(erasure_requests, erasure_requests.c.person_row == person_erasures.c.person_row)
    .outerjoin(
        erasure_ends,
        and_(
            erasure_ends.c.erasure_id == erasure_requests.c.erasure_id,
            erasure_ends.c.outcome == ErasureEnd.CARRIED_OUT.value,
        ),
    )
    .where(_messages.kind.in_(_TELLING))
    .group_by(_messages.record_id, _messages.item_id, _messages.receiver)
    .subquery("told")
)
_UNTOLD = (
    select(_TOLD)
    .where(
        ~exists().where(
            _deletion.c.record_id == _TOLD.c.record_id,
            _deletion.c.item_id == _TOLD.c.item_id,
            _deletion.c.receiver == _TOLD.c.receiver,
            _deletion.c.version > _TOLD.c.told,
        )
    )
    .order_by(_TOLD.c.record_id, _TOLD.c.item_id, _TOLD.c.receiver)
)


class Exemptions(TransactionPart):
    """Exemptions from duties. Each is written once, for one duty."""

    def add(self, exemption: Exemption) -> None:
        """Store an exemption. Raises ConflictError when the duty is already exempt."""
        if not self._add_new(
            exchange.exchange_exemptions,
            exemption,
            unless_taken=("record_id", "item_id", "version", "state"),
            **row_of(exchange.exchange_exemptions, exemption.key),
            payload_id=self._put_words(exemption.words),
        ):
            raise ConflictError("An exemption from this duty is already recorded.")

    def every(self) -> tuple[Exemption, ...]:
        """Return all exemptions, oldest first."""
        query = select(exchange.exchange_exemptions).order_by(
            exchange.exchange_exemptions.c.exempted_at, exchange.exchange_exemptions.c.exemption_id
        )
        rows = self._rows(query)
        words = self._words(rows)
        return tuple(
            value_of(
                Exemption,
                row,
                key=DutyKey(
                    RecordId(row.record_id), row.item_id, row.version, StateCode(row.state)
                ),
                words=said,
            )
            for row, said in zip(rows, words, strict=True)
        )
