"""An examiner's own sealed work, to be read again: one comparison, and a case after the end."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from domain.errors import NotFoundError, PdfNotInstalledError, UnfoundedFindingError
from domain.ids import CaseId
from domain.prints import FingerPosition
from service.adapters.documents.chart_pdf import chart_pdf
from service.api.authentication import Examiner
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.examination.cases import STEP
from service.api.examination.cases_schemas import RevisionBody
from service.api.examination.prints import LabelInPath
from service.api.examination.sealed_schemas import ResultAnswer, SealedComparisonAnswer
from service.api.parameters import IdInPath
from service.api.state import BenchOf, ServicesOf
from service.usecases.examination.after_seal import concluded_case
from service.usecases.examination.revising import revise_comparison
from service.usecases.examination.sealed_comparison import (
    ChartWanted,
    comparison_chart,
    sealed_comparison,
)

router = APIRouter(prefix="/v1/cases", tags=["examiner"])

_PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A PDF, tagged to PDF/UA-1.",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/{case_id}/comparisons/{label}", responses=call_problems(NotFoundError))
def get_sealed_comparison(
    caller: Examiner, case_id: IdInPath, label: LabelInPath, services: ServicesOf
) -> SealedComparisonAnswer:
    """Return a comparison that the examiner has sealed; that its prints are shown is an event."""
    return SealedComparisonAnswer.of(sealed_comparison(services, caller, CaseId(case_id), label))


@router.get(
    "/{case_id}/comparisons/{label}/chart",
    response_class=Response,
    responses={**_PDF, **call_problems(NotFoundError, PdfNotInstalledError)},
)
def get_chart(
    caller: Examiner,
    case_id: IdInPath,
    label: LabelInPath,
    bench: BenchOf,
    finger: Annotated[
        FingerPosition | None,
        Query(description="Of this finger; otherwise of the one identified or marked."),
    ] = None,
) -> Response:
    """Return a chart of one's own sealed comparison: both prints, numbered points, a legend."""
    chart = comparison_chart(bench, caller, ChartWanted(CaseId(case_id), label, finger))
    return Response(chart_pdf(chart), media_type="application/pdf")


@router.post(
    "/{case_id}/comparisons/{label}/revisions",
    status_code=204,
    responses=body_problems(*STEP, UnfoundedFindingError),
)
def post_revision(
    caller: Examiner,
    case_id: IdInPath,
    label: LabelInPath,
    body: BodyOf[RevisionBody],
    services: ServicesOf,
) -> None:
    """Seal another evaluation in place of one's own, before the decision, with its reason."""
    revise_comparison(services, body.to_command(caller, CaseId(case_id), label))


@router.get("/{case_id}/result", responses=call_problems(NotFoundError))
def get_result(caller: Examiner, case_id: IdInPath, bench: BenchOf) -> ResultAnswer:
    """Return a closed case unmasked to its examiners; the look is an event."""
    return ResultAnswer.of(concluded_case(bench, caller, CaseId(case_id)))
