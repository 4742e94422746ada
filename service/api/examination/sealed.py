"""An examiner's own sealed work, to be read again: one comparison, and a case after the end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from domain.errors import NotFoundError, UnfoundedFindingError
from domain.ids import CaseId
from service.api.authentication import Examiner
from service.api.bodies import json_body
from service.api.documentation import body_problems, call_problems, takes
from service.api.examination.cases import STEP
from service.api.examination.cases_schemas import RevisionBody
from service.api.examination.prints import LabelInPath
from service.api.examination.sealed_schemas import ResultAnswer, SealedComparisonAnswer
from service.api.parameters import IdInPath
from service.api.state import BenchOf, ServicesOf
from service.usecases.examination.after_seal import concluded_case
from service.usecases.examination.revising import revise_comparison
from service.usecases.examination.sealed_comparison import sealed_comparison

router = APIRouter(prefix="/v1/cases", tags=["examiner"])


@router.get("/{case_id}/comparisons/{label}", responses=call_problems(NotFoundError))
def get_sealed_comparison(
    caller: Examiner, case_id: IdInPath, label: LabelInPath, services: ServicesOf
) -> SealedComparisonAnswer:
    """Return a comparison that the examiner has sealed; that its prints are shown is an event."""
    return SealedComparisonAnswer.of(sealed_comparison(services, caller, CaseId(case_id), label))


@router.post(
    "/{case_id}/comparisons/{label}/revisions",
    status_code=204,
    openapi_extra=takes(RevisionBody),
    responses=body_problems(*STEP, UnfoundedFindingError),
)
def post_revision(
    caller: Examiner,
    case_id: IdInPath,
    label: LabelInPath,
    body: Annotated[RevisionBody, Depends(json_body(RevisionBody))],
    services: ServicesOf,
) -> None:
    """Seal another evaluation in place of one's own, before the decision, with its reason."""
    revise_comparison(services, body.to_command(caller, CaseId(case_id), label))


@router.get("/{case_id}/result", responses=call_problems(NotFoundError))
def get_result(caller: Examiner, case_id: IdInPath, bench: BenchOf) -> ResultAnswer:
    """Return a closed case unmasked to its examiners; the look is an event."""
    return ResultAnswer.of(concluded_case(bench, caller, CaseId(case_id)))
