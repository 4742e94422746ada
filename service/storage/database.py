"""The entry point of the storage: one object for each database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import BinaryIO

from sqlalchemy import Engine, insert

from domain.errors import ConfigurationError, ConflictError
from prints.vectors.codec import VectorCodec
from service.outages import PROBE_BYTES
from service.provenance.vault.vault import Vault
from service.storage.backup import restoring
from service.storage.backup.backup import BackupReader, Written, write_backup
from service.storage.backup.increments import BackupList
from service.storage.engine import engines, migrate
from service.storage.engine.settings import DatabasePlace, DatabaseSettings, demand_binding_role
from service.storage.loading.bulk import BulkWriter
from service.storage.sealed.belonging import StoreKeys, check_keys
from service.storage.sealed.payloads import holds_payload
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import payloads
from service.storage.unit_of_work import UnitOfWork, WritingUnit


class Database:
    """A database by its URL. Thread-safe; connections are opened when needed.

    `url` is `sqlite:///FILE` or `postgresql+psycopg://...`; `codec` reads and writes templates in
    the gallery's format. With `encrypt`, every payload is encrypted under its own key; `on_close`
    closes the key store. Raises InvalidInputError for any other kind of database.
    """

    def __init__(
        self,
        url: str,
        *,
        codec: VectorCodec,
        settings: DatabaseSettings | None = None,
        encrypt: Vault | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        given = settings or DatabaseSettings()
        self._engine = engines.open_engine(url, given)
        self._turn = _turn_to_write(self._engine, given)
        self._codec = codec
        self._vault = encrypt
        self._on_close = on_close
        self.file = engines.sqlite_file(url)
        """The file of an SQLite database; None for other databases."""
        self._place = DatabasePlace(self.file)

    def units_of_work(self) -> UnitsOfWork:
        """Return the factory of units of work."""
        return UnitsOfWork(self._engine, self._codec, self._vault, self._turn, place=self._place)

    def bulk_writer(self) -> BulkWriter:
        """Return the writer with which a loader stores thousands of people at a time."""
        return BulkWriter(
            partial(engines.read_connection, self._engine),
            partial(engines.write_connection, self._engine),
            self._codec,
            self._vault,
        )

    def read_as(self, codec: VectorCodec) -> None:
        """Use this codec for templates from now on; it must fit the format of the database."""
        self._codec = codec

    def template_format(self) -> str | None:
        """Return the format label of the stored templates, or None when there are no templates."""
        with self.units_of_work().read() as unit:
            return unit.encounters.template_format()

    def demand_format(self, label: str) -> None:
        """Check the format of stored templates. Raises ConfigurationError for another."""
        held = self.template_format()
        if held not in {None, label}:
            raise ConfigurationError(
                f"The store holds templates of the format {held}, but the service is set "
                f"to {label}: set IDENTLINK_TEMPLATE_FORMAT to {held}, or use another "
                "store."
            )

    def upgrade(self) -> None:
        """Upgrade the schema to the current version."""
        migrate.upgrade_engine(self._engine)

    def demand_schema(self) -> None:
        """Create the schema if there is none; an older schema is upgraded only by command.

        Raises ConfigurationError for an older schema.
        """
        is_current = self.is_current()
        if not is_current and migrate.has_none(self._engine):
            self.upgrade()
            is_current = self.is_current()
        self._place.demand()
        if not is_current:
            raise _out_of_date()

    def demand_current(self) -> None:
        """Raise ConfigurationError unless the schema is the version that this code needs."""
        if not self.is_current():
            raise _out_of_date()

    def demand_own_tables(self) -> None:
        """Raise ConfigurationError for tables of another program."""
        with engines.schema_connection(self._engine) as connection:
            migrate.demand_own_tables(connection)

    def has_schema(self) -> bool:
        """Whether there is a schema, current or older."""
        return not migrate.has_none(self._engine)

    def is_current(self) -> bool:
        """Whether the schema is the version that this code needs."""
        return migrate.is_current(self._engine)

    def demand_row_security(self) -> str:
        """Return how the rows of forces are kept apart.

        Raises ConfigurationError for a database role that row security does not bind.
        """
        with engines.read_connection(self._engine) as connection:
            return demand_binding_role(connection)

    def back_up(
        self, stream: BinaryIO, *, made_at: datetime, since: BackupList | None = None
    ) -> Written:
        """Write a snapshot of the database, or what changed in it since the backup of a list.

        No writer is blocked. Payloads stay encrypted.
        """
        self.demand_some_schema()
        is_past = not self.is_current()
        with (engines.schema_connection if is_past else engines.read_connection)(
            self._engine
        ) as connection:
            connection.begin()
            return write_backup(
                connection,
                stream,
                schema=migrate.schema_of(connection),
                made_at=made_at,
                tables=restoring.tables_in(connection) if is_past else METADATA.sorted_tables,
                since=since,
            )

    def demand_some_schema(self) -> None:
        """Raise ConfigurationError if the database is empty, with nothing to back up."""
        if migrate.has_none(self._engine):
            raise ConfigurationError(
                "The database is empty, so there is nothing to back up: check --store."
            )

    def build_schema(self, revision: str) -> None:
        """Create the schema of a backup in a database without a schema, or with this same schema.

        Raises ConfigurationError for a database with another schema.
        """
        with engines.schema_connection(self._engine) as connection:
            if migrate.schema_of(connection) not in {"", revision}:
                raise ConfigurationError(
                    "The database and the backup have different schemas: restore the backup into "
                    "an empty database."
                )
            migrate.upgrade_connection(connection, revision)
            engines.commit(connection)

    def restore(
        self,
        backup: BackupReader,
        *,
        keys: restoring.KeyMemory,
        events_of: restoring.EventsOfRestore,
    ) -> restoring.Restored:
        """Fill this empty database from a backup, then repeat later erasures and withdrawals.

        See `restoring`. Before the call the database must have the schema of the backup; after the
        call it has the current schema. Raises ConflictError when the keys of the vault are
        missing.
        """
        if self._vault is None:
            raise ConflictError(
                "The keys of the vault are missing: restore a backup together with its keys."
            )
        past = None if backup.columns == restoring.present_columns() else backup.columns
        with (engines.write_connection if past is None else engines.schema_connection)(
            self._engine
        ) as connection:
            connection.begin()
            return restoring.restore(
                connection,
                backup,
                tables=METADATA.sorted_tables
                if past is None
                else restoring.tables_of(connection, past),
                codec=self._codec,
                vault=self._vault,
                keys=keys,
                events_of=events_of,
            )

    def check_keys(self, keys: StoreKeys) -> None:
        """Refuse keys of another store, or older than the payloads; see `sealed.belonging`."""
        with engines.read_connection(self._engine) as connection:
            check_keys(connection, keys)

    def check_writable(self, *, is_thorough: bool) -> None:
        """Raise the outage that would prevent a commit; stores nothing.

        A thorough check on PostgreSQL writes a payload and rolls it back, so that a full disk is
        found.
        """
        self._place.demand()
        with self._turn(), engines.write_connection(self._engine) as connection:
            connection.begin()
            if is_thorough and connection.dialect.name == "postgresql":
                probe = {"payload_id": -1, "kind": "probe", "body": os.urandom(PROBE_BYTES)}
                connection.execute(insert(payloads).values(probe))
            connection.rollback()

    def settle_erasures(self) -> tuple[int, int]:
        """Finish erasures that a crash interrupted; return how many keys were (destroyed, spared).

        Call this when the only serving process starts, before it serves requests.
        """
        if self._vault is None:
            return 0, 0
        with engines.read_connection(self._engine) as connection:
            return self._vault.settle(lambda number: holds_payload(connection, number))

    def close(self) -> None:
        """Close all connections, and call `on_close`."""
        self._engine.dispose()
        if self._on_close is not None:
            self._on_close()


def _out_of_date() -> ConfigurationError:
    return ConfigurationError("The database schema is out of date: run `identlink db upgrade`.")


def _turn_to_write(
    engine: Engine, settings: DatabaseSettings
) -> Callable[[], AbstractContextManager[None]]:
    if engine.dialect.name != "sqlite":
        return nullcontext
    return engines.WriterTurn(settings.lock_timeout_ms).taken


@dataclass(frozen=True, slots=True)
class UnitsOfWork:
    """A factory of units of work on one engine. Thread-safe."""

    engine: Engine
    codec: VectorCodec
    vault: Vault | None
    turn: Callable[[], AbstractContextManager[None]] = nullcontext
    """Returns a context that lets one unit of this process write at a time."""
    may_write: Callable[[], None] = lambda: None
    """Called before each unit that may write; raises an error if writing is refused."""
    place: DatabasePlace = field(default_factory=lambda: DatabasePlace(None))

    def read(self) -> UnitOfWork:
        """Return a unit of work that only reads, and never blocks a writer."""
        return UnitOfWork(partial(engines.read_connection, self.engine), self.codec, self.vault)

    def write(self) -> UnitOfWork:
        """Return a unit of work that may commit. Raises the error that `may_write` raises, if any.

        Leaving without a commit rolls back. Raises DatabaseMissingError when the database file is
        no longer the file that was opened.
        """
        self.place.demand()
        self.may_write()
        return WritingUnit(
            partial(engines.write_connection, self.engine), self.codec, self.vault, self.turn
        )

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Yield a unit of work that commits at the end of its block, unless an error leaves it.

        Raises the errors of `write`.
        """
        with self.write() as unit:
            yield unit
            unit.commit()
