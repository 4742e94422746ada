"""The published lists of certificates that no longer hold, as signed credentials."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.certificates.standing import CheckAnswer
from service.provenance.credentials.checking import StatusPurpose, encoded_list
from service.provenance.credentials.data_integrity import did_of
from service.usecases.certificates.desk import CertificateDesk
from service.usecases.services import StoreServices

_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_ANSWERS = {
    StatusPurpose.REVOCATION: CheckAnswer.REVOKED,
    StatusPurpose.SUSPENSION: CheckAnswer.SUPERSEDED,
}
_TTL_MS = 300_000
"""How long a reader may keep a list."""


def status_list(
    services: StoreServices, desk: CertificateDesk, number: int, purpose: StatusPurpose
) -> dict[str, Any]:
    """Return a list as it stands now, signed; one that no certificate is in is empty."""
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
    """Return the entries by which a credential names its places in the lists."""
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
