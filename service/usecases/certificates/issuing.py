"""Issuing certificates: they are signed, printed, stored and logged; and lists of their state."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.access.access import Caller, Purpose, Scope, service_itself
from domain.errors import ConflictError
from domain.events.certificates import CertificateIssued, ReleaseProved
from domain.events.requests import InformationSent
from domain.ids import CertificateId, DisclosureId, RequestId
from domain.plain_values import plain
from domain.requests import certificates
from domain.requests.certificates import CertificateContent, CheckAnswer
from service.ports import signing
from service.provenance.credentials.checking import PLACES, StatusPurpose, encoded_list
from service.provenance.credentials.data_integrity import did_of
from service.provenance.log.proofs import Receipt
from service.storage.unit_of_work import UnitOfWork
from service.usecases.certificates.drafting import Draft, draft
from service.usecases.log.checkpoints import make_checkpoint
from service.usecases.log.reading import receipts_of
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

CHECKER = service_itself("certificate-check", Purpose.RECORD_MANAGEMENT)
"""The actor of a public check of a certificate: nothing is known about the caller."""


@dataclass(frozen=True, slots=True)
class CertificateDesk:
    """The tools for making certificates. Thread-safe."""

    signer: signing.CertificateSigner
    press: signing.CertificatePrinter
    seal: signing.DocumentSeal
    log: signing.LogSigner
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
        "validFrom": _moment(at),
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
    at = services.now()
    with services.units.read() as unit:
        places = unit.certificates.places(number, _ANSWERS[purpose])
    address = list_address(desk, number, purpose)
    unsigned = {
        "@context": [_CONTEXTS[0]],
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


_MOST_IN_A_LIST = PLACES // 2
"""No more certificates are added to a list that is half full, so that a random free place is found
quickly."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The randomly chosen parts of a certificate."""

    certificate_id: CertificateId
    number: str
    code: str
    """Printed once on the certificate, and stored only as a digest."""
    status_list: int
    status_index: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate as returned when it is issued. The code is returned only once."""

    certificate_id: CertificateId
    number: str
    """Number printed on the certificate."""
    code: str | None
    """The code printed on the certificate, shown only now; None if the certificate was issued
    before."""


def issue_certificate(
    services: StoreServices, desk: CertificateDesk, caller: Caller, request_id: RequestId
) -> Issued:
    """Issue the certificate of a released application.

    If it has already been issued, return the existing certificate. Raises NotPermittedError,
    NotFoundError, ConflictError (not released, or not an application for a certificate),
    NotReleasableError (the record or the link has changed since the release),
    PdfNotInstalledError.
    """
    with services.reading(caller, Scope.WORK_REQUESTS) as unit:
        earlier = unit.certificates.of_request(request_id)
        if earlier:
            known = earlier[-1].certificate
            return Issued(known.certificate_id, known.number, None)
        drawn = _draw(services, unit)
        made = draft(unit, request_id, drawn.number)
    release = _release(services, desk, caller, made)
    at = services.now()
    document = _document(desk, made, drawn, release, at)
    certificate = _certificate(desk, made, drawn, document, caller, at)
    with services.units.begin() as unit:
        _store(services, unit, caller, made, certificate, document)
    return Issued(certificate.certificate_id, drawn.number, drawn.code)


def _draw(services: StoreServices, unit: UnitOfWork) -> Drawn:
    status_list = 1 + unit.certificates.issued_count() // _MOST_IN_A_LIST
    place = secrets.randbelow(PLACES)
    while unit.certificates.is_place_taken(status_list, place):
        place = secrets.randbelow(PLACES)
    return Drawn(
        CertificateId(services.new_id()),
        certificates.code_of(secrets.token_bytes(certificates.NUMBER_BYTES)),
        certificates.code_of(secrets.token_bytes(certificates.CODE_BYTES)),
        status_list,
        place,
    )


def _release(
    services: StoreServices, desk: CertificateDesk, caller: Caller, made: Draft
) -> Release:
    """Return the release with the proof that it is in the log, and sign the log for this.

    The proof is of a separate event that looks the same for everybody. The release's own event
    names the person and counts the items disclosed about them.
    """
    sent = made.disclosure.disclosure_id
    proved = {ReleaseProved.event_type}
    with services.units.begin() as unit:
        if not unit.events.about(sent, proved):
            (stated, *_) = unit.events.about(sent, {InformationSent.event_type})
            event = ReleaseProved(sent, hashlib.sha256(stated.body).hexdigest())
            record(services, unit, caller, event)
    make_checkpoint(services, desk.log)
    with services.units.read() as unit:
        (leaf, *_) = unit.events.about(sent, proved)
        return Release(sent, receipts_of(unit, (leaf,))[0])


def _document(
    desk: CertificateDesk, made: Draft, drawn: Drawn, release: Release, at: datetime
) -> bytes:
    unsigned = credential_of(desk, made.content, drawn.certificate_id, release, at)
    unsigned["credentialStatus"] = status_entries(desk, drawn.status_list, drawn.status_index)
    signed = desk.signer.signed(unsigned, at)
    credential = json.dumps(signed, ensure_ascii=False, indent=1).encode()
    short = desk.signer.short(made.content)
    printed = signing.Printed(
        *(desk.office, desk.check_address, drawn.code, short, credential, at),
        signatory=desk.signatory,
        portrait=made.portrait,
    )
    return desk.seal.sealed(desk.press(made.content, printed))


def _certificate(
    desk: CertificateDesk, made: Draft, drawn: Drawn, document: bytes, caller: Caller, at: datetime
) -> certificates.Certificate:
    return certificates.Certificate(
        certificate_id=drawn.certificate_id,
        number=drawn.number,
        kind=made.content.kind,
        disclosure_id=made.disclosure.disclosure_id,
        outcome=made.content.outcome,
        basis=made.content.basis,
        rule=made.content.rule,
        code_digest=certificates.code_digest(drawn.number, drawn.code),
        status_list=drawn.status_list,
        status_index=drawn.status_index,
        key=desk.signer.key,
        document_sha256=hashlib.sha256(document).hexdigest(),
        issued_by=caller.actor.user_id,
        issued_at=at,
    )


def _store(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    made: Draft,
    certificate: certificates.Certificate,
    document: bytes,
) -> None:
    again = draft(unit, made.file.request.request_id, certificate.number)
    if (again.content, again.ground) != (made.content, made.ground):
        raise ConflictError(
            "The record changed while the certificate was being made: issue it again."
        )
    person_id = made.file.person_id
    unit.certificates.add(certificate, document, made.ground, person_id=person_id)
    record(services, unit, caller, CertificateIssued.of(certificate, person_id=person_id))
