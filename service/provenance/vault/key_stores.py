"""What the vault needs of a key store: keys, their wrapping, records of erasures and withdrawn
access; and what a sealed payload is bound to.

A backup of the database does not include later revocations. The key store is newer and does, so
that a restore does not give access back. The record has opaque ids and digests that the log also
publishes: no personal data and no secrets.

A payload is bound to its place, its number and its owner: one text, of the column that refers to
the payload and the key of its row. A row cannot open the payload of another owner, whoever wrote
the row.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.ids import ForceCode


class Access(StrEnum):
    """A kind of access or message that can be withdrawn permanently.

    Each comment states what identifies access of this kind.
    """

    TOKEN = "token"  # noqa: S105 - a kind of access, not a secret
    """The token's id."""
    CLIENT = "client"
    """The client's id."""
    CLIENT_KEY = "client-key"
    """The key's id."""
    ACCOUNT = "account"
    """The account's id; an account that was disabled is never enabled again."""
    PASSWORD = "password"  # noqa: S105 - as above
    """The digest of the account's row while it had the password; it changes with the password."""
    SUBJECT = "subject"
    """The id of the link between a subject of the identity provider and an account."""
    SECOND_FACTOR = "second-factor"
    """The second factor's id."""
    WEBHOOK = "webhook"
    """The id of the webhook's endpoint."""
    WEBHOOK_SECRET = "webhook-secret"  # noqa: S105 - as above
    """The endpoint's id, a colon, and the number of the version that was replaced."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Access that was ordered to be withdrawn, and the time of the order."""

    access: Access
    ref: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawnAgain:
    """Access that a restored backup still gave, and that was withdrawn again."""

    access: Access
    about: tuple[str, ...]
    """Opaque ids, beginning with the row's id."""
    force: ForceCode | None = None
    """The force whose client or webhook it was."""
    row_sha256: str = ""
    """New digest of the row, for an account that now has no password, and for a webhook."""
    secret_version: int = 0
    """New version of the secret, for a webhook."""


class KeyRows(Protocol):
    """A connection to the tables of a key store, with the methods of SQLite's connections."""

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Any:
        """Run a statement with question marks for its values."""

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Any:
        """Run a statement once for each row of values."""

    def commit(self) -> None:
        """Commit the transaction durably."""

    def rollback(self) -> None:
        """Roll the transaction back."""

    def close(self) -> None:
        """Close the connection."""


class KeyStore(Protocol):
    """Stores item keys: separately from the payloads, and with a separate backup."""

    def add_many(self, keys: Mapping[str, bytes]) -> None:
        """Store keys of 64 bytes, durably. Raises VaultDamagedError if a reference is in use."""

    def get_many(self, refs: Sequence[str]) -> Mapping[str, bytes]:
        """Return the key of every reference.

        Raises PayloadErasedError if a key was destroyed, VaultDamagedError if a key is missing.
        """

    def destroy(self, refs: Sequence[str], *, at: datetime) -> None:
        """Destroy keys permanently, and record that this was done on purpose, and when.

        Destroying a key again has no effect. Raises VaultDamagedError for an unknown key.
        """


class Wrapping(Protocol):
    """Wraps item keys under one key, so that a copy of the store opens no payload. Thread-safe."""

    def wrapped(self, key: bytes, ref: str) -> bytes:
        """Return a 64-byte key, wrapped and bound to its reference; the wrapped key is longer."""

    def unwrapped(self, stored: bytes, ref: str) -> bytes:
        """Return the key; raises VaultDamagedError for a wrong wrapping key or reference."""


class Memory(KeyStore, Protocol):
    """A key store that records more: erasures in progress, and withdrawn access."""

    def doom(self, places: Mapping[str, str]) -> None:
        """Record, durably, that these keys are about to be destroyed, and their places."""

    def doomed(self) -> Mapping[str, str]:
        """Return the place of every key that is still marked for destruction."""

    def spare(self, refs: Sequence[str]) -> None:
        """Cancel the planned destruction of these keys."""

    def withdraw(self, refs: Collection[tuple[Access, str]], *, at: datetime) -> None:
        """Record, durably before it returns, that access is withdrawn; the first time is kept.

        Call this before the commit of the withdrawal. A crash in between leaves a record of a
        withdrawal that was ordered but not stored: the access stays until it is withdrawn again,
        or until a restore withdraws it. In the opposite order, a withdrawal could be forgotten.
        """

    def withdrawals(self) -> tuple[Withdrawal, ...]:
        """Return all recorded withdrawals, in a fixed order."""

    def demands_bound(self) -> bool:
        """Whether every payload must be bound to the rows that own it."""

    def destroyed_and_missing(self, refs: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which of these keys were destroyed on purpose, and which were never stored."""


def settle_doomed(
    keys: Memory, is_held: Callable[[str], bool], *, at: datetime
) -> tuple[int, int]:
    """After a crash, finish the erasures that had begun; return (destroyed, spared).

    An erasure marks its keys for destruction, deletes the payloads in its transaction, and
    destroys the keys once the transaction is durable. `is_held` returns whether the payload at a
    place still exists: if it does, the transaction was rolled back and the key is spared; if not,
    the key is destroyed. Call this at the start, while no erasure is in progress.
    """
    doomed = keys.doomed()
    kept = {ref for ref, place in doomed.items() if is_held(place)}
    gone = doomed.keys() - kept
    keys.spare(sorted(kept))
    keys.destroy(sorted(gone), at=at)
    return len(gone), len(kept)


SEPARATOR = "\x1f"
"""Separates the parts of an owner; ids have no control characters."""

BETWEEN = b"\x1e"
"""Separates owners: a capture that a merge has moved is in two rows."""

MARK = b"bound/2\n"
"""Begins the data after the commitment, in a payload that is bound to its owners.

The length of the owners' names (two bytes) and the names follow. Payloads of earlier releases have
a random nonce here instead, and are bound only to their number.
"""

NAMES_AT = len(MARK) + 2

NOBODY = ""
"""The owner if no row was given."""

ANYBODY = "*"
"""Stands for every owner, when all payloads are checked by number."""


class Named(int):
    """The number of a payload, with the row that refers to it."""

    owner: str = NOBODY


def named(number: int, owner: str) -> Named:
    """Return a number together with the row that refers to it."""
    made = Named(number)
    made.owner = owner
    return made


def owner_text(column: str, key: Iterable[Any]) -> str:
    """Return an owner: `table.column` and the values of its key."""
    return SEPARATOR.join((column, *map(str, key)))


def owners_in(rest: bytes) -> tuple[str, ...]:
    """Return the owners named in the data after a commitment; none for an earlier release.

    The owners are proved only if the payload opens.
    """
    if not rest.startswith(MARK):
        return ()
    end = NAMES_AT + int.from_bytes(rest[len(MARK) : NAMES_AT])
    return tuple(one.decode() for one in rest[NAMES_AT:end].split(BETWEEN))
