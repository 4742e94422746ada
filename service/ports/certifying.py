"""The office's key and the printing press, as certificates need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.certificates import CertificateContent


class CertificateSigner(Protocol):
    """Signs credentials with the key of the office. Thread-safe."""

    @property
    def key(self) -> str:
        """The public key as a multikey, to be published."""

    def short(self, content: CertificateContent) -> str:
        """Return the signed first lines as the text of a QR code (COSE_Sign1, base 45).

        Raises PdfNotInstalledError without its library.
        """

    def signed(self, document: dict[str, Any], created: datetime) -> dict[str, Any]:
        """Return a credential with its proof (eddsa-jcs-2022)."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Parts of a printed certificate besides its content."""

    office: str
    address: str
    """Address of the page on which anybody checks a certificate."""
    code: str
    short: str
    """The signed first lines, for a second QR code."""
    credential: bytes
    """The signed credential as JSON, embedded in the document."""
    issued_at: datetime
    signatory: str = ""
    """The role in whose name the office signs."""
    portrait: bytes = b""
    """The photograph of the holder, a JPEG; empty for applications that brought none."""


class DocumentSeal(Protocol):
    """Seals documents. Thread-safe."""

    @property
    def certificate_sha256(self) -> str:
        """SHA-256, hexadecimal, of the certificate of the seal: credentials state it."""

    @property
    def level(self) -> str:
        """The level of the seal in PAdES: `B-B`, `B-T` or `B-LTA`."""

    def sealed(self, document: bytes) -> bytes:
        """Return a PDF with the seal; raises PdfNotInstalledError without its libraries."""


class CertificatePrinter(Protocol):
    """Makes the document of a certificate. Thread-safe."""

    def __call__(self, content: CertificateContent, printed: Printed) -> bytes:
        """Return the document, a PDF; raises PdfNotInstalledError without its libraries."""
