"""Restoring a backup in one transaction, and erasing again what was erased after it was made.

The memory of erasures is the key store, which lies apart and is younger than the backup: a payload
whose key was destroyed on purpose was erased, whatever the backup still holds of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from sqlalchemy import Connection, delete, select

from domain.errors import VaultDamagedError
from domain.events import NewEvent
from domain.ids import PersonId
from service.storage.backup import payload_pages, read_backup
from service.storage.engines import commit
from service.storage.erasure import erase_person
from service.storage.log_head import number
from service.storage.membership import Among
from service.storage.payloads import Sealer
from service.storage.tables.people import encounters, persons
from service.storage.tables.workbench import sessions
from service.storage.transaction import transaction_on

_REF_BYTES = 16
"""A sealed body begins with the reference of its key."""


class KeyMemory(Protocol):
    """What the key store knows of keys."""

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed, and which were never here."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was erased again."""

    persons: int
    payloads: int


def restore(
    connection: Connection,
    stream: BinaryIO,
    *,
    sealer: Sealer,
    keys: KeyMemory,
    events_of: Callable[[Sequence[PersonId]], Sequence[NewEvent]],
) -> Restored:
    """Fill an empty database and erase again; all of it is durable or nothing has happened.

    `events_of` returns what the log says of the persons erased again. Raises ConflictError when
    the database is not empty, VaultDamagedError when the keys are older than the backup.
    """
    read_backup(connection, stream)
    # Which of them were ended since is not known: everybody signs in again.
    connection.execute(delete(sessions))
    erased = _erased_payloads(connection, keys)
    gone = _persons_of(connection, erased)
    transaction = transaction_on(connection, sealer)
    for person_id in gone:
        erase_person(transaction, person_id)
    transaction.payloads.delete(erased)
    number(connection, events_of(gone), transaction.changes)
    transaction.payloads.committing()
    commit(connection)
    transaction.payloads.committed()
    return Restored(persons=len(gone), payloads=len(erased))


def _erased_payloads(connection: Connection, keys: KeyMemory) -> list[int]:
    erased: list[int] = []
    for page in payload_pages(connection):
        refs = {body[:_REF_BYTES].hex(): payload_id for payload_id, body in page}
        destroyed, missing = keys.destroyed_and_missing(list(refs))
        if missing:
            raise VaultDamagedError("Keys are missing: the backup of the keys is older, or lost.")
        erased += [refs[ref] for ref in destroyed]
    return sorted(erased)


def _persons_of(connection: Connection, payload_ids: Sequence[int]) -> list[PersonId]:
    """Return those whose captures are among the erased, in the order of their rows."""
    query = (
        select(persons.c.person_row, persons.c.person_id)
        .join(encounters, encounters.c.person_row == persons.c.person_row)
        .where(Among(encounters.c.payload_id, "ids"))
    )
    found = {row: PersonId(i) for row, i in connection.execute(query, {"ids": payload_ids})}
    return [found[row] for row in sorted(found)]
