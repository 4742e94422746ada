"""Certificates shown to case officers, with their documents."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.certificates.issued import StandingCertificate
from domain.errors import PayloadErasedError
from domain.events.looking import LookKind
from domain.ids import CertificateId, RequestId
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class CertificateList:
    """The certificates of a request, oldest first."""

    certificates: tuple[StandingCertificate, ...]


def certificates_of(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> CertificateList:
    """Return the certificates of a request, each with whether it holds now.

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
    """Return the document of a certificate, a PDF with the credential inside.

    Raises NotPermittedError, NotFoundError, PayloadErasedError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        existing(unit.certificates.get(certificate_id))
        document = unit.certificates.document(certificate_id)
    if document is None:
        raise PayloadErasedError("The document was erased with the record of the person.")
    look(services, caller, LookKind.CERTIFICATE, (certificate_id,))
    return document
