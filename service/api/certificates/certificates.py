"""Case officers issue certificates for released requests, list them, read them and revoke them."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from domain import errors
from domain.ids import CertificateId, RequestId
from domain.requests.certificates import Certificate, CheckAnswer, RevocationGround
from domain.requests.requests import IdentityBasis
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, Reason
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.shapes import From, shows
from service.api.state import CertificateDeskOf
from service.usecases.certificates.checking import (
    certificate_document,
    certificates_of,
    revoke_certificate,
)
from service.usecases.certificates.issuing import issue_certificate


class IssuedAnswer(Answer):
    """The certificate just issued, or the one issued before."""

    certificate_id: str
    number: str
    code: str | None
    """The code printed on the certificate, shown only now; null if the certificate was issued
    before."""


@shows(Certificate, without=("code_digest", "status_list", "status_index"))
class CertificateAnswer(Answer):
    """A certificate, and whether it is valid now."""

    of_part = "certificate"

    basis: IdentityBasis = Field(description="What the identification of the person is based on.")
    rule: str = Field(description="The rule set that decided which entries stepped down.")
    key: str = Field(description="The multikey that signed the certificate's credential.")
    standing: Annotated[CheckAnswer, From("answer")]


class CertificateListAnswer(Answer):
    """The certificates of a request, oldest first."""

    certificates: tuple[CertificateAnswer, ...]


class CertificateRevocationBody(Body):
    """Why a certificate is revoked."""

    ground: RevocationGround = Field(strict=False)
    words: Reason


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
        errors.NotFoundError,
        errors.ConflictError,
        errors.NotReleasableError,
        errors.PdfNotInstalledError,
    ),
)
def post_certificate(
    call: RequestWorker, request_id: IdInPath, desk: CertificateDeskOf
) -> IssuedAnswer:
    """Issue the certificate of a released application, or return the one issued before."""
    return IssuedAnswer.of(
        issue_certificate(call.services, desk, call.caller, RequestId(request_id))
    )


@router.get("/requests/{request_id}/certificates", responses=call_problems(errors.NotFoundError))
def get_certificates(call: RequestReader, request_id: IdInPath) -> CertificateListAnswer:
    """Return the certificates of an application, and whether each is valid now."""
    return CertificateListAnswer.of(call.use(certificates_of, RequestId(request_id)))


@router.get(
    "/certificates/{certificate_id}/document",
    response_class=Response,
    responses={**_PDF, **call_problems(errors.NotFoundError, errors.PayloadErasedError)},
)
def get_certificate_document(call: RequestReader, certificate_id: IdInPath) -> Response:
    """Return the document of a certificate."""
    document = call.use(certificate_document, CertificateId(certificate_id))
    return Response(document, media_type="application/pdf")


@router.post(
    "/certificates/{certificate_id}/revocation",
    status_code=204,
    responses=body_problems(errors.NotFoundError, errors.AlreadyRevokedError),
)
def post_certificate_revocation(
    call: RequestWorker, certificate_id: IdInPath, body: BodyOf[CertificateRevocationBody]
) -> None:
    """Revoke a certificate: anybody who checks it from now on learns of the revocation."""
    call.use(revoke_certificate, CertificateId(certificate_id), body.ground, body.words)
