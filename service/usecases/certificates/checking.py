"""Certificates after issue: checked by anybody, shown to case officers, and revoked."""

from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.errors import AlreadyRevokedError, PayloadErasedError
from domain.events.certificates import CertificateChecked, CertificateRevoked
from domain.events.looking import LookKind
from domain.ids import CertificateId, RequestId
from domain.plain_text import require_reason
from domain.requests.certificates import (
    CheckAnswer,
    RevocationGround,
    StandingCertificate,
    code_digest,
)
from service.live.refusals import UnknownCertificate
from service.usecases.certificates.credentials import CHECKER
from service.usecases.existing import existing
from service.usecases.log.recording import look, record, record_refusal
from service.usecases.services import StoreServices


def check_certificate(services: StoreServices, number: str, code: str) -> CheckAnswer:
    """Return whether the certificate with this number and code is valid.

    A wrong code gives the same answer as a number that was never issued. Each check of a
    certificate is logged. Wrong guesses are counted, with at most two events per time window.
    """
    digest = code_digest(number, code)
    with services.units.read() as unit:
        found = unit.certificates.checked(digest)
    if found is None:
        record_refusal(services, UnknownCertificate(CHECKER))
        return CheckAnswer.UNKNOWN
    event = CertificateChecked(found.answer, found.certificate.certificate_id)
    with services.units.write() as unit:
        record(unit, services.surroundings, CHECKER, event)
        unit.commit()
    return found.answer


@dataclass(frozen=True, slots=True)
class CertificateList:
    """The certificates of a request, oldest first."""

    certificates: tuple[StandingCertificate, ...]


def certificates_of(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> CertificateList:
    """Return the certificates of a request, and whether each is valid now.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        existing(unit.requests.file(request_id))
        found = unit.certificates.of_request(request_id)
    named = (one.certificate.certificate_id for one in found)
    look(services, caller, LookKind.CERTIFICATES, (request_id, *named))
    return CertificateList(found)


def certificate_document(
    services: StoreServices, caller: Caller, certificate_id: CertificateId
) -> bytes:
    """Return the PDF document of a certificate, with the credential embedded in it.

    Raises NotPermittedError, NotFoundError, PayloadErasedError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        existing(unit.certificates.get(certificate_id))
        document = unit.certificates.document(certificate_id)
    if document is None:
        raise PayloadErasedError("The document has been erased with the person's record.")
    look(services, caller, LookKind.CERTIFICATE, (certificate_id,))
    return document


def revoke_certificate(
    services: StoreServices,
    caller: Caller,
    certificate_id: CertificateId,
    ground: RevocationGround,
    words: str,
) -> None:
    """Revoke a certificate.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no reason), AlreadyRevokedError.
    """
    caller.actor.require(Scope.WORK_REQUESTS)
    require_reason(words, "/words")
    with services.units.write() as unit:
        existing(unit.certificates.get(certificate_id))
        is_new = unit.certificates.revoke(
            certificate_id,
            ground,
            words,
            by=caller.actor.user_id,
            at=services.surroundings.clock(),
        )
        if not is_new:
            raise AlreadyRevokedError("This certificate is already revoked.")
        event = CertificateRevoked(certificate_id, ground)
        record(unit, services.surroundings, caller, event)
        unit.commit()
