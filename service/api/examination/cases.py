"""Examiners' work on a case: claim it, analyse the probe, compare exemplars one by one, decide."""

from fastapi import APIRouter, Response

from domain import errors
from domain.ids import CaseId
from service.api.authentication import Examiner
from service.api.bodies import BodyOf, IdInPath
from service.api.documentation import body_problems, call_problems
from service.api.examination import cases_schemas as schemas
from service.usecases.examination.claiming import claim_case, release_case
from service.usecases.examination.further_search import search_further
from service.usecases.examination.sealing import seal_analysis, seal_comparison, seal_decision
from service.usecases.examination.views import examiner_view, next_exemplar

router = APIRouter(prefix="/v1/cases", tags=["examiner"])

_HELD = (
    errors.NotFoundError,
    errors.ClosedCaseError,
    errors.AlreadyDecidedError,
    errors.CaseNotClaimedError,
)
STEP = (*_HELD, errors.StepOutOfOrderError, errors.StaleCaseError)
"""The errors that refuse a step."""


@router.get("/{case_id}", responses=call_problems(errors.NotFoundError))
def get_case(call: Examiner, case_id: IdInPath) -> schemas.CaseAnswer:
    """Return a case with the data that this examiner may see now."""
    return schemas.CaseAnswer.of(call.use(examiner_view, CaseId(case_id)))


@router.post(
    "/{case_id}/claim",
    status_code=204,
    responses=call_problems(
        errors.NotFoundError,
        errors.ClosedCaseError,
        errors.CaseTakenError,
        errors.CompetenceNotShownError,
        errors.SelfVerificationError,
        errors.StaleCaseError,
    ),
)
def post_claim(call: Examiner, case_id: IdInPath) -> None:
    """Take a case; claiming a case that the caller already holds has no effect."""
    call.use(claim_case, CaseId(case_id))


@router.post("/{case_id}/release", status_code=204, responses=call_problems(*_HELD))
def post_release(call: Examiner, case_id: IdInPath) -> None:
    """Return a case to the queue; sealed work stays sealed."""
    call.use(release_case, CaseId(case_id))


@router.post("/{case_id}/analysis", status_code=204, responses=body_problems(*STEP))
def post_analysis(call: Examiner, case_id: IdInPath, body: BodyOf[schemas.AnalysisBody]) -> None:
    """Seal the analysis of the probe; exemplars are shown only after this."""
    call.carry_out(seal_analysis, body, case_id=case_id)


@router.post(
    "/{case_id}/further-search",
    responses=call_problems(
        errors.NotFoundError,
        errors.ClosedCaseError,
        errors.CaseNotClaimedError,
        errors.StepOutOfOrderError,
        errors.NothingToSearchError,
    ),
)
def post_further_search(call: Examiner, case_id: IdInPath) -> schemas.FurtherSearchAnswer:
    """Search the mark again with the minutiae and the outline of the caller's sealed analysis.

    Of its minutiae those with a direction are searched with, and those that the extractor finds
    inside its outline. The search is that of the force which sent
    the mark; other examiners compare what it finds. Asking again changes nothing.
    """
    return schemas.FurtherSearchAnswer.of(call.use(search_further, CaseId(case_id)))


@router.get(
    "/{case_id}/exemplar",
    response_model=schemas.ExemplarAnswer,
    responses={204: {"description": "No exemplar is left to compare."}, **call_problems(*STEP)},
)
def get_exemplar(call: Examiner, case_id: IdInPath) -> schemas.ExemplarAnswer | Response:
    """Return the exemplar to compare now; showing it is recorded in the log."""
    exemplar = call.use(next_exemplar, CaseId(case_id))
    return Response(status_code=204) if exemplar is None else schemas.ExemplarAnswer.of(exemplar)


@router.post(
    "/{case_id}/comparisons",
    status_code=204,
    responses=body_problems(*STEP, errors.UnfoundedFindingError),
)
def post_comparison(
    call: Examiner, case_id: IdInPath, body: BodyOf[schemas.ComparisonBody]
) -> None:
    """Seal the evaluation of the exemplar that is shown now."""
    call.carry_out(seal_comparison, body, case_id=case_id)


@router.post("/{case_id}/decisions", status_code=201, responses=body_problems(*STEP))
def post_decision(
    call: Examiner, case_id: IdInPath, body: BodyOf[schemas.DecisionBody]
) -> schemas.DecisionIdAnswer:
    """Seal the outcome of the caller's examination."""
    return schemas.DecisionIdAnswer(
        decision_id=call.carry_out(seal_decision, body, case_id=case_id)
    )
