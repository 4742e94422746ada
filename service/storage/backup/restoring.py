"""Restores a backup in one transaction, and repeats later erasures and withdrawals of access.

The key store is kept apart and is newer than the backup; it remembers both. A payload whose key
was destroyed on purpose stays erased even if the backup holds the payload, and a revoked token
stays revoked.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Column, Connection, MetaData, Table, delete, inspect, select
from sqlalchemy.engine.reflection import Inspector

from domain.errors import BackupDamagedError, StorePart
from domain.events.catalogue import NewEvent
from domain.ids import PersonId
from domain.outages import KeysMissingError
from prints.vectors.codec import VectorCodec
from service.provenance.vault.key_stores import Access, Withdrawal, WithdrawnAgain
from service.provenance.vault.vault import Vault
from service.storage.backup.backup import BackupReader, payload_pages, read_backup
from service.storage.backup.withdrawing import withdraw_again
from service.storage.engine.engines import commit
from service.storage.engine.migrate import upgrade_connection
from service.storage.engine.rows import Among
from service.storage.log.head import number
from service.storage.people.erasure import erase_person
from service.storage.tables.metadata import METADATA
from service.storage.tables.people import encounters, persons
from service.storage.tables.workbench import sessions
from service.storage.transaction import Transaction, transaction_on

_OF_MIGRATIONS = "alembic_version"


def present_columns() -> Mapping[str, tuple[str, ...]]:
    """Return the columns of each table of the current schema, in order."""
    return {table.name: tuple(table.columns.keys()) for table in METADATA.sorted_tables}


def tables_in(connection: Connection) -> tuple[Table, ...]:
    """Return the tables of a database with an earlier schema, in an order for inserting rows."""
    look = inspect(connection)
    names = [name for name in look.get_table_names() if name != _OF_MIGRATIONS]
    found = {
        name: tuple(str(column["name"]) for column in look.get_columns(name)) for name in names
    }
    return _tables(look, {name: found[name] for name in sorted(found, key=_place)})


def tables_of(connection: Connection, columns: Mapping[str, tuple[str, ...]]) -> tuple[Table, ...]:
    """Return the tables of a backup, all of which the database also has, in the backup's order.

    Raises BackupDamagedError for a table or column that is missing from the database's schema.
    """
    look = inspect(connection)
    there = set(look.get_table_names()) - {_OF_MIGRATIONS}
    for table, names in columns.items():
        held = {str(each["name"]) for each in look.get_columns(table)} if table in there else set()
        if not held or not held.issuperset(names):
            raise BackupDamagedError(
                "The backup contains tables that do not belong to its schema: use another backup."
            )
    return _tables(look, columns)


def _tables(look: Inspector, columns: Mapping[str, Sequence[str]]) -> tuple[Table, ...]:
    apart = MetaData()
    return tuple(_table(look, apart, name, names) for name, names in columns.items())


def _table(look: Inspector, apart: MetaData, name: str, columns: Sequence[str]) -> Table:
    """Return a table whose columns have their current type, or their old type if removed since."""
    known = METADATA.tables.get(name)
    types = {} if known is None else {each.name: each.type for each in known.columns}
    found = {str(each["name"]): each["type"] for each in look.get_columns(name)}
    keys = set(look.get_pk_constraint(name)["constrained_columns"])
    return Table(
        name,
        apart,
        *(
            Column(each, types.get(each, found[each]), primary_key=each in keys)
            for each in columns
        ),
    )


def _place(name: str) -> tuple[int, str]:
    order = [table.name for table in METADATA.sorted_tables]
    return (order.index(name) if name in order else len(order), name)


_REF_BYTES = 16
"""An encrypted body begins with a reference to its key, of this many bytes."""

EventsOfRestore = Callable[[Sequence[PersonId], Sequence[WithdrawnAgain]], Sequence[NewEvent]]
"""Returns the events for the repeated erasures and withdrawals."""


class KeyMemory(Protocol):
    """The key store's memory of destroyed keys and withdrawn access."""

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed, and which were never in this key store."""

    def withdrawals(self) -> Sequence[Withdrawal]:
        """Return all access that has ever been withdrawn."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The erasures and withdrawals that a restore has repeated."""

    persons: int
    payloads: int
    withdrawn: Mapping[Access, int]
    """The number of withdrawals of each kind; kinds without any are left out."""


def restore(  # noqa: PLR0913 - the store's parts, each by its name
    connection: Connection,
    backup: BackupReader,
    *,
    tables: Sequence[Table],
    codec: VectorCodec,
    vault: Vault,
    keys: KeyMemory,
    events_of: EventsOfRestore,
) -> Restored:
    """Fill an empty database, then repeat erasures and withdrawals, all in one transaction.

    `tables` are the tables of the backup. A schema of an earlier release is upgraded in the
    process. Raises ConflictError when the database is not empty, KeysMissingError when the keys
    are older than the backup, BackupDamagedError for a backup that is truncated or changed.
    """
    read_backup(connection, backup, tables)
    upgrade_connection(connection)
    # It is not known which sessions have since ended, so everybody must sign in again.
    connection.execute(delete(sessions))
    transaction = transaction_on(connection, codec, vault)
    erased = _erased_payloads(connection, keys)
    gone = _erase(transaction, erased)
    withdrawn = withdraw_again(transaction, keys.withdrawals())
    number(connection, events_of(gone, withdrawn), transaction.changes)
    transaction.committing()
    commit(connection)
    transaction.payloads.committed()
    counts = Counter(again.access for again in withdrawn)
    return Restored(persons=len(gone), payloads=len(erased), withdrawn=counts)


def _erase(transaction: Transaction, payload_ids: Sequence[int]) -> list[PersonId]:
    """Erase the persons whose captures are among these payloads, and all these payloads."""
    gone = _persons_of(transaction.connection, payload_ids)
    for person_id in gone:
        erase_person(transaction, person_id)
    transaction.payloads.delete(payload_ids)
    return gone


def _erased_payloads(connection: Connection, keys: KeyMemory) -> list[int]:
    erased: list[int] = []
    for page in payload_pages(connection):
        refs = {body[:_REF_BYTES].hex(): payload_id for payload_id, body in page}
        destroyed, missing = keys.destroyed_and_missing(list(refs))
        if missing:
            raise KeysMissingError(
                "Some keys that this backup needs are missing: restore the newest backup"
                " of the keys first.",
                part=StorePart.KEYS,
            )
        erased += [refs[ref] for ref in destroyed]
    return sorted(erased)


def _persons_of(connection: Connection, payload_ids: Sequence[int]) -> list[PersonId]:
    """Return the persons whose captures are among these payloads, in the order of their rows."""
    query = (
        select(persons.c.person_row, persons.c.person_id)
        .join(encounters, encounters.c.person_row == persons.c.person_row)
        .where(Among(encounters.c.payload_id, "ids"))
    )
    found = {row: PersonId(i) for row, i in connection.execute(query, {"ids": payload_ids})}
    return [found[row] for row in sorted(found)]
