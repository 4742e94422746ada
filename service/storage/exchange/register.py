"""Counts the duties to notify other States, from the records only, and which have been met.

This checks the sender and therefore shares neither code nor filters with it. Every version of
every record is read as stored, all nationalities count, and plain SQL derives the duties
(`register_sql`). Intermediate data is kept only in memory, so that personal data from payloads is
stored nowhere else.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.exchange.codes import StateCode
from domain.exchange.duties import DutyKey, Stratum
from domain.ids import RecordId
from domain.office_days import office_day
from service.storage.engine.rows import from_bytes, to_bytes
from service.storage.exchange import register_sql
from service.storage.sealed.payloads import PayloadKind
from service.storage.transaction import TransactionPart


@dataclass(slots=True)
class VersionFacts:
    """The rows derived from a set of record versions."""

    own: StateCode
    merged: frozenset[str]
    versions: list[tuple[Any, ...]] = field(default_factory=list)
    held: list[tuple[Any, ...]] = field(default_factory=list)
    merged_versions: list[tuple[Any, ...]] = field(default_factory=list)
    nationals: list[tuple[Any, ...]] = field(default_factory=list)
    erased: list[tuple[str]] = field(default_factory=list)

    def add(self, row: Any, values: dict[str, Any]) -> None:
        """Add the rows derived from one version."""
        nationalities = _nationalities(values)
        if row.record_id in self.merged:
            self._add_merged(row, values, nationalities)
        if "convictions" in values or row.version > 1:
            self.versions.append(_version(row, nationalities))
            self.held += _held(row, values, nationalities, self.own)

    def _add_merged(
        self, row: Any, values: dict[str, Any], nationalities: Sequence[_Nationality]
    ) -> None:
        """Add a merged record's nationalities, and whether it has a notifiable conviction."""
        is_convicted = any(map(_must_be_told, values.get("convictions", ())))
        self.merged_versions.append((row.record_id, row.version, is_convicted))
        self.nationals += [(row.record_id, row.version, country) for country, _ in nationalities]

    def put(self, work: sqlite3.Connection) -> None:
        """Write the rows to the working database."""
        work.executemany("INSERT OR IGNORE INTO erased VALUES (?)", self.erased)
        work.executemany("INSERT INTO merged_versions VALUES (?, ?, ?)", self.merged_versions)
        work.executemany("INSERT OR IGNORE INTO nationals VALUES (?, ?, ?)", self.nationals)
        work.executemany("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", self.versions)
        work.executemany("INSERT OR IGNORE INTO held VALUES (?, ?, ?, ?, ?, ?)", self.held)


_NEED_NOT_BE_TOLD = ("recorded_on", "reference", "asn")
"""A change of only these is no duty: European Union (Future Relationship) Act 2020 s1(7)."""
_Nationality = tuple[str, str | None]
"""A country, and the day on which the nationality ended, or None."""


def _version(row: Any, nationalities: Sequence[_Nationality]) -> tuple[Any, ...]:
    amended_on = row.amended_at and office_day(row.amended_at).isoformat()
    is_dual = len({country for country, _ in nationalities}) > 1
    return row.record_id, row.version, amended_on, row.force, is_dual, bool(row.has_prints)


def _held(
    row: Any, values: dict[str, Any], nationalities: Sequence[_Nationality], own: StateCode
) -> Iterator[tuple[Any, ...]]:
    """Yield each conviction that must be notified, with each nationality other than our own."""
    convictions = values.get("convictions", ())
    for item_id, stated in zip(_item_ids(values, len(convictions)), convictions, strict=True):
        if not _must_be_told(stated):
            continue
        kept = {name: value for name, value in stated.items() if name not in _NEED_NOT_BE_TOLD}
        content = hashlib.sha256(to_bytes(kept)).digest()
        recorded_on = stated.get("recorded_on", stated["decided_on"])
        for country, until in nationalities:
            is_over = until is not None and "X" not in until and until < stated["decided_on"]
            if country != own and not is_over:
                yield row.record_id, item_id, row.version, country, content, recorded_on


def _must_be_told(stated: dict[str, Any]) -> bool:
    is_deleted = any(one.get("deletes", False) for one in stated.get("decisions", ()))
    # Written out here, so that the count does not share the rule of what it counts.
    is_told = stated.get("source", {}).get("kind") in ("other State", "Interpol")
    return not is_deleted and not is_told


def _nationalities(values: dict[str, Any]) -> list[_Nationality]:
    details = values["details"]
    if details.get("nationality"):
        return [(details["nationality"], None)]
    return [(one["country"], one.get("until")) for one in details.get("nationalities") or ()]


def _item_ids(values: dict[str, Any], count: int) -> Iterable[str]:
    """Return the ids of the convictions, in order; in a record never amended they are numbered."""
    if "ids" in values:
        return [one for one in values["ids"] if one.rpartition("-")[0] == "conviction"]
    return (f"conviction-{number}" for number in range(1, count + 1))


_DAYS = 28
"""European Union (Future Relationship) Act 2020 s1: before the end of 28 days beginning with the
day of recording or change. Stated here again, so that the check does not use the sender's clock.
"""


@dataclass(frozen=True, slots=True)
class Membership:
    """A State and the first and last days of its membership."""

    state: StateCode
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class PendingDuty:
    """A duty for which nothing has been sent."""

    key: DutyKey
    due_on: date


@dataclass(frozen=True, slots=True)
class LackingNationality:
    """A record of a merged person that lacks a nationality recorded in the other record."""

    record_id: RecordId
    state: StateCode
    due_on: date
    """The last day to notify: day 28, counting the day of the merge."""


@dataclass(frozen=True, slots=True)
class Count:
    """The state of all duties on one day."""

    strata: tuple[Stratum, ...]
    unexpected: int
    doubled: int
    faults: int
    pending: tuple[PendingDuty, ...]
    """The oldest pending duties."""
    lacking: tuple[LackingNationality, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The State whose duties are counted, the first day of duties, and the day of the count."""

    own: StateCode
    since: date
    today: date
    members: tuple[Membership, ...]
    most_pending: int = 100


class Register(TransactionPart):
    """The register of duties. It only reads, from one snapshot of the database."""

    def count(self, question: Question) -> Count:
        """Return the state of every duty. Raises VaultDamagedError when a record is damaged."""
        with closing(sqlite3.connect(":memory:")) as work:
            work.executescript(register_sql.working("tables"))
            self._fill_records(work, question.own, self._fill_merges(work))
            self._fill_messages(work)
            self._fill_erasures(work)
            work.executemany(
                "INSERT INTO members VALUES (?, ?, ?)",
                [
                    (one.state, one.first.isoformat(), (one.last or date.max).isoformat())
                    for one in question.members
                ],
            )
            return _counted(work, question)

    def _fill_records(
        self, work: sqlite3.Connection, own: StateCode, merged: frozenset[str]
    ) -> None:
        for rows in self._pages():
            there = [row for row in rows if row.body is not None]
            bodies = self._transaction.payloads.open_rows(PayloadKind.RECORD, there)
            found = VersionFacts(own, merged)
            # One record at a time: a page of parsed records would make garbage collection take
            # longer than all other work.
            for row, body in zip(there, bodies, strict=True):
                found.add(row, from_bytes(body))
            found.erased += [(row.record_id,) for row in rows if row.body is None]
            found.put(work)

    def _pages(self) -> Iterator[Sequence[Any]]:
        last = 0
        while rows := self._rows(register_sql.VERSIONS, last=last):
            yield rows
            last = rows[-1].record_row

    def _fill_messages(self, work: sqlite3.Connection) -> None:
        found = self._connection.execute(register_sql.MESSAGES)
        work.executemany(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (*row[:5], row.sent_at and office_day(row.sent_at).isoformat(), *row[6:])
                for row in found
            ),
        )
        work.executemany(
            "INSERT INTO exemptions VALUES (?, ?, ?, ?)",
            map(tuple, self._connection.execute(register_sql.EXEMPTIONS)),
        )

    def _fill_erasures(self, work: sqlite3.Connection) -> None:
        work.executemany(
            "INSERT INTO ended VALUES (?, ?, ?)",
            (
                (row.record_id, row.force, row.ended_at and office_day(row.ended_at).isoformat())
                for row in self._connection.execute(register_sql.ERASURES)
            ),
        )

    def _fill_merges(self, work: sqlite3.Connection) -> frozenset[str]:
        """Copy the merges in force into the working database; return the records on both sides."""
        pairs = [
            (row.absorbed, row.surviving, office_day(row.confirmed_at).isoformat())
            for row in self._connection.execute(register_sql.MERGES)
        ]
        both = [*pairs, *((other, one, on) for one, other, on in pairs)]
        work.executemany("INSERT INTO merged VALUES (?, ?, ?)", both)
        return frozenset(row[0] for row in both)


def _counted(work: sqlite3.Connection, question: Question) -> Count:
    facts = {
        "days": f"+{_DAYS - 1} days",
        "since": question.since.isoformat(),
        "today": question.today.isoformat(),
        "own": question.own,
        "most": question.most_pending,
    }
    work.execute(register_sql.working("required"))
    for name in ("last_told", "erased_versions"):
        work.execute(register_sql.working(name))
    work.execute(register_sql.working("erased_required"), facts)
    work.execute(register_sql.working("required_by_key"))
    work.execute(register_sql.working("standings"), facts)
    strata = [
        _stratum(row)
        for name in register_sql.STRATA
        for row in work.execute(register_sql.working("figures").format(name=name), facts)
    ]
    single = (
        work.execute(register_sql.working(name)).fetchone()[0]
        for name in ("unexpected", "doubled", "faulted")
    )
    pending = tuple(
        PendingDuty(
            DutyKey(RecordId(record_id), item_id, version, StateCode(state)),
            date.fromisoformat(due_on),
        )
        for record_id, item_id, version, state, due_on in work.execute(
            register_sql.working("overdue"), facts
        )
    )
    lacking = tuple(
        LackingNationality(RecordId(record_id), StateCode(state), date.fromisoformat(due_on))
        for record_id, state, due_on in work.execute(register_sql.working("untold_merges"), facts)
    )
    unexpected, doubled, faults = single
    return Count(tuple(strata) or (_NONE,), unexpected, doubled, faults, pending, lacking)


_NONE = Stratum("all", 0, 0, 0, 0, 0, 0, 0, None)


def _stratum(row: Sequence[Any]) -> Stratum:
    *counts, oldest, past_due = row
    return Stratum(*(*counts, oldest and date.fromisoformat(oldest), past_due))
