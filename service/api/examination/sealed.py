"""An examiner's own sealed work, to be read again: one comparison, and a case after the end."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import NotFoundError
from domain.ids import CaseId
from service.api.authentication import Examiner
from service.api.documentation import call_problems
from service.api.examination.prints import LabelInPath
from service.api.examination.sealed_schemas import ResultAnswer, SealedComparisonAnswer
from service.api.parameters import IdInPath
from service.api.state import BenchOf, ServicesOf
from service.usecases.examination.after_seal import concluded_case
from service.usecases.examination.sealed_comparison import sealed_comparison

router = APIRouter(prefix="/v1/cases", tags=["examiner"])


@router.get("/{case_id}/comparisons/{label}", responses=call_problems(NotFoundError))
def get_sealed_comparison(
    caller: Examiner, case_id: IdInPath, label: LabelInPath, services: ServicesOf
) -> SealedComparisonAnswer:
    """Return a comparison that the examiner has sealed; that its prints are shown is an event."""
    return SealedComparisonAnswer.of(sealed_comparison(services, caller, CaseId(case_id), label))


@router.get("/{case_id}/result", responses=call_problems(NotFoundError))
def get_result(caller: Examiner, case_id: IdInPath, bench: BenchOf) -> ResultAnswer:
    """Return a closed case unmasked to its examiners; the look is an event."""
    return ResultAnswer.of(concluded_case(bench, caller, CaseId(case_id)))
