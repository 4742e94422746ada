"""The statement of state: which rows the database holds, to be held against the log.

A row names the event that it must have: of that type, naming the row among its subjects or
facts, and by the person the row says. Decisions, links and revocations are checked the other way
as well: each such event must have its row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import rfc8785

from domain.errors import LogDamagedError
from domain.events import EventType
from service.provenance.canonical import EventBody
from service.provenance.findings import Finding, FindingCode

ROWS_BOTH_WAYS = frozenset({EventType.DECISION_SEALED, EventType.LINKED, EventType.LINK_REVOKED})
"""Rows that are never erased, so that the event demands the row too."""


@dataclass(frozen=True, slots=True, order=True)
class StateRow:
    """One row of the database and the event that it must have."""

    event_type: EventType
    ref: str
    """The opaque id of the row."""
    actor: str = ""
    """Who did it according to the row; empty where the row does not say."""


def row_line(row: StateRow) -> bytes:
    """Return the row as a line of canonical JSON, with its newline."""
    fields = {"actor": row.actor, "event_type": str(row.event_type), "ref": row.ref}
    return rfc8785.dumps(fields) + b"\n"


def read_row(line: bytes) -> StateRow:
    """Read a line that `row_line` wrote; raises LogDamagedError."""
    try:
        fields = json.loads(line)
        actor, ref = fields["actor"], fields["ref"]
        row = StateRow(EventType(fields["event_type"]), ref, actor)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LogDamagedError("A row of the statement of state is malformed.") from error
    if type(actor) is not str or type(ref) is not str or row_line(row) != line:
        raise LogDamagedError("A row of the statement of state is not in canonical form.")
    return row


class RowLedger:
    """Strikes rows off as their events are read; what is left at the end has no event."""

    def __init__(self, rows: Iterable[StateRow]) -> None:
        self._open = {(row.event_type, row.ref): row.actor for row in rows}
        self._types = {event_type for event_type, _ in self._open}

    def read(self, body: EventBody) -> Finding | None:
        """Take the next event; return what is wrong between it and its row."""
        struck = self._strike(body) if body.event_type in self._types else []
        if any(actor not in ("", body.actor) for actor in struck):
            return Finding(
                FindingCode.ROW_WITHOUT_EVENT,
                "A row names another person than its event.",
                body.seq,
            )
        if body.event_type in ROWS_BOTH_WAYS and not struck:
            return Finding(
                FindingCode.EVENT_WITHOUT_ROW,
                f"The state does not hold what the event {body.event_type} made.",
                body.seq,
            )
        return None

    def rest(self) -> Iterator[Finding]:
        """Yield a finding for each row whose event never came."""
        for event_type, _ in sorted(self._open):
            yield Finding(
                FindingCode.ROW_WITHOUT_EVENT, f"A row has no event of type {event_type}."
            )

    def _strike(self, body: EventBody) -> list[str]:
        named = (*body.subject_refs, *(str(value) for _, value in body.facts))
        keys = [(body.event_type, ref) for ref in named]
        return [self._open.pop(key) for key in keys if key in self._open]
