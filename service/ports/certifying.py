"""Interfaces for signing, sealing and printing certificates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.requests.certificates import CertificateContent


class CertificateSigner(Protocol):
    """Signs credentials with the key of the office. Thread-safe."""

    @property
    def key(self) -> str:
        """The public key in Multikey format, for publication."""

    def short(self, content: CertificateContent) -> str:
        """Return the signed first lines as the text of a QR code (COSE_Sign1, base 45).

        Raises PdfNotInstalledError when the library for it is not installed.
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
        """Return the PDF with a seal.

        Raises PdfNotInstalledError when the libraries are missing.
        """


class CertificatePrinter(Protocol):
    """Makes the document of a certificate. Thread-safe."""

    def __call__(self, content: CertificateContent, printed: Printed) -> bytes:
        """Return the document, a PDF.

        Raises PdfNotInstalledError when the libraries are missing.
        """
