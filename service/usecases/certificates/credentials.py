"""A certificate as a verifiable credential: W3C VC Data Model 2.0, before it is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.certificates.content import CertificateContent
from domain.ids import CertificateId, DisclosureId
from domain.plain_values import plain
from service.provenance.credentials.data_integrity import did_of
from service.provenance.log.proofs import Receipt
from service.usecases.certificates.desk import CertificateDesk

_CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
)
"""Contexts are addresses: readers compare them, and refuse one that is written out."""

_TYPES = {
    "police-certificate": "PoliceCertificate",
    "child-protection-certificate": "ChildProtectionCertificate",
}


@dataclass(frozen=True, slots=True)
class Release:
    """The release that is certified, and the proof that it is in the log."""

    disclosure_id: DisclosureId
    receipt: Receipt


def credential_of(
    desk: CertificateDesk,
    content: CertificateContent,
    certificate_id: CertificateId,
    release: Release,
    at: datetime,
) -> dict[str, Any]:
    """Return the credential of a certificate, without its proof.

    Its evidence proves that the release by two people is in the log of the office.
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
