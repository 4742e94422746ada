"""The parts of certificates besides the store: the key, the press, and the published address."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Actor, Caller, Purpose, Role
from domain.ids import UserId
from service.ports.certifying import CertificatePrinter, CertificateSigner, DocumentSeal
from service.ports.signing import LogSigner

CHECKER = Caller(
    Actor(UserId("certificate-check"), Role.ADMINISTRATOR, None, frozenset()),
    Purpose.RECORD_MANAGEMENT,
)
"""The actor of a check by anybody: nothing is known of the caller."""


@dataclass(frozen=True, slots=True)
class CertificateDesk:
    """The tools that make certificates. Thread-safe."""

    signer: CertificateSigner
    press: CertificatePrinter
    seal: DocumentSeal
    log: LogSigner
    """Signs the log, so that a certificate carries the proof of its release."""
    office: str
    """The name of the office, as it is printed."""
    address: str
    """The published address before `/certificates`, without a slash at its end."""
    signatory: str = ""
    """The role in whose name certificates are signed."""

    @property
    def check_address(self) -> str:
        """The page on which anybody checks a certificate."""
        return f"{self.address}/certificates"
