"""Certificates: issued, listed and revoked by officers; checked by anybody without a token."""

import json
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import Field, StringConstraints

from domain.errors import NotFoundError, RateLimitedError
from domain.ids import CertificateId, RequestId, UserId
from domain.requests.certificates import MOST_TYPED, Certificate, CheckAnswer, RevocationGround
from domain.requests.disclosures import WatchAnswer
from domain.requests.requests import IdentityBasis
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, Reason, Text
from service.api.bodies import BodyOf, IdInPath
from service.api.call_routes import CallRouter, file_of
from service.api.problems import (
    MalformedJsonError,
    MalformedRequestError,
    UnsupportedMediaTypeError,
)
from service.api.shapes import From, shows
from service.api.state import ApiState, CertificateDeskOf, StateOf
from service.provenance.credentials.checking import StatusPurpose
from service.usecases.certificates import checking, issuing

Typed = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_TYPED, pattern=r"^[\x20-\x7e]*$")
]


class CheckBody(Body):
    """The number and the code of a certificate, as they are printed on it."""

    number: Typed
    """Number printed on the certificate; separators and capitals are ignored."""
    code: Typed
    """Code printed on the certificate; separators and capitals are ignored."""


class CheckedAnswer(Answer):
    """Whether the certificate is valid; the answer always has the same shape."""

    answer: CheckAnswer


class WatchCheckBody(Body):
    """The number of a certificate, the code that its holder passed on, and who asks."""

    number: Typed
    """Number printed on the certificate; separators and capitals are ignored."""
    code: Typed
    """The code that its holder passed on; separators and capitals are ignored."""
    organisation: Text = Field(min_length=1)
    """The name of your organisation. The holder sees it."""


class WatchCheckedAnswer(Answer):
    """Whether the record has changed; the answer always has the same shape."""

    answer: WatchAnswer


class CertificateKeysAnswer(Answer):
    """The keys that verify certificates offline."""

    office_key: str = Field(description="Ed25519 multikey that signs credentials.")
    log_key: str = Field(description="Verifier key of the log (C2SP signed note).")


router = CallRouter(prefix="/v1/certificates", tags=["certificates"])

_ALL = UserId("everybody")
_FAULTS = (RateLimitedError, MalformedJsonError, MalformedRequestError, UnsupportedMediaTypeError)


@router.post("/check", *_FAULTS)
def post_certificate_check(
    request: Request, state: StateOf, body: BodyOf[CheckBody]
) -> CheckedAnswer:
    """Return whether the certificate with this number and code is valid."""
    count_check(request, state)
    return CheckedAnswer(answer=checking.check_certificate(state.services, body.number, body.code))


@router.post("/watch-check", *_FAULTS)
def post_watch_check(
    request: Request, state: StateOf, body: BodyOf[WatchCheckBody]
) -> WatchCheckedAnswer:
    """Return whether the record behind a certificate has changed, but never what has changed."""
    count_check(request, state)
    asked = (body.number, body.code, body.organisation)
    return WatchCheckedAnswer(answer=checking.check_watch(state.services, *asked))


@router.get("/keys", NotFoundError)
def get_certificate_keys(desk: CertificateDeskOf) -> CertificateKeysAnswer:
    """Return the keys of the office and of its log; store them separately from any certificate."""
    return CertificateKeysAnswer(office_key=desk.signer.key, log_key=str(desk.log.verifier))


@router.get(
    "/status/{number}/{purpose}",
    *(NotFoundError, MalformedRequestError, RateLimitedError),
    response_class=Response,
    responses=file_of(
        "A signed list (W3C Bitstring Status List v1.0).", "application/vc", told={}
    ),
)
def get_status_list(
    request: Request,
    state: StateOf,
    desk: CertificateDeskOf,
    number: Annotated[int, Path(ge=1, le=1_000_000, description="Number of the list.")],
    purpose: Annotated[StatusPurpose, Path(description="The meaning of a set bit.")],
) -> Response:
    """Return the list of certificates that are revoked or superseded, one bit each."""
    count_check(request, state)
    found = issuing.status_list(state.services, desk, number, purpose)
    return Response(json.dumps(found), media_type="application/vc")


def count_check(request: Request, state: ApiState) -> None:
    """Count a check from this address, and one in total; raises RateLimitedError."""
    address = request.client.host if request.client else ""
    if state.check_limiter is not None:
        state.check_limiter.take(UserId(f"address:{address}"))
    if state.all_checks is not None:
        state.all_checks.take(_ALL)


@shows(issuing.Issued)
class IssuedAnswer(Answer):
    """The certificate just issued, or the one issued before."""


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


certificates_router = CallRouter(prefix="/v1", tags=["case officer"])


@certificates_router.post("/requests/{request_id}/certificate", status_code=201)
def post_certificate(
    call: RequestWorker, request_id: IdInPath, desk: CertificateDeskOf
) -> IssuedAnswer:
    """Issue the certificate of a released application, or return the one issued before."""
    return IssuedAnswer.of(
        issuing.issue_certificate(call.services, desk, call.caller, RequestId(request_id))
    )


@certificates_router.get("/requests/{request_id}/certificates")
def get_certificates(call: RequestReader, request_id: IdInPath) -> CertificateListAnswer:
    """Return the certificates of an application, and whether each is valid now."""
    found = call.use(checking.certificates_of, RequestId(request_id))
    return CertificateListAnswer(certificates=tuple(map(CertificateAnswer.of, found)))


@certificates_router.get(
    "/certificates/{certificate_id}/document",
    response_class=Response,
    responses=file_of(
        "The certificate, PDF/A-3a, with its credential embedded.", "application/pdf", told={}
    ),
)
def get_certificate_document(call: RequestReader, certificate_id: IdInPath) -> Response:
    """Return the document of a certificate."""
    document = call.use(checking.certificate_document, CertificateId(certificate_id))
    return Response(document, media_type="application/pdf")


@certificates_router.post("/certificates/{certificate_id}/revocation", status_code=204)
def post_certificate_revocation(
    call: RequestWorker, certificate_id: IdInPath, body: BodyOf[CertificateRevocationBody]
) -> None:
    """Revoke a certificate: anybody who checks it from now on learns of the revocation."""
    call.use(checking.revoke_certificate, CertificateId(certificate_id), body.ground, body.words)
