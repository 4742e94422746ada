"""The events by which a person was looked at, found by everything that is theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import CompoundSelect, or_, select, union

from domain.access import Role
from domain.events.examination import ExemplarShown
from domain.events.logged import LoggedEvent
from domain.ids import EventType, ForceCode, PersonId, UserId
from service.storage.log.events import ENTRY, entry_of
from service.storage.tables.access import tokens
from service.storage.tables.links import links
from service.storage.tables.log import event_subjects, events
from service.storage.tables.people import encounters, persons, records
from service.storage.tables.searches import candidates
from service.storage.tables.workbench import accounts
from service.storage.transaction import TransactionPart


class Consultations(TransactionPart):
    """Only reads."""

    def about(
        self,
        person_ids: Sequence[PersonId],
        kinds: Collection[EventType],
        *,
        before: int | None,
        limit: int,
    ) -> tuple[LoggedEvent, ...]:
        """Return looks at these persons, newest first, numbered under `before`.

        An event counts that names a person, or a record, capture, link, or the search and case of
        a link of theirs. Of events about a candidate, those count that showed the prints.
        """
        named = select(event_subjects.c.seq).where(
            event_subjects.c.subject_ref.in_(_theirs(person_ids))
        )
        proposed = select(candidates.c.candidate_id).where(candidates.c.person_id.in_(person_ids))
        shown = select(event_subjects.c.seq).where(event_subjects.c.subject_ref.in_(proposed))
        query = (
            ENTRY.order_by(None)
            .order_by(events.c.seq.desc())
            .limit(limit)
            .where(
                or_(
                    events.c.seq.in_(named) & events.c.event_type.in_(kinds),
                    events.c.seq.in_(shown) & (events.c.event_type == ExemplarShown.event_type),
                )
            )
        )
        if before is not None:
            query = query.where(events.c.seq < before)
        return tuple(entry_of(row) for row in self._connection.execute(query))

    def places(
        self, user_ids: Collection[UserId]
    ) -> Mapping[UserId, tuple[Role, ForceCode | None]]:
        """Return role and force of accounts, local or by token."""
        known = union(
            *(
                select(table.c.user_id, table.c.role, table.c.force).where(
                    table.c.user_id.in_(user_ids)
                )
                for table in (tokens, accounts)
            )
        )
        return {
            UserId(user_id): (Role(role), ForceCode(force) if force else None)
            for user_id, role, force in self._connection.execute(known)
        }


def _theirs(person_ids: Sequence[PersonId]) -> CompoundSelect[tuple[str]]:
    rows = select(persons.c.person_row).where(persons.c.person_id.in_(person_ids))
    linked = links.c.person_id.in_(person_ids)
    return union(
        select(persons.c.person_id).where(persons.c.person_id.in_(person_ids)),
        select(records.c.record_id).where(records.c.person_row.in_(rows)),
        select(encounters.c.encounter_id).where(encounters.c.person_row.in_(rows)),
        *(select(links.c[name]).where(linked) for name in ("link_id", "search_id", "case_id")),
    )
