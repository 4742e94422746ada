"""The custody of a store's keys, which are used and not read, and the signature of the log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.keyed import Mac
from domain.store_secrets import StoreSecret
from service.provenance.log.checkpoints import Checkpoint, SignedCheckpoint
from service.provenance.log.note_keys import NoteKey, VerifierKey
from service.provenance.vault.key_stores import Wrapping

RootAt = Callable[[int], bytes]
"""Return the root (32 bytes) of the first events, up to a number of the log."""


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


class Signing(Protocol):
    """Signs by Ed25519 (RFC 8032). Thread-safe."""

    @property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes; raises StoreUnavailableError."""


class Custody(Protocol):
    """Where the keys of a store are kept: files, or a hardware security module. Thread-safe.

    Every method raises StoreUnavailableError while the custody does not answer, KeysMissingError
    for a key that is not there.
    """

    def holds(self, secret: StoreSecret) -> bool:
        """Whether a key is there."""

    def make(self, secret: StoreSecret) -> None:
        """Make a key that is not there; an existing one is kept."""

    def place_of(self, secret: StoreSecret) -> str:
        """Return the name under which an operator finds the key."""

    def fingerprint(self, secret: StoreSecret) -> str:
        """Return the digest by which a key is known, hexadecimal."""

    def mac(self, secret: StoreSecret) -> Mac:
        """Return the keyed digests of a key."""

    def signing(self, secret: StoreSecret) -> Signing:
        """Return the signatures of a key."""

    def wrapping(self) -> Wrapping | None:
        """Return what wraps the keys of payloads; None where they are kept as they are."""

    def next_wrapping(self) -> tuple[Wrapping, str]:
        """Return the wrapping key that is to follow, made on first use, and its fingerprint."""

    def adopt_next_wrapping(self) -> None:
        """Let the next wrapping key take the place of the one in force, which is gone then."""

    def holds_log_key(self) -> bool:
        """Whether the signing key of the log is there."""

    def log_key(self, name: str) -> NoteKey:
        """Return the signing key of the log, made on first use; raises ConfigurationError."""
