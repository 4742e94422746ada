"""The signature of the log, from a key that lies apart from the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from service.provenance.log.checkpoints import SignedCheckpoint
from service.provenance.log.note_keys import VerifierKey
from service.provenance.log.tree_heads import Checkpoint

RootAt = Callable[[int], bytes]
"""Returns the root (32 bytes) of the first so many events of the log."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The checkpoint that a key signed last."""

    checkpoint: Checkpoint
    written_at: datetime


class LogSigner(Protocol):
    """Signs checkpoints, never two that contradict each other. Thread-safe."""

    @property
    def verifier(self) -> VerifierKey:
        """The public half, to be published; its name is the name of the log."""

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The public keys of the known witnesses."""

    def alone(self) -> AbstractContextManager[None]:
        """Return a context that excludes other signers: the log is read and signed inside it."""

    def sign(self, checkpoint: Checkpoint, root_at: RootAt) -> bytes:
        """Return the signed note of a checkpoint.

        Raises LogDamagedError when the log does not continue the last checkpoint of this key.
        """

    def remembered(self) -> Remembered | None:
        """Return the checkpoint that was signed last, None when none is remembered.

        Raises StateBehindError when the memory is damaged or of another key.
        """

    def witnessed(self) -> tuple[SignedCheckpoint, ...]:
        """Return the last checkpoints that witnesses publish; raises StateBehindError."""

    def accept(self, checkpoint: Checkpoint) -> bytes:
        """Return the signed note of a checkpoint that need not continue the last one.

        The earlier memory is kept beside the new one as evidence.
        """
