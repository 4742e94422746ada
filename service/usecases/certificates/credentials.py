"""Certificates as signed credentials: their claims, the published status lists, and the key."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.access.access import Actor, Caller, Purpose, Role
from domain.ids import CertificateId, DisclosureId, UserId
from domain.plain_values import plain
from domain.requests.certificates import CertificateContent, CheckAnswer
from service.ports.signing import CertificatePrinter, CertificateSigner, DocumentSeal, LogSigner
from service.provenance.credentials.checking import StatusPurpose, encoded_list
from service.provenance.credentials.data_integrity import did_of
from service.provenance.log.proofs import Receipt
from service.usecases.services import StoreServices

CHECKER = Caller(
    Actor(UserId("certificate-check"), Role.ADMINISTRATOR, None, frozenset()),
    Purpose.RECORD_MANAGEMENT,
)
"""The actor of a public check of a certificate: nothing is known about the caller."""


@dataclass(frozen=True, slots=True)
class CertificateDesk:
    """The tools for making certificates. Thread-safe."""

    signer: CertificateSigner
    press: CertificatePrinter
    seal: DocumentSeal
    log: LogSigner
    """Signs the log, so that a certificate can carry the proof of its release."""
    office: str
    """The name of the office, as printed on certificates."""
    address: str
    """The published address before `/certificates`, without a final slash."""
    signatory: str = ""
    """The role in whose name certificates are signed."""

    @property
    def check_address(self) -> str:
        """The address of the page on which anybody can check a certificate."""
        return f"{self.address}/certificates"


_CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
)
"""Contexts are given as addresses: readers compare the addresses, and refuse a context that is
written out in full."""

_TYPES = {
    "police-certificate": "PoliceCertificate",
    "child-protection-certificate": "ChildProtectionCertificate",
}


@dataclass(frozen=True, slots=True)
class Release:
    """The release that is certified, and the proof that the release is in the log."""

    disclosure_id: DisclosureId
    receipt: Receipt


def credential_of(
    desk: CertificateDesk,
    content: CertificateContent,
    certificate_id: CertificateId,
    release: Release,
    at: datetime,
) -> dict[str, Any]:
    """Return the credential of a certificate, without its signature proof.

    Its evidence proves that the release by two people is in the office's log.
    """
    return {
        "@context": list(_CONTEXTS),
        "id": f"urn:uuid:{certificate_id}",
        "type": ["VerifiableCredential", _TYPES[content.kind]],
        "issuer": {"id": did_of(desk.signer.key), "name": desk.office},
        "validFrom": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "certificate": plain(content),
            "seal": {"level": desk.seal.level, "certificateSha256": desk.seal.certificate_sha256},
        },
        "evidence": [
            {
                "type": "LogReceipt",
                "log": desk.log.verifier.name,
                "release": release.disclosure_id,
                "receipt": release.receipt.encode().decode(),
            }
        ],
    }


_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_ANSWERS = {
    StatusPurpose.REVOCATION: CheckAnswer.REVOKED,
    StatusPurpose.SUSPENSION: CheckAnswer.SUPERSEDED,
}
_TTL_MS = 300_000
"""How long a reader may cache a list, in milliseconds."""


def status_list(
    services: StoreServices, desk: CertificateDesk, number: int, purpose: StatusPurpose
) -> dict[str, Any]:
    """Return a status list in its present state, signed. A list without certificates is empty."""
    at = services.surroundings.clock()
    with services.units.read() as unit:
        places = unit.certificates.places(number, _ANSWERS[purpose])
    address = list_address(desk, number, purpose)
    unsigned = {
        "@context": [_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(desk.signer.key),
        "validFrom": _moment(at),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encoded_list(places),
            "ttl": _TTL_MS,
        },
    }
    return desk.signer.signed(unsigned, at)


def list_address(desk: CertificateDesk, number: int, purpose: StatusPurpose) -> str:
    """Return the published address of a list."""
    return f"{desk.address}/v1/certificates/status/{number}/{purpose.value}"


def status_entries(desk: CertificateDesk, number: int, place: int) -> list[dict[str, str]]:
    """Return the entries that give a credential's places in the status lists."""
    return [
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose.value,
            "statusListIndex": str(place),
            "statusListCredential": list_address(desk, number, purpose),
        }
        for purpose in StatusPurpose
    ]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
