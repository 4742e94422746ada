"""The events of an untouched log, read again only beside the rows that are others than before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from typing import Any

from domain.events.declaring import STANDING_FACTS
from domain.events.rows import ROW_DIGEST
from domain.ids import EventType
from service.provenance.bundle.findings import Finding
from service.provenance.bundle.log_check import CheckedLog, check_log
from service.provenance.bundle.state_rows import RowLedger, StateRow
from service.provenance.canonical import EventBody, read_event
from service.storage.statement.commitments import stated_digests


class KnownEvents:
    """Events that were checked beside rows, without a finding.

    The product's own ledger reads the events again beside other rows. It holds an event against
    the rows of its type, the digests of rows, and the standing facts of a row against the last
    event of any type that states them. Events of a type for which all of that is as before are
    left out.
    """

    def __init__(
        self, bodies: Sequence[bytes], signed: Sequence[Any], rows: Iterable[StateRow]
    ) -> None:
        self._rows = list(rows)
        self._ids = set(map(id, self._rows))
        self.report = check_log(bodies, signed, self._rows)
        assert self.report.findings == ()
        self._signed = tuple(signed)
        self._events = [read_event(body) for body in bodies]
        self._stating: dict[str, set[EventType]] = defaultdict(set)
        for body in self._events:
            for digest in stated_digests(body):
                self._stating[digest].add(body.event_type)
        self._standing = {body.event_type for body in self._events if _states_standing(body)}
        self._standing |= {row.event_type for row in self._rows if _claims_standing(row)}

    def are_signed_by(self, signed: Sequence[Any]) -> bool:
        """Return whether the checkpoints are those of before."""
        return self._signed == tuple(signed)

    def checked(self, rows: Iterable[StateRow]) -> CheckedLog:
        """Return what a check of these events finds beside other rows."""
        now = list(rows)
        kinds = self._kinds_of(self._changed(now))
        ledger = RowLedger(row for row in now if self._is_read(row, kinds))
        return replace(self.report, findings=tuple(self._findings(ledger, kinds)))

    def _is_read(self, row: StateRow, kinds: Set[EventType]) -> bool:
        """Return whether an event of these types may read a row."""
        digest = _digest(row)
        if not digest:
            return row.event_type in kinds
        return not kinds.isdisjoint(self._stating.get(digest, ()))

    def _findings(self, ledger: RowLedger, kinds: Collection[EventType]) -> Iterator[Finding]:
        for body in self._events:
            if body.event_type in kinds and (finding := ledger.read(body)) is not None:
                yield finding
        yield from ledger.rest()

    def _changed(self, now: Sequence[StateRow]) -> set[StateRow]:
        """Return the rows that are there more or less often than before; most are the same."""
        ids = set(map(id, now))
        gone = _counted(row for row in self._rows if id(row) not in ids)
        come = _counted(row for row in now if id(row) not in self._ids)
        return {row for row, _ in gone ^ come}

    def _kinds_of(self, changed: Iterable[StateRow]) -> set[EventType]:
        """Return the types of the events that may read these rows."""
        kinds: set[EventType] = set()
        standing = self._standing
        for row in changed:
            digest = _digest(row)
            kinds |= self._stating.get(digest, set()) if digest else {row.event_type}
            if _claims_standing(row):
                standing = standing | {row.event_type}
        return kinds if kinds.isdisjoint(standing) else kinds | standing


def _counted(rows: Iterable[StateRow]) -> set[tuple[StateRow, int]]:
    """Return each row with its number among equal ones."""
    seen: dict[StateRow, int] = {}
    found = set()
    for row in rows:
        seen[row] = seen.get(row, 0) + 1
        found.add((row, seen[row]))
    return found


def _digest(row: StateRow) -> str:
    """Return the digest that a row states; nothing if it states something else."""
    name, _, digest = row.says[0].partition("=") if row.says else ("", "", "")
    return digest if name == ROW_DIGEST else ""


def _claims_standing(row: StateRow) -> bool:
    return any(said.partition("=")[0] in STANDING_FACTS for said in row.says)


def _states_standing(body: EventBody) -> bool:
    return any(name in STANDING_FACTS for name, _ in body.facts)
