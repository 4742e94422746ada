"""People as the retention planner reads them, in pages, and facts about their captures.

A capture keeps its facts wherever merges have moved it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select

from domain.errors import ConflictError, SelfVerificationError, existing
from domain.ids import EncounterId, EncounterRow, ForceCode, PersonId, PersonRow, UserId
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.people.items import ItemId
from domain.people.people import Record
from domain.retention.capture_facts import CaptureFact, FactAbout, FactDecision, FactId, StatedFact
from prints.vectors.blobs import taken_at
from service.storage.engine.rows import Among, AnyRow, grouped, oldest, value_of
from service.storage.people.people import is_erased, locked_person
from service.storage.people.record_bodies import events_in, record_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.disclosure import restricted_items
from service.storage.tables.links import encounter_successors, merged_persons
from service.storage.tables.office import (
    capture_fact_decisions,
    capture_facts,
    purge_hides,
    purged_captures,
)
from service.storage.tables.people import (
    ERASED,
    encounters,
    gallery_changes,
    live_records,
    payloads,
    persons,
    records,
)
from service.storage.transaction import TransactionPart

_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class HeldHuman:
    """A person with the live record, and the row of any person into whom they are merged."""

    person_row: PersonRow
    person_id: PersonId
    head_row: PersonRow
    """The person's own row, unless they are merged into another person."""
    version: int
    """Version of the record; 0 if there is none."""
    record: Record | None
    has_prints: bool = True
    """Whether any of the person's captures is in the gallery."""
    items: tuple[ItemId, ...] = ()
    """The ids of the arrest reports, then of the convictions, in the order of the record."""


@dataclass(frozen=True, slots=True)
class HeldCapture:
    """A capture in the gallery, with the facts that the retention rules need."""

    encounter_row: EncounterRow
    encounter_id: EncounterId
    force: ForceCode
    taken_on: date


class HeldPeople(TransactionPart):
    """The people whom the planner considers: not hidden, erased or with a restricted item."""

    def pages(self) -> Iterator[tuple[HeldHuman, ...]]:
        """Yield all people in the order of their rows, in pages.

        Raises VaultDamagedError for a damaged record.
        """
        after = -1
        while True:
            query = _HELD.where(persons.c.person_row > after).limit(_PAGE)
            rows = self._rows(query)
            if not rows:
                return
            yield self._read(rows)
            after = rows[-1].person_row

    def these(self, people: Collection[PersonId], called_back: str = "") -> tuple[HeldHuman, ...]:
        """Return these people, leaving out erased and hidden people.

        The captures of the purge `called_back` count as shown, here and in `taken`.
        """
        query = _HELD.where(Among(persons.c.person_id, "ids"))
        return self._read(self._rows(query, ids=sorted(people), called_back=called_back))

    def captures(self, rows: Collection[PersonRow]) -> tuple[EncounterId, ...]:
        """Return the ids of these people's captures that are in the gallery."""
        gone = select(gallery_changes.c.encounter_row).where(gallery_changes.c.kind == ERASED)
        query = (
            select(encounters.c.encounter_id)
            .where(Among(encounters.c.person_row, "rows"), encounters.c.encounter_row.not_in(gone))
            .order_by(encounters.c.encounter_row)
        )
        return tuple(EncounterId(one) for one in self._column(query, rows=sorted(rows)))

    def taken(self, rows: Collection[PersonRow], called_back: str = "") -> tuple[HeldCapture, ...]:
        """Return the captures of these people that no purge hides, with the day of each.

        Raises VaultDamagedError for a damaged capture.
        """
        found = self._rows(_TAKEN, rows=sorted(rows), called_back=called_back)
        bodies = self._bodies(PayloadKind.TEMPLATES, found)
        return tuple(
            value_of(HeldCapture, row, taken_on=office_day(taken_at(bodies[row.payload_id])))
            for row in found
            if row.payload_id in bodies
        )

    def merged(self) -> frozenset[PersonRow]:
        """Return the rows of all people involved in a merge, on either side."""
        rows = self._connection.execute(
            select(merged_persons.c.absorbed_row, merged_persons.c.surviving_row)
        )
        return frozenset(PersonRow(row) for pair in rows for row in pair)

    def _read(self, rows: Collection[AnyRow]) -> tuple[HeldHuman, ...]:
        there = [row for row in rows if row.body is not None]
        bodies = self._transaction.payloads.open_rows(PayloadKind.RECORD, there)
        body_of = dict(zip((row.person_row for row in there), bodies, strict=True))
        return tuple(_human(row, body_of.get(row.person_row)) for row in rows)


def _human(row: AnyRow, body: bytes | None) -> HeldHuman:
    record = None if body is None else record_of(row, body)
    items = () if record is None or body is None else events_in(record, body)
    return value_of(HeldHuman, row, version=row.version or 0, record=record, items=items)


def is_out(encounter_row: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a capture has left the gallery for good, or has moved to another row."""
    return exists().where(
        gallery_changes.c.encounter_row == encounter_row, gallery_changes.c.kind == ERASED
    )


_PURGE_HIDES = purge_hides(
    encounters.c.encounter_row, purged_captures.c.settlement_id != bindparam("called_back", "")
)
_TAKEN = (
    select(encounters)
    .where(
        Among(encounters.c.person_row, "rows"),
        ~is_out(encounters.c.encounter_row),
        ~_PURGE_HIDES,
    )
    .order_by(encounters.c.encounter_row)
)


_HEAD = func.coalesce(merged_persons.c.surviving_row, persons.c.person_row)
_others = merged_persons.alias("others")
_KEPT = select(func.coalesce(_others.c.surviving_row, restricted_items.c.person_row)).select_from(
    restricted_items.outerjoin(_others, _others.c.absorbed_row == restricted_items.c.person_row)
)
"""People with an item kept as evidence: without it, no basis for retention can be computed."""
_gone = gallery_changes.alias("gone")
_HAS_PRINTS = exists().where(
    encounters.c.person_row == persons.c.person_row,
    ~exists().where(_gone.c.encounter_row == encounters.c.encounter_row, _gone.c.kind == ERASED),
    ~_PURGE_HIDES,
)
_HELD: Select[Any] = (
    select(
        persons.c.person_row,
        persons.c.person_id,
        _HEAD.label("head_row"),
        records.c.record_id,
        records.c.version,
        records.c.force,
        records.c.payload_id,
        payloads.c.body,
        _HAS_PRINTS.label("has_prints"),
    )
    .outerjoin(merged_persons, merged_persons.c.absorbed_row == persons.c.person_row)
    .outerjoin(live_records, live_records.c.person_row == persons.c.person_row)
    .outerjoin(records, records.c.record_row == live_records.c.record_row)
    .outerjoin(payloads, payloads.c.payload_id == records.c.payload_id)
    .where(~is_erased(persons.c.person_row), _HEAD.not_in(_KEPT))
    .order_by(persons.c.person_row)
)


class CaptureFacts(TransactionPart):
    """Facts and the decisions on them, written once; another fact revokes a wrong one."""

    def state(
        self,
        fact_id: FactId,
        encounter_id: EncounterId,
        fact: StatedFact,
        by: UserId,
        at: datetime,
    ) -> PersonId:
        """Store a fact and return the person of the capture.

        Raises NotFoundError if the capture is unknown or has left the gallery, or if its person is
        erased or hidden.
        """
        found = existing(self._row(_CAPTURE.where(encounters.c.encounter_id == encounter_id)))
        locked_person(self._transaction, PersonId(found.person_id))
        self._add(
            capture_facts,
            fact,
            fact_id=fact_id,
            encounter_row=found.encounter_row,
            on_day=fact.on,
            payload_id=self._put_words(fact.words),
            proposed_by=by,
            proposed_at=at,
        )
        return PersonId(found.person_id)

    def decide(self, fact: CaptureFact, decision: FactDecision, by: UserId, at: datetime) -> None:
        """Store the second decision on a fact. Raises SelfVerificationError, ConflictError."""
        if by == fact.proposed_by:
            raise SelfVerificationError(
                "You made this statement: another person must decide on it."
            )
        if not self._add_new(
            capture_fact_decisions,
            fact_id=fact.fact_id,
            proposed_by=fact.proposed_by,
            decision=decision,
            decided_by=by,
            decided_at=at,
        ):
            raise ConflictError(
                "Another person has already decided on this statement: reload the page."
            )

    def get(self, fact_id: FactId) -> FactAbout | None:
        """Return a fact, or None if it is unknown or its person or capture no longer exists."""
        found = self._about(self._rows(_FACTS.where(capture_facts.c.fact_id == fact_id)))
        return found[0] if found else None

    def waiting(self, *, after: str | None = None, limit: int) -> ListPage[FactAbout, str]:
        """Return a page of the facts that await a second person's decision, oldest first."""
        every, key = _FACTS.order_by(None), capture_facts.c.fact_id
        query = every.where(capture_fact_decisions.c.decision.is_(None))
        by = oldest(capture_facts.c.proposed_at, key)
        page = self._list_page(query, by, key, behind=after, limit=limit, among=every)
        return page.of(self._about(page.items))

    def of(self, people: Collection[PersonRow]) -> Mapping[EncounterRow, tuple[CaptureFact, ...]]:
        """Return the facts about each capture of these people, with their texts."""
        rows = self._rows(
            _FACTS.where(Among(encounters.c.person_row, "rows")), rows=sorted(people)
        )
        texts = zip(rows, self._words(rows), strict=True)
        return grouped((EncounterRow(row.live_row), _fact(row, said)) for row, said in texts)

    def every(self) -> Mapping[PersonRow, Mapping[EncounterRow, tuple[CaptureFact, ...]]]:
        """Return the facts about captures of all people, without their texts."""
        people: dict[PersonRow, dict[EncounterRow, tuple[CaptureFact, ...]]] = {}
        for row in self._rows(_FACTS):
            held = people.setdefault(PersonRow(row.person_row), {})
            at = EncounterRow(row.live_row)
            held[at] = (*held.get(at, ()), _fact(row))
        return people

    def _about(self, rows: Sequence[AnyRow]) -> tuple[FactAbout, ...]:
        return tuple(
            FactAbout(_fact(row, said), PersonId(row.person_id))
            for row, said in zip(rows, self._words(rows), strict=True)
        )


def _fact(row: Any, words: str = "") -> CaptureFact:
    return value_of(CaptureFact, row, on=row.on_day, words=words)


_CAPTURE = (
    select(encounters.c.encounter_row, persons.c.person_id)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .where(~is_out(encounters.c.encounter_row))
)
"""The query for captures that are in the gallery, or hidden."""

_start = select(
    capture_facts.c.encounter_row.label("stated_row"),
    capture_facts.c.encounter_row.label("live_row"),
).cte("moved", recursive=True)
_MOVED = _start.union(
    select(_start.c.stated_row, encounter_successors.c.successor_row).join(
        _start, _start.c.live_row == encounter_successors.c.encounter_row
    )
)
"""The row of a capture when a fact was stated, and every row to which it has since moved."""

_FACTS = (
    select(
        capture_facts,
        capture_fact_decisions.c.decision,
        capture_fact_decisions.c.decided_by,
        capture_fact_decisions.c.decided_at,
        encounters.c.encounter_id,
        encounters.c.person_row,
        persons.c.person_id,
        _MOVED.c.live_row,
    )
    .join(_MOVED, _MOVED.c.stated_row == capture_facts.c.encounter_row)
    .join(encounters, encounters.c.encounter_row == _MOVED.c.live_row)
    .join(persons, persons.c.person_row == encounters.c.person_row)
    .outerjoin(capture_fact_decisions, capture_fact_decisions.c.fact_id == capture_facts.c.fact_id)
    .where(~is_out(_MOVED.c.live_row), ~is_erased(persons.c.person_row))
    .order_by(capture_fact_decisions.c.decided_at, capture_facts.c.fact_id)
)
"""Each fact with its decision and the current row of its capture, in the order of decisions."""
