"""Duties to tell, only from the records, and those met.

This is the check of the sender and shares neither code nor filter with it: every version of every
record is read as it is stored, all nationalities count, and plain SQL says which duties follow
(`register_sql`). Working data is kept in memory: personal data of payloads goes nowhere else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.exchange.duties import DutyKey, Stratum
from domain.exchange.identifiers import StateCode
from domain.ids import RecordId
from service.storage.engine.json_bodies import from_bytes
from service.storage.exchange import register_sql as sql
from service.storage.exchange.register_facts import VersionFacts
from service.storage.exchange.register_rows import ERASURES, EXEMPTIONS, MERGES, MESSAGES, VERSIONS
from service.storage.sealed.payloads import PayloadKind
from service.storage.transaction import TransactionPart

_DAYS = 28
"""European Union (Future Relationship) Act 2020 s1: before the end of 28 days beginning with the
day of recording or change. Stated here again: the check does not ask the sender's clock."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A State and the days on which it was a member, both included."""

    state: StateCode
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class PendingDuty:
    """A duty that nothing was sent for."""

    key: DutyKey
    due_on: date


@dataclass(frozen=True, slots=True)
class LackingNationality:
    """A record of a merged person that lacks a nationality which the other record holds."""

    record_id: RecordId
    state: StateCode
    due_on: date
    """The last day to tell: 28 days, the day of the merge included."""


@dataclass(frozen=True, slots=True)
class Count:
    """How all duties stand on a day."""

    strata: tuple[Stratum, ...]
    unexpected: int
    doubled: int
    faults: int
    pending: tuple[PendingDuty, ...]
    """The oldest of them."""
    lacking: tuple[LackingNationality, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """For which State the duties are counted, from which day on, and as of which day."""

    own: StateCode
    since: date
    today: date
    members: tuple[Membership, ...]
    most_pending: int = 100


class Register(TransactionPart):
    """Reads only; one snapshot of the database."""

    def count(self, question: Question) -> Count:
        """Return how every duty stands; raises VaultDamagedError for a record that is damaged."""
        with closing(sqlite3.connect(":memory:")) as work:
            work.executescript(sql.TABLES)
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
            bodies = self._transaction.payloads.open_many(
                PayloadKind.RECORD, [(row.payload_id, row.body) for row in there]
            )
            found = VersionFacts(own, merged)
            # One record at a time: a page of parsed ones would keep the garbage collector busy
            # for longer than all other work takes.
            for row, body in zip(there, bodies, strict=True):
                found.add(row, from_bytes(body))
            found.erased += [(row.record_id,) for row in rows if row.body is None]
            found.put(work)

    def _pages(self) -> Iterator[Sequence[Any]]:
        last = 0
        while rows := self._connection.execute(VERSIONS, {"last": last}).all():
            yield rows
            last = rows[-1].record_row

    def _fill_messages(self, work: sqlite3.Connection) -> None:
        found = self._connection.execute(MESSAGES)
        work.executemany(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (*row[:5], row.sent_at and row.sent_at.date().isoformat(), *row[6:])
                for row in found
            ),
        )
        work.executemany(
            "INSERT INTO exemptions VALUES (?, ?, ?, ?)",
            map(tuple, self._connection.execute(EXEMPTIONS)),
        )

    def _fill_erasures(self, work: sqlite3.Connection) -> None:
        work.executemany(
            "INSERT INTO ended VALUES (?, ?, ?)",
            (
                (row.record_id, row.force, row.ended_at and row.ended_at.date().isoformat())
                for row in self._connection.execute(ERASURES)
            ),
        )

    def _fill_merges(self, work: sqlite3.Connection) -> frozenset[str]:
        """Fill in the merges in force; return the records of both sides."""
        pairs = [
            (row.absorbed, row.surviving, row.confirmed_at.date().isoformat())
            for row in self._connection.execute(MERGES)
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
    work.execute(sql.REQUIRED)
    for statement in (sql.LAST_TOLD, sql.ERASED_VERSIONS):
        work.execute(statement)
    work.execute(sql.ERASED_REQUIRED, facts)
    work.execute(sql.REQUIRED_BY_KEY)
    work.execute(sql.STANDINGS, facts)
    strata = [
        _stratum(row)
        for name in sql.STRATA
        for row in work.execute(sql.FIGURES.format(name=name), facts)
    ]
    single = (
        work.execute(query).fetchone()[0] for query in (sql.UNEXPECTED, sql.DOUBLED, sql.FAULTED)
    )
    pending = tuple(
        PendingDuty(
            DutyKey(RecordId(record_id), item_id, version, StateCode(state)),
            date.fromisoformat(due_on),
        )
        for record_id, item_id, version, state, due_on in work.execute(sql.OVERDUE, facts)
    )
    lacking = tuple(
        LackingNationality(RecordId(record_id), StateCode(state), date.fromisoformat(due_on))
        for record_id, state, due_on in work.execute(sql.UNTOLD_MERGES, facts)
    )
    unexpected, doubled, faults = single
    return Count(tuple(strata) or (_NONE,), unexpected, doubled, faults, pending, lacking)


_NONE = Stratum("all", 0, 0, 0, 0, 0, 0, 0, None)


def _stratum(row: Sequence[Any]) -> Stratum:
    name, due, acknowledged, sent, pending, exempt, late, unsent, oldest, past_due = row
    return Stratum(
        name,
        due,
        acknowledged,
        sent,
        pending,
        exempt,
        late,
        unsent,
        oldest and date.fromisoformat(oldest),
        past_due,
    )
