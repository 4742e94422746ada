"""Direct changes to the database, past triggers and constraints, in a rolled-back transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from domain.errors import LinkingError
from service.provenance.bundle.bundle import TrustedKeys
from service.provenance.log.merkle import EMPTY, append_many, leaf_hash
from service.provenance.vault.vault import Place, Vault
from service.storage.database import UnitsOfWork
from service.storage.unit_of_work import UnitOfWork, WritingUnit
from service.usecases.log.verification import verify_store
from service.usecases.services import StoreServices
from tests.formats import FORMAT
from tests.integration.provenance.stores import LinkedStore
from tests.integration.storage.raw import connection
from tests.unit.service.provenance.key_stores import seal_many


class _Shared:
    """A connection whose transaction is begun and ended elsewhere."""

    def __init__(self, raw: Connection) -> None:
        self._raw = raw

    def begin(self) -> None:
        """Begin nothing."""

    def commit(self) -> None:
        """Keep nothing: the changes are rolled back in the end."""

    def close(self) -> None:
        """Close nothing."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


@dataclass(frozen=True, slots=True)
class SharedUnits:
    raw: Connection
    vault: Vault | None

    def read(self) -> UnitOfWork:
        return UnitOfWork(lambda: _Shared(self.raw), FORMAT.codec, self.vault)  # type: ignore[arg-type,return-value]

    def write(self) -> UnitOfWork:
        raise AssertionError("no write is expected here")

    begin = UnitsOfWork.begin


class _LookingUnits(SharedUnits):
    """Lets looks be recorded, inside the transaction that is rolled back."""

    def write(self) -> UnitOfWork:
        return WritingUnit(lambda: _Shared(self.raw), FORMAT.codec, self.vault)  # type: ignore[arg-type,return-value]


@dataclass(frozen=True, slots=True)
class Hand:
    """The abilities of an attacker with the database, and the findings of a verification."""

    store: LinkedStore
    raw: Connection

    def run(self, statement: str, **values: Any) -> int:
        """Run a statement past every trigger; return how many rows it changed."""
        return int(self.raw.execute(text(statement), values).rowcount)

    def value(self, query: str, **values: Any) -> Any:
        return self.raw.execute(text(query), values).scalar()

    @property
    def services(self) -> StoreServices:
        return StoreServices(
            SharedUnits(self.raw, self.store.vault), self.store.surroundings, FORMAT
        )

    @property
    def looking(self) -> StoreServices:
        """The services of somebody whose looks are recorded."""
        units = _LookingUnits(self.raw, self.store.vault)
        return StoreServices(units, self.store.surroundings, FORMAT)

    def findings(self, *held: bytes) -> set[str]:
        """Verify the store as it is inside this transaction; return the codes of the findings."""
        keys = TrustedKeys(self.store.log_key, self.store.witness_keys)
        report = verify_store(self.services, keys, held=held)
        return {str(found.code) for found in report.log.findings}

    def rewrite(self, instead: Mapping[bytes, bytes]) -> None:
        """Rewrite history with other words in it: events, nodes and head agree again."""
        rows = self.raw.exec_driver_sql("SELECT seq, body FROM events ORDER BY seq").all()
        leaves = []
        for seq, stored in rows:
            body = bytes(stored)
            for old, new in instead.items():
                body = body.replace(old, new)
            leaves.append(leaf_hash(body))
            self.run("UPDATE events SET body = :body WHERE seq = :seq", body=body, seq=seq)
        frontier, nodes = append_many(EMPTY, leaves)
        for node in nodes:
            self.run(
                "UPDATE log_nodes SET digest = :d WHERE level = :l AND node_index = :i",
                d=node.digest,
                l=node.level,
                i=node.index,
            )
        self.run("UPDATE log_head SET frontier = :f", f=b"".join(frontier.digests))

    def foreign_payload(self) -> bytes:
        """Return a body sealed with the store's keys, as a thief of the keys could."""
        place = Place("payloads", "evidence")
        (stored,), keys = seal_many(self.store.vault, place, [(1, b"forged")])
        self.store.keys.add_many(keys)
        return stored

    def error_of_opening(self, kind: str) -> str | None:
        """Open every payload of a kind; return the code of the error, if any."""
        rows = self.raw.execute(
            text(
                "SELECT payload_id, body FROM payloads WHERE kind = :kind UNION ALL"
                " SELECT payload_id, body FROM withheld_payloads WHERE kind = :kind"
            ),
            {"kind": kind},
        ).all()
        try:
            self.store.vault.look_into(
                Place("payloads", kind), [(row[0], bytes(row[1])) for row in rows]
            )
        except LinkingError as error:
            return error.code
        return None


@contextmanager
def past_triggers(database_url: str) -> Iterator[Connection]:
    """Yield a connection that no trigger or reference holds back.

    What it does not commit is undone, and the triggers are there again in any case.
    """
    dropped: Triggers = ()
    with connection(database_url) as raw:
        raw.begin()
        if raw.dialect.name == "sqlite":
            dropped = drop_triggers(raw)
            raw.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            raw.execute(text("SET session_replication_role = replica"))
        yield raw
        raw.rollback()
        if raw.dialect.name == "postgresql":
            raw.execute(text("SET session_replication_role = origin"))
        elif not raw.execute(_TRIGGERS).first():
            give_back(raw, dropped)
            raw.commit()


Triggers = Sequence[Mapping[str, Any]]
_TRIGGERS = text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
_NO_TRIGGERS = text("DELETE FROM sqlite_master WHERE type = 'trigger'")
_A_TRIGGER = text("INSERT INTO sqlite_master VALUES ('trigger', :name, :tbl_name, 0, :sql)")


def drop_triggers(raw: Connection) -> Triggers:
    """Drop the triggers of SQLite, some hundreds, at once; return them.

    One by one, they take a third of the time of a verification of a small store.
    """
    dropped = [dict(row) for row in raw.execute(_TRIGGERS).mappings()]
    with _written_schema(raw):
        raw.execute(_NO_TRIGGERS)
    return dropped


def give_back(raw: Connection, dropped: Triggers) -> None:
    """Have the triggers of SQLite that were dropped again."""
    with _written_schema(raw):
        raw.execute(_A_TRIGGER, dropped)


@contextmanager
def _written_schema(raw: Connection) -> Iterator[None]:
    """Let the schema be written as a table, and read it anew."""
    raw.execute(text("PRAGMA writable_schema = ON"))
    yield
    raw.execute(text("PRAGMA writable_schema = RESET"))


@contextmanager
def undoing(raw: Connection) -> Iterator[None]:
    """Undo what is done in between."""
    point = raw.begin_nested()
    try:
        yield
    finally:
        point.rollback()


@contextmanager
def hand_in(store: LinkedStore) -> Iterator[Hand]:
    """Give access to the database while the context lasts; all its changes are undone."""
    with past_triggers(store.database_url) as raw:
        yield Hand(store, raw)
