"""Verification after one table was changed: what it cannot have touched is taken from memory.

The product's own verification runs. Only results of queries on other tables, what is made of them
alone, and pure functions of the bodies of events are those of the run before: so that hundreds of
changes are tried.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, TextClause

from domain.errors import LinkingError
from domain.events.catalogue import KINDS
from service.provenance.bundle import log_check
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.bundle.findings import Finding, FindingCode
from service.provenance.bundle.log_check import CheckedLog
from service.provenance.bundle.state_rows import StateRow
from service.storage.log import state
from service.storage.statement import both_ways, commitments
from service.storage.statement.commitments import CommittedRow
from service.storage.statement.loaded import CoveredRows
from service.storage.tables.metadata import METADATA
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log import payloads, verification
from service.usecases.log.payloads import OpenedPayloads
from service.usecases.services import StoreServices
from tests.formats import FORMAT
from tests.integration.provenance.known_events import KnownEvents
from tests.integration.provenance.stores import LinkedStore
from tests.integration.provenance.tampering import Hand, SharedUnits

SEALED = frozenset({"payloads", "withheld_payloads"})
_KEPT_STATEMENTS = 1_000
"""The first verification makes fewer; those that it makes anew each time need not be kept."""
_WORD = re.compile(r"\w+").findall
_PARTS = {
    state: ("work_rows", "access_rows", "misderived_rows", "misplaced_work", "mistyped_rows"),
    commitments: ("stated_rows",),
    both_ways: ("parts_without_whole", "misowned_payloads"),
}
"""The parts of a verification that are made of a connection alone, and of what never changes."""
Part = Callable[..., Iterator[Any]]


class Recall:
    """A store in the hand of an attacker, and the verification of what a change can touch."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self._results: dict[Any, Any] = {}
        self._numbers: dict[Any, int] = {}
        self._asking: dict[int, tuple[Any, int | None]] = {}
        self._tables: dict[Any, frozenset[str]] = {}
        self._filled: frozenset[str] = frozenset()
        """The tables that had rows before any change."""
        self._rows: dict[str, list[CommittedRow]] = {}
        self._parts: dict[tuple[Any, ...], tuple[set[str], list[Any]]] = {}
        """What each part of a verification yielded, with the tables that it read."""
        self._people: tuple[set[str], list[StateRow], dict[str, bytearray]] | None = None
        """The rows of captures and records, and the rows of loads, with the tables read."""
        self._watched: tuple[set[str], Any, tuple[bytes, ...]] | None = None
        """What the walk over all events found, with the tables that it read, and their bodies."""
        self._events: KnownEvents | None = None
        self._reading: set[str] | None = None
        self._touched: frozenset[str] = frozenset()

    def findings(self, touched: Collection[str]) -> tuple[Finding, ...]:
        """Verify the store in depth; only these tables were changed since it was untouched."""
        self._touched = frozenset(touched)
        store: LinkedStore = self.hand.store
        keys = TrustedKeys(store.log_key, store.witness_keys)
        services = StoreServices(_Units(self), store.surroundings, FORMAT)  # type: ignore[arg-type]
        try:
            report = verification.verify_store(
                services,
                keys,
                held=(store.checkpoint,),
                is_deep=not SEALED.isdisjoint(touched),
            )
        except LinkingError as error:
            return (Finding(FindingCode.ROW_CHANGED, f"raised {error.code}"),)
        return report.log.findings

    def execute(self, raw: Connection, statement: Any, parameters: Any, **options: Any) -> Any:
        """Run a query, unless its result is known and it reads no table that was touched."""
        asked = self._asked(statement)
        if asked is None:
            self._note(_tables_in(str(statement)))
            return raw.execute(statement, parameters, **options)
        key = (asked, repr(parameters))
        if key not in self._tables:
            self._tables[key] = _tables_in(str(statement.compile(dialect=raw.dialect)))
        self._note(self._tables[key])
        if not self._tables[key].isdisjoint(self._touched):
            return raw.execute(statement, parameters, **options)
        if key not in self._results:
            self._results[key] = raw.execute(statement, parameters).freeze()
        return self._results[key]()

    def _asked(self, statement: Any) -> int | None:
        """Return a number that equal queries share; None for a text."""
        if id(statement) in self._asking:
            return self._asking[id(statement)][1]
        made = None if isinstance(statement, TextClause) else statement._generate_cache_key()
        number = None
        if made is not None:
            key = (made.key, repr([each.effective_value for each in made.bindparams]))
            number = self._numbers.setdefault(key, len(self._numbers))
        if len(self._asking) < _KEPT_STATEMENTS:
            # The statement is kept: its address is that of no other.
            self._asking[id(statement)] = (statement, number)
        return number

    def _note(self, tables: Set[str]) -> None:
        if self._reading is not None:
            self._reading |= tables

    def filled(self, connection: Connection) -> frozenset[str]:
        """Return the tables that have rows; only those that were touched are asked again."""
        if not self._touched:
            self._filled = _FILLED(connection)
            return self._filled
        touched = [METADATA.tables[name] for name in self._touched]
        return self._filled - self._touched | _FILLED(connection, touched)

    def part(self, made: Part) -> Part:
        """Return a part of a verification that is made anew only if it reads what was touched."""

        def known(connection: Any, *given: Any) -> Iterator[Any]:
            key = (made, *given)
            if key not in self._parts and not self._touched:
                with self._noting() as read:
                    self._parts[key] = (read, list(made(connection, *given)))
            tables, found = self._parts.get(key, (self._touched, []))
            if tables.isdisjoint(self._touched):
                return iter(found)
            return made(connection, *given)

        return known

    def people(self, connection: Any, covered: CoveredRows) -> Iterator[StateRow]:
        """Yield captures and records, and note what loads cover, as the part of a verification."""
        if self._people is None and not self._touched:
            with self._noting() as read:
                self._people = (read, list(_PEOPLE(connection, covered)), covered._flags)
        if self._people is None or not self._people[0].isdisjoint(self._touched):
            return _PEOPLE(connection, covered)
        _, found, flags = self._people
        covered._flags = flags
        return iter(found)

    @contextmanager
    def _noting(self) -> Iterator[set[str]]:
        """Yield the tables that are read in between."""
        self._reading = read = set()
        yield read
        self._reading = None

    def watched(self, state: Any) -> Any:
        """Return the walk over all events; it is made anew only if it reads what was touched."""
        if self._watched is None and not self._touched:
            with self._noting() as read:
                made = _WATCHED(state)
                self._watched = (read, made, tuple(made.bodies()))
            assert SEALED | {"events", "event_subjects", "log_nodes"} <= read
        if self._watched is None or not self._watched[0].isdisjoint(self._touched):
            return _WATCHED(state)
        _, made, bodies = self._watched
        return SimpleNamespace(
            bodies=lambda: iter(bodies),
            findings=made.findings,
            committed=made.committed,
            stated=made.stated,
        )

    def checked(
        self, bodies: Iterator[bytes], signed: Sequence[Any], rows: Iterator[StateRow]
    ) -> CheckedLog:
        """Check the log; of events that are those of before, only those that read other rows."""
        assert self._watched is not None
        if not self._watched[0].isdisjoint(self._touched):
            return _CHECK(bodies, signed, rows)
        if self._events is None:
            self._events = KnownEvents(self._watched[2], signed, rows)
            return self._events.report
        if not self._events.are_signed_by(signed):
            return _CHECK(bodies, signed, rows)
        return self._events.checked(rows)

    def committed_rows(self, connection: Any, tables: Collection[str]) -> Iterator[CommittedRow]:
        """Yield the rows of a table that events commit to; of one not touched they are known."""
        (table,) = tables
        if not self._touched.isdisjoint({table, *_PARTS_OF[table]}):
            return _ROWS(connection, tables)
        if table not in self._rows:
            self._rows[table] = list(_ROWS(connection, tables))
        return iter(self._rows[table])

    def differ(self, touched: Collection[str]) -> bool:
        """Whether a digest of these tables, or of one they are part of, is another now."""
        raw = self.hand.raw
        for table, parts in _PARTS_OF.items():
            if not parts.union({table}).isdisjoint(touched):
                before = {row.digest for row in self._rows.get(table, ())}
                try:
                    now = {row.digest for row in _ROWS(raw, {table})}
                except LinkingError:
                    return True
                if now != before:
                    return True
        return False

    def opened(self, *given: Any, **named: Any) -> OpenedPayloads:
        """Open the payloads where they were touched."""
        if SEALED.isdisjoint(self._touched):
            return OpenedPayloads()
        return _OPEN(*given, **named)


def _tables_in(statement: str) -> frozenset[str]:
    return frozenset(set(_WORD(statement)) & METADATA.tables.keys())


_OPEN, _ROWS = verification.open_payloads, commitments.committed_rows
_WATCHED, _CHECK, _PEOPLE = verification._Watched, verification.check_log, state.people_rows
_FILLED = state.filled_tables
_PARTS_OF: dict[str, set[str]] = defaultdict(set)
for _kind in KINDS.values():
    for _rows in _kind.declared.commits:
        _PARTS_OF[_rows.table] |= {part.table for part in _rows.parts}


class _Units(SharedUnits):
    def __init__(self, recall: Recall) -> None:
        super().__init__(recall.hand.raw, recall.hand.store.vault)
        object.__setattr__(self, "recall", recall)

    def read(self) -> UnitOfWork:
        return UnitOfWork(lambda: _Recalling(self), FORMAT.codec, self.vault)  # type: ignore[arg-type,return-value]


class _Recalling:
    """A connection that asks the memory first; its transaction is begun and ended elsewhere."""

    def __init__(self, units: Any) -> None:
        self._recall, self._raw = units.recall, units.raw

    def begin(self) -> None:
        """Begin nothing."""

    def commit(self) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Close nothing."""

    def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        return self._recall.execute(self._raw, statement, parameters, **options)

    def scalars(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        return self.execute(statement, parameters, **options).scalars()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


@contextmanager
def recalling(hand: Hand) -> Iterator[Recall]:
    """Return the memory of an untouched store; pure functions of bodies are remembered too."""
    recall = Recall(hand)
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (log_check, "read_event"),
            (log_check, "leaf_hash"),
            (verification, "leaf_hash"),
            (verification, "open_checkpoint"),
            (verification, "node_hash"),
            (verification, "_agrees"),
            (verification, "_refs"),
            (commitments, "digest_row"),
        ):
            patch.setattr(module, name, cache(getattr(module, name)))
        heads = payloads._heads
        patch.setattr(payloads, "_heads", cache(lambda body: tuple(heads(body))))
        patch.setattr(verification, "open_payloads", recall.opened)
        patch.setattr(verification, "_Watched", recall.watched)
        patch.setattr(verification, "check_log", recall.checked)
        patch.setattr(state, "people_rows", recall.people)
        patch.setattr(state, "filled_tables", recall.filled)
        patch.setattr(commitments, "committed_rows", recall.committed_rows)
        for module, name in ((module, name) for module, names in _PARTS.items() for name in names):
            patch.setattr(module, name, recall.part(getattr(module, name)))
        yield recall
