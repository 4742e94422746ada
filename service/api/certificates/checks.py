"""Anybody can check a certificate, ask with its holder's code whether the record has changed, and
get the keys that verify it; no token is needed.
"""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field, StringConstraints

from domain.errors import NotFoundError, RateLimitedError
from domain.ids import UserId
from domain.requests.certificates import MOST_TYPED, CheckAnswer
from domain.requests.watches import WatchAnswer
from service.api.base import Answer, Body, Text
from service.api.bodies import BodyOf
from service.api.documentation import problems
from service.api.refusals import (
    MalformedJsonError,
    MalformedRequestError,
    UnsupportedMediaTypeError,
)
from service.api.state import ApiState, CertificateDeskOf, StateOf
from service.provenance.credentials.checking import StatusPurpose
from service.usecases.certificates.checking import check_certificate
from service.usecases.certificates.credentials import status_list
from service.usecases.certificates.watching import check_watch

Typed = Annotated[
    str, StringConstraints(min_length=1, max_length=MOST_TYPED, pattern=r"^[\x20-\x7e]*$")
]


class CheckBody(Body):
    """The number and the code of a certificate, as they are printed on it."""

    number: Typed
    code: Typed


class CheckedAnswer(Answer):
    """Whether the certificate is valid; the answer always has the same shape."""

    answer: CheckAnswer


class WatchCheckBody(Body):
    """The number of a certificate, the code that its holder passed on, and who asks."""

    number: Typed
    code: Typed
    organisation: Text = Field(min_length=1)
    """The name of your organisation. The holder sees it."""


class WatchCheckedAnswer(Answer):
    """Whether the record has changed; the answer always has the same shape."""

    answer: WatchAnswer


class CertificateKeysAnswer(Answer):
    """The keys that verify certificates offline."""

    office_key: str = Field(description="Ed25519 multikey that signs credentials.")
    log_key: str = Field(description="Verifier key of the log (C2SP signed note).")


router = APIRouter(prefix="/v1/certificates", tags=["certificates"])

_ALL = UserId("everybody")
_FAULTS = (RateLimitedError, MalformedJsonError, MalformedRequestError, UnsupportedMediaTypeError)


@router.post("/check", responses=problems(*_FAULTS))
def post_certificate_check(
    request: Request, state: StateOf, body: BodyOf[CheckBody]
) -> CheckedAnswer:
    """Return whether the certificate with this number and code is valid."""
    count_check(request, state)
    return CheckedAnswer(answer=check_certificate(state.services, body.number, body.code))


@router.post("/watch-check", responses=problems(*_FAULTS))
def post_watch_check(
    request: Request, state: StateOf, body: BodyOf[WatchCheckBody]
) -> WatchCheckedAnswer:
    """Return whether the record behind a certificate has changed, but never what has changed."""
    count_check(request, state)
    asked = (body.number, body.code, body.organisation)
    return WatchCheckedAnswer(answer=check_watch(state.services, *asked))


@router.get("/keys", responses=problems(NotFoundError))
def get_certificate_keys(desk: CertificateDeskOf) -> CertificateKeysAnswer:
    """Return the keys of the office and of its log; store them separately from any certificate."""
    return CertificateKeysAnswer(office_key=desk.signer.key, log_key=str(desk.log.verifier))


_LIST: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A signed list (W3C Bitstring Status List v1.0).",
        "content": {"application/vc": {}},
    }
}


@router.get(
    "/status/{number}/{purpose}",
    response_class=Response,
    responses={**_LIST, **problems(NotFoundError, MalformedRequestError, RateLimitedError)},
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
    found = status_list(state.services, desk, number, purpose)
    return Response(json.dumps(found), media_type="application/vc")


def count_check(request: Request, state: ApiState) -> None:
    """Count a check from this address, and one in total; raises RateLimitedError."""
    address = request.client.host if request.client else ""
    if state.check_limiter is not None:
        state.check_limiter.take(UserId(f"address:{address}"))
    if state.all_checks is not None:
        state.all_checks.take(_ALL)
