"""Signed checkpoints as they are stored with the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A signed note by the log, and how many events it covers."""

    size: int
    note: bytes
    signed_at: datetime


class CheckpointRepository(Protocol):
    """Notes are written once; what a witness adds is a row beside the note."""

    def add(self, checkpoint: StoredCheckpoint) -> bool:
        """Store a checkpoint; returns False, and keeps the first, when the size has one."""

    def latest(self) -> StoredCheckpoint | None:
        """Return the checkpoint that covers most."""

    def covering(self, size: int) -> StoredCheckpoint | None:
        """Return the first checkpoint that covers at least so many events."""

    def every(self) -> Iterator[StoredCheckpoint]:
        """Yield all checkpoints, smallest first."""

    def add_cosigned(self, size: int, witness: str, note: bytes) -> bool:
        """Store what a witness gave back; returns False when it has done so for this size.

        Raises NotFoundError when there is no checkpoint of this size.
        """

    def cosigned(self) -> Iterator[tuple[int, bytes]]:
        """Yield (size, note) of everything that witnesses gave back, smallest size first."""
