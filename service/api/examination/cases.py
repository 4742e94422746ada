"""Examiners work cases: claim, analyse the probe, compare exemplars one by one, decide."""

from __future__ import annotations

from fastapi import APIRouter, Response

from domain.errors import (
    AlreadyDecidedError,
    CaseNotClaimedError,
    CaseTakenError,
    ClosedCaseError,
    CompetenceNotShownError,
    NotFoundError,
    SelfVerificationError,
    StaleCaseError,
    StepOutOfOrderError,
    UnfoundedFindingError,
)
from domain.ids import CaseId
from service.api.authentication import Examiner
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.examination.cases_schemas import (
    AnalysisBody,
    CaseAnswer,
    ComparisonBody,
    DecisionBody,
    DecisionIdAnswer,
    ExemplarAnswer,
)
from service.api.parameters import IdInPath
from service.api.state import ServicesOf
from service.usecases.examination.claiming import claim_case, release_case
from service.usecases.examination.sealing import (
    SealAnalysis,
    SealComparison,
    SealDecision,
    seal_analysis,
    seal_comparison,
    seal_decision,
)
from service.usecases.examination.views import examiner_view, next_exemplar

router = APIRouter(prefix="/v1/cases", tags=["examiner"])

_HELD = (NotFoundError, ClosedCaseError, AlreadyDecidedError, CaseNotClaimedError)
STEP = (*_HELD, StepOutOfOrderError, StaleCaseError)
"""The refusals of a step."""


@router.get("/{case_id}", responses=call_problems(NotFoundError))
def get_case(caller: Examiner, case_id: IdInPath, services: ServicesOf) -> CaseAnswer:
    """Return a case as this examiner may see it now."""
    return CaseAnswer.of(examiner_view(services, caller, CaseId(case_id)))


@router.post(
    "/{case_id}/claim",
    status_code=204,
    responses=call_problems(
        NotFoundError,
        ClosedCaseError,
        CaseTakenError,
        CompetenceNotShownError,
        SelfVerificationError,
        StaleCaseError,
    ),
)
def post_claim(caller: Examiner, case_id: IdInPath, services: ServicesOf) -> None:
    """Take a case; claiming one's own again changes nothing."""
    claim_case(services, caller, CaseId(case_id))


@router.post("/{case_id}/release", status_code=204, responses=call_problems(*_HELD))
def post_release(caller: Examiner, case_id: IdInPath, services: ServicesOf) -> None:
    """Give a case back; sealed work stays sealed."""
    release_case(services, caller, CaseId(case_id))


@router.post("/{case_id}/analysis", status_code=204, responses=body_problems(*STEP))
def post_analysis(
    caller: Examiner, case_id: IdInPath, body: BodyOf[AnalysisBody], services: ServicesOf
) -> None:
    """Seal the analysis of the probe; only then is an exemplar shown."""
    seal_analysis(services, body.to(SealAnalysis, caller=caller, case_id=CaseId(case_id)))


@router.get(
    "/{case_id}/exemplar",
    response_model=ExemplarAnswer,
    responses={204: {"description": "No exemplar is left to compare."}, **call_problems(*STEP)},
)
def get_exemplar(
    caller: Examiner, case_id: IdInPath, services: ServicesOf
) -> ExemplarAnswer | Response:
    """Return the exemplar to compare now; that it was shown is put on record."""
    exemplar = next_exemplar(services, caller, CaseId(case_id))
    return Response(status_code=204) if exemplar is None else ExemplarAnswer.of(exemplar)


@router.post(
    "/{case_id}/comparisons",
    status_code=204,
    responses=body_problems(*STEP, UnfoundedFindingError),
)
def post_comparison(
    caller: Examiner, case_id: IdInPath, body: BodyOf[ComparisonBody], services: ServicesOf
) -> None:
    """Seal the evaluation of the exemplar now shown."""
    seal_comparison(services, body.to(SealComparison, caller=caller, case_id=CaseId(case_id)))


@router.post("/{case_id}/decisions", status_code=201, responses=body_problems(*STEP))
def post_decision(
    caller: Examiner, case_id: IdInPath, body: BodyOf[DecisionBody], services: ServicesOf
) -> DecisionIdAnswer:
    """Seal the outcome of one's examination."""
    command = body.to(SealDecision, caller=caller, case_id=CaseId(case_id))
    return DecisionIdAnswer(decision_id=seal_decision(services, command))
