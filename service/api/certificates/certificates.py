"""Case officers issue certificates on a release, list them, read them and take them back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from domain.errors import (
    AlreadyRevokedError,
    ConflictError,
    NotFoundError,
    NotReleasableError,
    PayloadErasedError,
    PdfNotInstalledError,
)
from domain.ids import CertificateId, RequestId
from service.api.authentication import RequestReader, RequestWorker
from service.api.bodies import BodyOf
from service.api.certificates.certificates_schemas import (
    CertificateListAnswer,
    CertificateRevocationBody,
    IssuedAnswer,
)
from service.api.documentation import body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.state import CertificateDeskOf, ServicesOf
from service.usecases.certificates.issuing import issue_certificate
from service.usecases.certificates.reading import certificate_document, certificates_of
from service.usecases.certificates.revoking import revoke_certificate

router = APIRouter(prefix="/v1", tags=["case officer"])

_PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The certificate, PDF/A-3a, with its credential embedded.",
        "content": {"application/pdf": {}},
    }
}


@router.post(
    "/requests/{request_id}/certificate",
    status_code=201,
    responses=call_problems(
        NotFoundError, ConflictError, NotReleasableError, PdfNotInstalledError
    ),
)
def post_certificate(
    caller: RequestWorker, request_id: IdInPath, services: ServicesOf, desk: CertificateDeskOf
) -> IssuedAnswer:
    """Issue the certificate of a released application; issued again, it is the one there is."""
    return IssuedAnswer.of(issue_certificate(services, desk, caller, RequestId(request_id)))


@router.get("/requests/{request_id}/certificates", responses=call_problems(NotFoundError))
def get_certificates(
    caller: RequestReader, request_id: IdInPath, services: ServicesOf
) -> CertificateListAnswer:
    """Return the certificates of an application, each with whether it holds now."""
    return CertificateListAnswer.of(certificates_of(services, caller, RequestId(request_id)))


@router.get(
    "/certificates/{certificate_id}/document",
    response_class=Response,
    responses={**_PDF, **call_problems(NotFoundError, PayloadErasedError)},
)
def get_certificate_document(
    caller: RequestReader, certificate_id: IdInPath, services: ServicesOf
) -> Response:
    """Return the document of a certificate."""
    document = certificate_document(services, caller, CertificateId(certificate_id))
    return Response(document, media_type="application/pdf")


@router.post(
    "/certificates/{certificate_id}/revocation",
    status_code=204,
    responses=body_problems(NotFoundError, AlreadyRevokedError),
)
def post_certificate_revocation(
    caller: RequestWorker,
    certificate_id: IdInPath,
    body: BodyOf[CertificateRevocationBody],
    services: ServicesOf,
) -> None:
    """Take a certificate back: whoever checks it is told so at once."""
    revoke_certificate(services, caller, CertificateId(certificate_id), body.ground, body.words)
