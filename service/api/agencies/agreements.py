"""Agreements with agencies, for case officers and auditors."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from domain.agencies.agencies import Agreement, AgreementStanding, LegalStatus, Reach
from domain.errors import ConflictError, InvalidDateError, NotFoundError, StaleRecordError
from domain.ids import UserId
from domain.restrictions import UsePurpose
from service.api.authentication import AgreementKeeper, AgreementReader
from service.api.base import Answer, Body, DateText, OpaqueId, Text
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import AgencyInPath
from service.api.shapes import shows
from service.usecases.agencies.agreements import (
    list_agreements,
    make_agreement,
    name_member,
    show_agreement,
)

AgencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]


class ContactBody(Body):
    """A person to write to at an agency."""

    name: Text
    email: Text


class AgreementBody(Body):
    """A new version of an agreement, in force from now on."""

    agency: AgencyCode
    expected_version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    name: Text
    legal_status: LegalStatus
    purposes: Annotated[tuple[UsePurpose, ...], Field(min_length=1, max_length=20)]
    reach: Reach
    standing: AgreementStanding = AgreementStanding.AGREED
    starts_on: DateText
    review_on: DateText
    contacts: Annotated[tuple[ContactBody, ...], Field(max_length=20)] = ()


class ContactAnswer(Answer):
    """A person to write to at an agency."""

    name: str
    email: str


@shows(Agreement, without=("made_by",))
class AgencyAgreementAnswer(Answer):
    """One version of an agreement."""

    contacts: tuple[ContactAnswer, ...]


class AgreementsAnswer(Answer):
    """Agreements: the current version for every agency, or all versions for one agency."""

    agreements: tuple[AgencyAgreementAnswer, ...]


class MemberBody(Body):
    """An account or a client that is to act for an agency."""

    user: OpaqueId


router = APIRouter(prefix="/v1/agreements", tags=["case officer"])


@router.get("", responses=call_problems())
def get_agreements(call: AgreementReader) -> AgreementsAnswer:
    """Return the current agreement of every agency."""
    return AgreementsAnswer(agreements=call.use(list_agreements))


@router.post(
    "", status_code=201, responses=body_problems(InvalidDateError, StaleRecordError, ConflictError)
)
def post_agreement(call: AgreementKeeper, body: BodyOf[AgreementBody]) -> AgencyAgreementAnswer:
    """Store the next version of an agreement."""
    return AgencyAgreementAnswer.of(call.carry_out(make_agreement, body))


@router.get("/{agency}", responses=call_problems(NotFoundError))
def get_agreement(call: AgreementReader, agency: AgencyInPath) -> AgreementsAnswer:
    """Return all versions of an agreement, oldest first."""
    return AgreementsAnswer(agreements=call.use(show_agreement, agency))


@router.post(
    "/{agency}/members", status_code=204, responses=body_problems(NotFoundError, ConflictError)
)
def post_agency_member(
    call: AgreementKeeper, agency: AgencyInPath, body: BodyOf[MemberBody]
) -> None:
    """Let an account or a client act for an agency."""
    call.use(name_member, agency, UserId(body.user))
