"""Facts about captures that the retention rules need, wherever merges have moved the capture."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.errors import ConflictError, NotFoundError, SelfVerificationError
from domain.ids import EncounterId, EncounterRow, PersonId, PersonRow, UserId
from domain.list_pages import ListPage
from domain.retention.capture_facts import CaptureFact, FactAbout, FactDecision, FactId, StatedFact
from service.storage.engine.rows import Among, AnyRow, oldest, value_of
from service.storage.people.people import is_erased, locked_person
from service.storage.retention.held import is_out
from service.storage.tables.links import encounter_successors
from service.storage.tables.office import capture_fact_decisions, capture_facts
from service.storage.tables.people import encounters, persons
from service.storage.transaction import TransactionPart


class CaptureFacts(TransactionPart):
    """Facts and the decisions on them.

    Each is written once; a wrong fact is revoked by another fact.
    """

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
        found = self._row(_CAPTURE.where(encounters.c.encounter_id == encounter_id))
        if found is None:
            raise NotFoundError
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
        """Store the second person's decision on a fact. Raises SelfVerificationError,
        ConflictError.
        """
        if by == fact.proposed_by:
            raise SelfVerificationError(
                "You made this statement: another person must decide on it."
            )
        if not self._add_new(
            capture_fact_decisions,
            unless_taken=("fact_id",),
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
        query = _FACTS.order_by(None).where(capture_fact_decisions.c.decision.is_(None))
        by = oldest(capture_facts.c.proposed_at, capture_facts.c.fact_id)
        page = self._list_page(query, by, capture_facts.c.fact_id, behind=after, limit=limit)
        return page.of(self._about(page.items))

    def of(self, people: Collection[PersonRow]) -> Mapping[EncounterRow, tuple[CaptureFact, ...]]:
        """Return the facts about each capture of these people, with their texts."""
        rows = self._rows(
            _FACTS.where(Among(encounters.c.person_row, "rows")), rows=sorted(people)
        )
        found: dict[EncounterRow, tuple[CaptureFact, ...]] = {}
        for row, said in zip(rows, self._words(rows), strict=True):
            at = EncounterRow(row.live_row)
            found[at] = (*found.get(at, ()), _fact(row, said))
        return found

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
"""The row of a capture when a fact was stated about it, and every row to which it has since
moved."""

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
