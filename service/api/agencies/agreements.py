"""Agreements with agencies, for case officers and auditors."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import (
    ConflictError,
    InvalidDateError,
    NotFoundError,
    StaleRecordError,
)
from domain.ids import UserId
from service.api.agencies.agencies_schemas import (
    AgencyAgreementAnswer,
    AgreementBody,
    AgreementsAnswer,
    MemberBody,
)
from service.api.authentication import AgreementKeeper, AgreementReader
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import AgencyInPath
from service.api.state import ServicesOf
from service.usecases.agencies.agreements import (
    MakeAgreement,
    list_agreements,
    make_agreement,
    name_member,
    show_agreement,
)

router = APIRouter(prefix="/v1/agreements", tags=["case officer"])


@router.get("", responses=call_problems())
def get_agreements(caller: AgreementReader, services: ServicesOf) -> AgreementsAnswer:
    """Return the agreement of every agency as it stands."""
    return AgreementsAnswer(agreements=list_agreements(services, caller))


@router.post(
    "", status_code=201, responses=body_problems(InvalidDateError, StaleRecordError, ConflictError)
)
def post_agreement(
    caller: AgreementKeeper, body: BodyOf[AgreementBody], services: ServicesOf
) -> AgencyAgreementAnswer:
    """Put the next version of an agreement on record."""
    return AgencyAgreementAnswer.of(
        make_agreement(services, body.to(MakeAgreement, caller=caller))
    )


@router.get("/{agency}", responses=call_problems(NotFoundError))
def get_agreement(
    caller: AgreementReader, agency: AgencyInPath, services: ServicesOf
) -> AgreementsAnswer:
    """Return all versions of an agreement, oldest first."""
    return AgreementsAnswer(agreements=show_agreement(services, caller, agency))


@router.post(
    "/{agency}/members", status_code=204, responses=body_problems(NotFoundError, ConflictError)
)
def post_agency_member(
    caller: AgreementKeeper, agency: AgencyInPath, body: BodyOf[MemberBody], services: ServicesOf
) -> None:
    """Let an account or a client speak for an agency."""
    name_member(services, caller, agency, UserId(body.user))
