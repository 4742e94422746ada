"""Signed checkpoints on a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from domain.errors import NotFoundError
from service.storage.engine.rows import AnyRow
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.log import checkpoints, cosignatures
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A signed note by the log, and how many events it covers."""

    size: int
    note: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredCosignature:
    """A note as a witness gave it back, under its size and the name of the witness."""

    size: int
    witness: str
    note: bytes


# Built once: every proof asks for it.
_LATEST = select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)


class Checkpoints(TransactionPart):
    """Notes are written once; a witness's signature is a row beside the note."""

    def add(self, checkpoint: StoredCheckpoint) -> bool:
        """Store a checkpoint; returns False, and keeps the first, when the size has one."""
        row = {
            "size": checkpoint.size,
            "note": checkpoint.note,
            "signed_at": checkpoint.signed_at,
        }
        return insert_unless_taken(self._connection, checkpoints, row, key=("size",))

    def latest(self) -> StoredCheckpoint | None:
        """Return the checkpoint that covers most."""
        return _maybe(self._connection.execute(_LATEST).first())

    def covering(self, size: int) -> StoredCheckpoint | None:
        """Return the first checkpoint that covers at least this many events."""
        query = select(checkpoints).where(checkpoints.c.size >= size)
        return _maybe(
            self._connection.execute(query.order_by(checkpoints.c.size).limit(1)).first()
        )

    def every(self) -> Iterator[StoredCheckpoint]:
        """Yield all checkpoints, smallest first."""
        query = select(checkpoints).order_by(checkpoints.c.size)
        for row in self._connection.execute(query):
            yield _checkpoint(row)

    def add_cosigned(self, size: int, witness: str, note: bytes) -> bool:
        """Store a cosigned note; returns False when this size has one already.

        Raises NotFoundError when there is no checkpoint of this size.
        """
        known = select(checkpoints.c.size).where(checkpoints.c.size == size)
        if self._connection.execute(known).first() is None:
            raise NotFoundError
        row = {"size": size, "witness": witness, "note": note}
        return insert_unless_taken(self._connection, cosignatures, row, key=("size", "witness"))

    def cosigned(self) -> Iterator[StoredCosignature]:
        """Yield everything that witnesses gave back, smallest size first."""
        query = select(cosignatures).order_by(cosignatures.c.size, cosignatures.c.witness)
        for row in self._connection.execute(query):
            yield StoredCosignature(row.size, row.witness, bytes(row.note))

    def newest_cosigned(self) -> tuple[bytes, ...]:
        """Return the note of each witness that covers most."""
        furthest = (
            select(cosignatures.c.witness, func.max(cosignatures.c.size).label("size"))
            .group_by(cosignatures.c.witness)
            .subquery()
        )
        query = select(cosignatures.c.note).join(
            furthest,
            (cosignatures.c.witness == furthest.c.witness)
            & (cosignatures.c.size == furthest.c.size),
        )
        return tuple(map(bytes, self._connection.scalars(query.order_by(cosignatures.c.witness))))


def _maybe(row: AnyRow | None) -> StoredCheckpoint | None:
    return None if row is None else _checkpoint(row)


def _checkpoint(row: AnyRow) -> StoredCheckpoint:
    return StoredCheckpoint(row.size, bytes(row.note), row.signed_at)
