"""Matters and their steps, each written once, and convictions that may no longer be kept.

The last step gives the state of a matter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select

from domain.agencies.matters import WAITING, Matter, MatterContent, MatterSource, MatterState, Step
from domain.courts.results import CourtResult, Reason
from domain.errors import ConflictError, VaultDamagedError
from domain.exchange.messages import Notification
from domain.ids import PersonId, RecordId
from domain.list_pages import ListPage
from domain.people.amendments import ChangeKind
from domain.people.items import ItemId
from domain.plain_values import plain, read_plain
from service.storage.engine.rows import AnyRow, from_bytes, oldest, rows_where, to_bytes, value_of
from service.storage.people.people import locked_person
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.exchange import ended_versions, matter_steps, matters
from service.storage.tables.people import (
    conviction_versions,
    live_records,
    payloads,
    persons,
    records,
)
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class _Said:
    """The sealed part of a step."""

    reasons: tuple[Reason, ...] = ()
    words: str = ""
    laid: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """The number of matters in one state, and when the oldest was received."""

    state: MatterState
    count: int
    oldest: datetime


class Matters(TransactionPart):
    """Matters. A message is stored once, whatever its state."""

    def add(self, matter: Matter) -> bool:
        """Store a matter without its steps.

        Returns False if the source already sent this content with this reference.
        """
        body = to_bytes(plain(matter.content))
        return self._add_new(
            matters,
            matter,
            unless_taken=("source", "reference", "digest"),
            payload_id=self._put(PayloadKind.MATTER, body),
            kept_until=None if matter.kept_until is None else matter.kept_until.isoformat(),
        )

    def step(self, step: Step) -> None:
        """Store the next step of a matter.

        The person named in the step is locked against erasure. Raises ConflictError when somebody
        else has stored a step meanwhile, NotFoundError for an erased person.
        """
        person_id = step.person_id
        row = None if person_id is None else locked_person(self._transaction, person_id)
        said = to_bytes(plain(_Said(step.reasons, step.words, step.laid)))
        if not self._add_new(
            matter_steps, step, person_row=row, payload_id=self._put(PayloadKind.WORDS, said)
        ):
            raise ConflictError("Somebody else has worked on this matter: reload it.")

    def get(self, matter_id: str) -> Matter | None:
        """Return a matter with its steps, or None."""
        return self._found(rows_where(matters, matter_id=matter_id))

    def same(self, digest: str) -> Matter | None:
        """Return the first matter with this content, under any reference, or None."""
        query = rows_where(matters, digest=digest).order_by(matters.c.matter_row)
        return self._found(query.limit(1))

    def is_taken(self, source: MatterSource, reference: str) -> bool:
        """Whether the source has sent a matter with this reference."""
        return self._has(rows_where(matters, source=source.value, reference=reference).limit(1))

    def under(self, source: MatterSource, prefix: str) -> tuple[Matter, ...]:
        """Return the matters of a source whose references begin with a text, oldest first."""
        query = rows_where(matters, source=source.value).where(
            matters.c.reference.startswith(prefix, autoescape=True)
        )
        return self._read(self._rows(query.order_by(matters.c.matter_row)))

    def erase(self, matter_ids: Sequence[str]) -> int:
        """Erase the content of matters; return how many had any."""
        query = select(matters.c.payload_id).where(matters.c.matter_id.in_(matter_ids))
        return self._transaction.payloads.delete(self._column(query))

    def waiting(
        self, states: Sequence[MatterState], *, after: str | None = None, limit: int
    ) -> ListPage[Matter, str]:
        """Return a page of the matters in these states, oldest first."""
        query = _STANDING.where(matter_steps.c.state.in_([one.value for one in states]))
        by = oldest(matters.c.matter_row)
        key = matters.c.matter_id
        page = self._list_page(query, by, key, behind=after, limit=limit, among=_STANDING)
        return page.of(self._read(page.items))

    def past(self, today: date, limit: int) -> tuple[Matter, ...]:
        """Return matters that are on no record and have content, although the last day on which
        their source lets them be kept is over; those of the earliest day first.
        """
        return self._read(self._rows(_PAST.limit(limit), today=today.isoformat()))

    def on_record(self, record_id: RecordId) -> tuple[Matter, ...]:
        """Return the matters that are on a record, oldest first."""
        query = _STANDING.where(
            matter_steps.c.record_id == record_id, matter_steps.c.state.in_(_ON_RECORD)
        )
        return self._read(self._rows(query.order_by(matters.c.matter_row)))

    def taken_off(self, person_id: PersonId) -> tuple[Matter, ...]:
        """Return the matters that stood on this person's record and do no longer, oldest first."""
        row = select(persons.c.person_row).where(persons.c.person_id == person_id)
        row_of = row.scalar_subquery()
        once = select(matter_steps.c.matter_id).where(
            matter_steps.c.person_row == row_of, matter_steps.c.state == MatterState.ATTACHED.value
        )
        query = _STANDING.where(
            matters.c.matter_id.in_(once),
            matter_steps.c.state.not_in(_ON_RECORD) | (matter_steps.c.person_row != row_of),
        )
        return self._read(self._rows(query.order_by(matters.c.matter_row)))

    def arrivals(self, *, limit: int) -> tuple[tuple[MatterSource, datetime], ...]:
        """Return the source and time of receipt of the waiting matters, oldest first."""
        standing = _STANDING.where(matter_steps.c.state.in_(_WAITING))
        rows = self._rows(standing.order_by(matters.c.matter_row).limit(limit))
        return tuple((MatterSource(row.source), row.received_at) for row in rows)

    def counts(self) -> tuple[WaitingCount, ...]:
        """Return, for each waiting state, the number of matters and the oldest receipt."""
        standing = _STANDING.where(matter_steps.c.state.in_(_WAITING)).subquery()
        query = select(
            standing.c.state,
            func.count().label("count"),
            func.min(standing.c.received_at).label("oldest"),
        ).group_by(standing.c.state)
        return tuple(value_of(WaitingCount, row) for row in self._rows(query))

    def _found(self, query: Select[Any]) -> Matter | None:
        return next(iter(self._read(self._rows(query))), None)

    def _read(self, rows: Sequence[AnyRow]) -> tuple[Matter, ...]:
        bodies = self._bodies(PayloadKind.MATTER, rows)
        steps = self._steps([row.matter_id for row in rows])
        return tuple(
            value_of(
                Matter,
                row,
                content=read_matter(bodies[row.payload_id]) if row.payload_id in bodies else None,
                steps=steps.get(row.matter_id, ()),
            )
            for row in rows
        )

    def _steps(self, ids: Sequence[str]) -> Mapping[str, tuple[Step, ...]]:
        query = (
            select(matter_steps, persons.c.person_id)
            .outerjoin(persons, persons.c.person_row == matter_steps.c.person_row)
            .where(matter_steps.c.matter_id.in_(ids))
            .order_by(matter_steps.c.matter_id, matter_steps.c.number)
        )
        rows = self._rows(query)
        bodies = self._bodies(PayloadKind.WORDS, rows)
        found: dict[str, tuple[Step, ...]] = {}
        for row in rows:
            said = _said(bodies.get(row.payload_id))
            step = value_of(Step, row, reasons=said.reasons, words=said.words, laid=said.laid)
            found[row.matter_id] = (*found.get(row.matter_id, ()), step)
        return found


_ON_RECORD = (MatterState.ATTACHED.value, MatterState.WITHDRAWAL_PROPOSED.value)
_WAITING = sorted(state.value for state in WAITING)
_later = matter_steps.alias("later")
_STANDING: Select[Any] = (
    select(matters, matter_steps.c.state)
    .join(matter_steps, matter_steps.c.matter_id == matters.c.matter_id)
    .where(
        ~select(_later.c.number)
        .where(
            _later.c.matter_id == matter_steps.c.matter_id,
            _later.c.number > matter_steps.c.number,
        )
        .exists()
    )
)
WAITING_MATTERS = _STANDING.where(matter_steps.c.state.in_(_WAITING))
"""Query for the rows of waiting matters."""


_PAST = (
    _STANDING.join(payloads, payloads.c.payload_id == matters.c.payload_id)
    .where(
        matters.c.kept_until < bindparam("today"),
        matter_steps.c.state.in_([*_WAITING, MatterState.SENT_BACK.value]),
    )
    .order_by(matters.c.kept_until, matters.c.matter_row)
)


_DAMAGED = "A stored message about a person is damaged: restore it from a backup."


def read_matter(body: bytes) -> MatterContent:
    """Return the message in a payload. Raises VaultDamagedError when the payload is malformed."""
    content = _parsed(body)
    # Only the notification of a State holds a conviction as one value.
    found: MatterContent = _plainly(
        Notification if "conviction" in content else CourtResult, content
    )
    return found


def _said(body: bytes | None) -> _Said:
    return _Said() if body is None else _plainly(_Said, _parsed(body))


def _parsed(body: bytes) -> dict[str, Any]:
    content = from_bytes(body)
    if not isinstance(content, dict):
        raise VaultDamagedError(_DAMAGED)
    return content


def _plainly(kind: type[Any], content: dict[str, Any]) -> Any:
    try:
        return read_plain(kind, content)
    except (KeyError, TypeError, ValueError) as error:
        raise VaultDamagedError(_DAMAGED) from error


@dataclass(frozen=True, slots=True)
class EndedKeeping:
    """A conviction on a live record after the last day on which its source lets it be kept."""

    record_id: RecordId
    item_id: ItemId
    person_id: PersonId
    kept_until: date


class Keepings(TransactionPart):
    """Convictions that their source lets be kept only until a day."""

    def ended(self, today: date, limit: int) -> tuple[EndedKeeping, ...]:
        """Return convictions whose last day is over, those of the earliest day first.

        Those of hidden people, and restricted convictions, are left out.
        """
        rows = self._rows(_ENDED.limit(limit), today=today.isoformat())
        return tuple(
            value_of(EndedKeeping, row, kept_until=date.fromisoformat(row.kept_until))
            for row in rows
        )

    def destroy(
        self, matter_id: str, number: int, items: Collection[tuple[RecordId, ItemId]]
    ) -> int:
        """Destroy the content of all versions of records that contained one of these convictions.

        Return how many versions. First store the versions without the convictions; the step of
        the matter with this number states the decision.
        """
        found = {row for one in items for row in self._rows(_HOLDING, record=one[0], item=one[1])}
        rows = [
            {"record_row": row.record_row, "matter_id": matter_id, "number": number}
            for row in sorted(found, key=lambda one: one.record_row)
        ]
        self._add_all(ended_versions, rows)
        return self._transaction.payloads.delete({row.payload_id for row in found})


_made = conviction_versions.c
_newer = conviction_versions.alias("later")
_ENDED = (
    select(_made.record_id, _made.item_id, _made.kept_until, persons.c.person_id)
    .join(live_records, live_records.c.record_id == _made.record_id)
    .join(persons, persons.c.person_row == live_records.c.person_row)
    .where(
        _made.kept_until < bindparam("today"),
        _made.change != ChangeKind.WITHDRAWN.value,
        ~exists().where(
            _newer.c.record_id == _made.record_id,
            _newer.c.item_id == _made.item_id,
            _newer.c.version > _made.version,
        ),
    )
    .order_by(_made.kept_until, _made.record_id, _made.item_id)
)
_OF_ITEM = (
    (_newer.c.record_id == bindparam("record")),
    (_newer.c.item_id == bindparam("item")),
)
_FIRST = select(func.min(_newer.c.version)).where(*_OF_ITEM)
_WITHDRAWN = select(func.max(_newer.c.version)).where(
    *_OF_ITEM, _newer.c.change == ChangeKind.WITHDRAWN.value
)
_HOLDING = select(records.c.record_row, records.c.payload_id).where(
    records.c.record_id == bindparam("record"),
    records.c.version >= _FIRST.scalar_subquery(),
    records.c.version < _WITHDRAWN.scalar_subquery(),
    records.c.record_row.not_in(select(ended_versions.c.record_row)),
)
"""The versions of a record from the one that added a conviction until it was withdrawn."""
