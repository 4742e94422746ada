"""Referrals: made by case officers, read and answered by a body outside the office."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import ConflictError, NotFoundError, RequestStepError, UnknownRuleError
from domain.ids import ReferralId, RequestId
from service.api.authentication import ReferralAnswerer, RequestReader, RequestWorker
from service.api.bodies import BodyOf
from service.api.certificates.referrals_schemas import (
    OpenReferralListAnswer,
    ReferralListAnswer,
    ReferralReplyBody,
    ReferralShown,
    ReferredPersonAnswer,
)
from service.api.documentation import body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.state import ServicesOf
from service.usecases.requests.referring import (
    answer_referral,
    make_referral,
    open_referrals,
    read_referral,
    referrals_of,
)

router = APIRouter(prefix="/v1/requests", tags=["case officer"])
for_body = APIRouter(prefix="/v1/referrals", tags=["referral body"])


@router.post(
    "/{request_id}/referral",
    status_code=201,
    responses=call_problems(NotFoundError, RequestStepError),
)
def post_referral(
    caller: RequestWorker, request_id: IdInPath, services: ServicesOf
) -> ReferralShown:
    """Put a request before the body: without its answer nothing is released."""
    return ReferralShown.of(make_referral(services, caller, RequestId(request_id)))


@router.get("/{request_id}/referrals", responses=call_problems(NotFoundError))
def get_referrals(
    caller: RequestReader, request_id: IdInPath, services: ServicesOf
) -> ReferralListAnswer:
    """Return the referrals of a request with their answers, oldest first."""
    return ReferralListAnswer.of(referrals_of(services, caller, RequestId(request_id)))


@for_body.get("", responses=call_problems())
def get_open_referrals(caller: ReferralAnswerer, services: ServicesOf) -> OpenReferralListAnswer:
    """Return the referrals that wait for an answer, oldest first."""
    return OpenReferralListAnswer.of(open_referrals(services, caller))


@for_body.get("/{referral_id}", responses=call_problems(NotFoundError))
def get_referral(
    caller: ReferralAnswerer, referral_id: IdInPath, services: ServicesOf
) -> ReferredPersonAnswer:
    """Return a referral that waits, with the person as the applicant states them."""
    return ReferredPersonAnswer.of(read_referral(services, caller, ReferralId(referral_id)))


@for_body.post(
    "/{referral_id}/reply",
    status_code=204,
    responses=body_problems(NotFoundError, ConflictError, RequestStepError, UnknownRuleError),
)
def post_referral_reply(
    caller: ReferralAnswerer,
    referral_id: IdInPath,
    body: BodyOf[ReferralReplyBody],
    services: ServicesOf,
) -> None:
    """Answer a referral, once."""
    answer_referral(services, body.to_command(caller, ReferralId(referral_id)))
