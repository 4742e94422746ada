"""Custody of a store's keys, used but never read, to sign the log and make certificates."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.requests.certificates import CertificateContent
from domain.store_secrets import Mac, StoreSecret
from service.provenance.log.checkpoints import Checkpoint, SignedCheckpoint
from service.provenance.log.note_keys import NoteKey, VerifierKey
from service.provenance.vault.key_stores import Wrapping

RootAt = Callable[[int], bytes]
"""Returns the root (32 bytes) over the first events of the log, up to a given event number."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last checkpoint that a key signed."""

    checkpoint: Checkpoint
    written_at: datetime


class LogSigner(Protocol):
    """Signs checkpoints, but never two that contradict each other. Thread-safe."""

    @property
    def verifier(self) -> VerifierKey:
        """The public key, to be published; its name is the name of the log."""

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The public keys of the known witnesses."""

    def alone(self) -> AbstractContextManager[None]:
        """Return a context that excludes other signers, to read and sign the log in."""

    def sign(self, checkpoint: Checkpoint, root_at: RootAt) -> bytes:
        """Return the signed note of a checkpoint.

        Raises LogDamagedError when the log does not continue the last checkpoint that this key
        signed.
        """

    def remembered(self) -> Remembered | None:
        """Return the checkpoint that was signed last, or None if none is recorded with the key.

        Raises StateBehindError when that record is damaged or belongs to another key.
        """

    def witnessed(self) -> tuple[SignedCheckpoint, ...]:
        """Return the last checkpoints that witnesses published. Raises StateBehindError."""

    def accept(self, checkpoint: Checkpoint) -> bytes:
        """Return the signed note of a checkpoint that need not continue the last checkpoint.

        The record of the earlier checkpoint is kept beside the new record as evidence.
        """


class Signing(Protocol):
    """Signs with Ed25519 (RFC 8032). Thread-safe."""

    @property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes. Raises StoreUnavailableError."""


class Custody(Protocol):
    """Custody of the keys of a store: files, or a hardware security module. Thread-safe.

    Every method raises StoreUnavailableError while the custody does not respond, and
    KeysMissingError for a key that does not exist.
    """

    def holds(self, secret: StoreSecret) -> bool:
        """Whether a key exists."""

    def make(self, secret: StoreSecret) -> None:
        """Create a key if it does not exist; an existing key is kept."""

    def place_of(self, secret: StoreSecret) -> str:
        """Return the name under which an operator can find the key."""

    def fingerprint(self, secret: StoreSecret) -> str:
        """Return the digest that identifies the key, hexadecimal."""

    def mac(self, secret: StoreSecret) -> Mac:
        """Return the function for keyed digests with a key."""

    def signing(self, secret: StoreSecret) -> Signing:
        """Return the signer that uses a key."""

    def wrapping(self) -> Wrapping | None:
        """Return the key that wraps payload keys, or None if payload keys are stored unwrapped."""

    def next_wrapping(self) -> tuple[Wrapping, str]:
        """Return the wrapping key to be used next, created on first use, and its fingerprint."""

    def is_wrapping_anew(self) -> bool:
        """Whether a change of the wrapping key was begun and not finished."""

    def adopt_next_wrapping(self) -> None:
        """Replace the wrapping key in use by the next wrapping key; the old key is then gone."""

    def holds_log_key(self) -> bool:
        """Whether the signing key of the log exists."""

    def log_key(self, name: str) -> NoteKey:
        """Return the signing key of the log, created on first use. Raises ConfigurationError."""


class CertificateSigner(Protocol):
    """Signs credentials with the key of the office. Thread-safe."""

    @property
    def key(self) -> str:
        """The public key in Multikey format, for publication."""

    def short(self, content: CertificateContent) -> str:
        """Return the signed first lines as the text of a QR code (COSE_Sign1, base 45).

        Raises PdfNotInstalledError without the library for it.
        """

    def signed(self, document: dict[str, Any], created: datetime) -> dict[str, Any]:
        """Return a credential with a proof added (eddsa-jcs-2022)."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a printed certificate shows or embeds in addition to the certificate's own data."""

    office: str
    address: str
    """Address of the page on which anyone can check a certificate."""
    code: str
    short: str
    """The signed first lines of the certificate, for a second QR code."""
    credential: bytes
    """The signed credential as JSON, embedded in the document."""
    issued_at: datetime
    signatory: str = ""
    """The role that signs on behalf of the office."""
    portrait: bytes = b""
    """The photograph of the holder, a JPEG; empty if the application included none."""


class DocumentSeal(Protocol):
    """Seals documents. Thread-safe."""

    @property
    def certificate_sha256(self) -> str:
        """SHA-256, hexadecimal, of the seal's certificate; credentials state this digest."""

    @property
    def level(self) -> str:
        """The PAdES level of the seal: `B-B`, `B-T` or `B-LTA`."""

    def sealed(self, document: bytes) -> bytes:
        """Return the PDF with a seal. Raises PdfNotInstalledError without the libraries."""


class CertificatePrinter(Protocol):
    """Makes the document of a certificate. Thread-safe."""

    def __call__(self, content: CertificateContent, printed: Printed) -> bytes:
        """Return the document, a PDF. Raises PdfNotInstalledError without the libraries."""
