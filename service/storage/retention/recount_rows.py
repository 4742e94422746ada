"""The rows that the independent recount reads, with its own SQL, from payloads as stored.

The recount checks the planner. It shares no query, parser, rule file or date arithmetic with the
planner: only the connection, and the keys that decrypt a payload.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from service.provenance.vault.key_stores import named, owner_text
from service.storage.sealed.payloads import PayloadKind
from service.storage.transaction import TransactionPart

_PEOPLE = text(
    "SELECT p.person_row AS number, p.person_id AS name, m.surviving_row AS under,"
    " v.record_id AS record, v.version AS version, v.payload_id AS sealed,"
    " v.person_row AS holder, s.body AS body,"
    " (SELECT COUNT(*) FROM encounters c WHERE c.person_row = p.person_row AND NOT EXISTS"
    "  (SELECT 1 FROM gallery_changes g WHERE g.encounter_row = c.encounter_row AND g.kind = 1)"
    "  AND NOT EXISTS (SELECT 1 FROM purged_captures h"
    "  LEFT JOIN print_purge_ends z ON z.settlement_id = h.settlement_id"
    "  WHERE h.encounter_row = c.encounter_row AND z.settlement_id IS NULL))"
    " AS captures"
    " FROM persons p"
    " LEFT JOIN merged_persons m ON m.absorbed_row = p.person_row"
    " LEFT JOIN live_records l ON l.person_row = p.person_row"
    " LEFT JOIN records v ON v.record_row = l.record_row"
    " LEFT JOIN payloads s ON s.payload_id = v.payload_id"
    " WHERE p.person_row > :after"
    " AND NOT EXISTS (SELECT 1 FROM person_erasures e WHERE e.person_row = p.person_row)"
    " AND NOT EXISTS (SELECT 1 FROM withheld_persons w WHERE w.person_row = p.person_row)"
    " AND NOT EXISTS (SELECT 1 FROM restricted_persons r WHERE r.person_row = p.person_row)"
    " AND NOT EXISTS (SELECT 1 FROM restrictions i"
    "  LEFT JOIN merged_persons o ON o.absorbed_row = i.person_row"
    "  LEFT JOIN restriction_ends d ON d.restriction_id = i.restriction_id"
    "  WHERE i.item_id IS NOT NULL AND d.restriction_id IS NULL"
    "  AND COALESCE(o.surviving_row, i.person_row) = COALESCE(m.surviving_row, p.person_row))"
    " ORDER BY p.person_row LIMIT 1000"
)
_RULINGS = text(
    "SELECT person_row, decision, next_on, versions, decided_at FROM retention_reviews"
    " ORDER BY decided_at, request_id"
)
_LISTED = text(
    "SELECT c.encounter_id FROM retention_plan_captures l JOIN encounters c"
    " ON c.encounter_row = l.encounter_row WHERE l.plan_id = :plan"
    " UNION ALL SELECT p.person_id FROM retention_plan_lines n JOIN persons p"
    " ON p.person_row = n.person_row WHERE n.plan_id = :plan AND NOT EXISTS"
    " (SELECT 1 FROM retention_plan_captures k WHERE k.plan_id = n.plan_id"
    "  AND k.person_row = n.person_row)"
)
"""The captures of a plan.

A line without a capture is returned as the id of its person, which the recount never finds, so the
plan is refused.
"""
_CAPTURES = text(
    "SELECT c.encounter_row AS number, c.encounter_id AS name, c.force AS force,"
    " c.payload_id AS sealed, s.body AS body FROM encounters c"
    " JOIN payloads s ON s.payload_id = c.payload_id"
    " WHERE c.person_row = :person AND s.body IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM gallery_changes g"
    "  WHERE g.encounter_row = c.encounter_row AND g.kind = 1)"
    " AND NOT EXISTS (SELECT 1 FROM purged_captures h"
    "  LEFT JOIN print_purge_ends z ON z.settlement_id = h.settlement_id"
    "  WHERE h.encounter_row = c.encounter_row AND z.settlement_id IS NULL)"
)
_FACTS = text(
    "WITH RECURSIVE moved (first, now) AS ("
    " SELECT encounter_row, encounter_row FROM capture_facts UNION"
    " SELECT m.first, e.successor_row FROM moved m"
    " JOIN encounter_successors e ON e.encounter_row = m.now)"
    " SELECT c.person_row AS person, c.encounter_row AS capture, f.fact_id AS name,"
    " f.kind AS kind, f.on_day AS on_day, f.event AS event, f.revokes AS revokes,"
    " d.decision AS decision, d.decided_at AS decided_at"
    " FROM capture_facts f JOIN moved m ON m.first = f.encounter_row"
    " JOIN encounters c ON c.encounter_row = m.now"
    " LEFT JOIN capture_fact_decisions d ON d.fact_id = f.fact_id"
    " WHERE NOT EXISTS (SELECT 1 FROM gallery_changes g"
    "  WHERE g.encounter_row = c.encounter_row AND g.kind = 1)"
    " ORDER BY d.decided_at, f.fact_id"
)


@dataclass(frozen=True, slots=True)
class RawPerson:
    """A person as stored in the tables."""

    number: int
    name: str
    """The opaque id."""
    under: int | None
    """The row of the person into whom this person is merged."""
    record: str
    """The record id with its version, as reviews store it; empty if there is no record."""
    body: Any
    """The JSON of the live record, or None if there is no record."""
    captures: int = 1
    """The number of captures in the gallery."""


@dataclass(frozen=True, slots=True)
class RawCapture:
    """A capture as stored in the tables."""

    number: int
    name: str
    """The opaque id."""
    force: str
    microseconds: int
    """The time of the capture, in microseconds since the beginning of 1970."""


@dataclass(frozen=True, slots=True)
class RawFact:
    """A fact about a capture as stored in the tables."""

    person: int
    capture: int
    name: str
    kind: str
    day: str
    event: str
    revokes: str
    decision: str
    """Empty while the fact awaits a decision."""
    decided_at: Any
    """As the database returns it; None while the fact awaits a decision."""


@dataclass(frozen=True, slots=True)
class RawRuling:
    """A decision of a review as stored in the table."""

    number: int
    decision: str
    next_on: str
    """ISO 8601; empty if there is none."""
    versions: str
    decided_at: Any = None
    """As the database returns it."""


def _named(row: Any, table: str, *key: object) -> int:
    """Return the number of a payload together with the row that names it."""
    return named(row.sealed, owner_text(f"{table}.payload_id", key))


class RecountRows(TransactionPart):
    """Rows for the independent recount. Read-only."""

    def people(self) -> Iterator[RawPerson]:
        """Yield the people who are not erased or hidden and have no restricted item.

        Raises VaultDamagedError for a damaged record.
        """
        after = -1
        while True:
            rows = self._connection.execute(_PEOPLE, {"after": after}).all()
            if not rows:
                return
            sealed = [
                (
                    _named(row, "records", row.record, row.version, row.holder),
                    bytes(row.body),
                )
                for row in rows
                if row.body is not None
            ]
            opened = iter(self._transaction.payloads.open_many(PayloadKind.RECORD, sealed))
            for row in rows:
                body = None if row.body is None else json.loads(next(opened))
                named = "" if row.record is None else f"{row.record}@{row.version}"
                yield RawPerson(row.number, row.name, row.under, named, body, row.captures)
            after = rows[-1].number

    def rulings(self) -> tuple[RawRuling, ...]:
        """Return all decisions of reviews, oldest first, as stored."""
        return tuple(
            RawRuling(
                *(row.person_row, row.decision, str(row.next_on or ""), row.versions),
                row.decided_at,
            )
            for row in self._connection.execute(_RULINGS)
        )

    def captures(self, person: int) -> tuple[RawCapture, ...]:
        """Return the captures of a person that no purge hides. Raises VaultDamagedError."""
        rows = self._connection.execute(_CAPTURES, {"person": person}).all()
        sealed = [(_named(row, "encounters", row.name, person), bytes(row.body)) for row in rows]
        bodies = self._transaction.payloads.open_many(PayloadKind.TEMPLATES, sealed)
        return tuple(
            # Bytes 8 to 15 of a template payload hold the time of the capture.
            RawCapture(row.number, row.name, row.force, int.from_bytes(body[8:16], "little"))
            for row, body in zip(rows, bodies, strict=True)
        )

    def facts(self) -> tuple[RawFact, ...]:
        """Return all facts about captures, in the order of their decisions."""
        return tuple(
            RawFact(
                *(row.person, row.capture, row.name, row.kind, str(row.on_day), row.event),
                *(row.revokes or "", row.decision or "", row.decided_at),
            )
            for row in self._connection.execute(_FACTS)
        )

    def listed(self, plan_id: str) -> frozenset[str]:
        """Return the ids of the captures listed in a plan."""
        rows = self._connection.execute(_LISTED, {"plan": plan_id})
        return frozenset(str(one) for one in rows.scalars())
