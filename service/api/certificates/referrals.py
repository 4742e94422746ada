"""Referrals: case officers make them, and the referral body outside the office answers them."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from domain.ids import ReferralId, RequestId
from domain.requests.certificates import Referral, ReferralReply, ReferralVerdict
from service.api.authentication import ReferralAnswerer, RequestReader, RequestWorker
from service.api.base import Answer, Body, LongText, Next, PageAnswer, ShownText
from service.api.bodies import After, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.requests.requests import KindName
from service.api.shapes import From, shows
from service.usecases.requests import referring


class ReferralReplyBody(Body):
    """The referral body's answer to a referral."""

    verdict: ReferralVerdict = Field(strict=False)
    markers: Annotated[tuple[KindName, ...], Field(max_length=20)] = ()
    """Codes of the markers that the certificate must state."""
    words: LongText = ""
    """Words for the office; required with an objection."""


@shows(ReferralReply)
class ReferralReplyAnswer(Answer):
    """The referral body's answer."""


@shows(Referral)
class ReferralShown(Answer):
    """A referral, with the referral body's answer once it has been given."""

    number: int = Field(description="The version of the request for which the referral was made.")
    reply: ReferralReplyAnswer | None
    """The referral body's answer; null until it is given."""


class ReferralListAnswer(Answer):
    """Referrals of a request, oldest first."""

    referrals: tuple[ReferralShown, ...]


class OpenReferralAnswer(Answer):
    """A referral that awaits the referral body's answer."""

    referral_id: ReferralId
    made_at: datetime
    """When it was made."""


class OpenReferralListAnswer(PageAnswer):
    """The referrals that await the referral body's answer, oldest first."""

    referrals: tuple[OpenReferralAnswer, ...]
    next_after: Next


class ReferredPersonAnswer(Answer):
    """A referral as the referral body sees it: the person as stated, without the office's work."""

    # The stated details are empty once they have been erased.
    referral_id: Annotated[ReferralId, From("referral.referral_id")]
    made_at: Annotated[datetime, From("referral.made_at")]
    """When it was made."""
    kind: str = Field(description="The title of the kind of the request.")
    names: Annotated[tuple[str, ...], From("ask.subject.names.display", ())]
    """Names on record, the main name first."""
    dates_of_birth: Annotated[tuple[ShownText, ...], From("ask.subject.dates_of_birth", ())]
    """Dates of birth, as stated or on record."""
    place_of_birth: Annotated[str, From("ask.subject.place_of_birth", "")]
    """Place of birth."""
    nationalities: Annotated[tuple[str, ...], From("ask.subject.nationalities.country", ())]
    """The nationalities on record, ISO 3166-1 alpha-3."""
    facts: Annotated[dict[str, str], From("ask.facts", ()), BeforeValidator(dict)]
    """Facts that the applicant stated, by name."""


router = CallRouter(prefix="/v1/requests", tags=["case officer"])
for_body = CallRouter(prefix="/v1/referrals", tags=["referral body"])


@router.post("/{request_id}/referral", status_code=201)
def post_referral(call: RequestWorker, request_id: IdInPath) -> ReferralShown:
    """Refer a request to the referral body: nothing is released without its answer."""
    return ReferralShown.of(call.use(referring.make_referral, RequestId(request_id)))


@router.get("/{request_id}/referrals")
def get_referrals(call: RequestReader, request_id: IdInPath) -> ReferralListAnswer:
    """Return the referrals of a request with their answers, oldest first."""
    return ReferralListAnswer(referrals=call.use(referring.referrals_of, RequestId(request_id)))


@for_body.get("")
def get_open_referrals(
    call: ReferralAnswerer, after: After = None, limit: Limit = 50
) -> OpenReferralListAnswer:
    """Return the referrals that await an answer, oldest first."""
    return OpenReferralListAnswer.of(call.use(referring.open_referrals, after=after, limit=limit))


@for_body.get("/{referral_id}")
def get_referral(call: ReferralAnswerer, referral_id: IdInPath) -> ReferredPersonAnswer:
    """Return a referral that awaits an answer, with the person's details as stated."""
    return ReferredPersonAnswer.of(call.use(referring.read_referral, ReferralId(referral_id)))


@for_body.post("/{referral_id}/reply", status_code=204)
def post_referral_reply(
    call: ReferralAnswerer, referral_id: IdInPath, body: BodyOf[ReferralReplyBody]
) -> None:
    """Answer a referral; this can be done only once."""
    call.carry_out(referring.answer_referral, body, referral_id=referral_id)
