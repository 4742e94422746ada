"""A case after the last seal: ranks, evidence, details."""

from __future__ import annotations

from starlette.responses import Response

from domain.finding_policy import ShownAs
from domain.ids import CaseId
from service.ports.print_images import PrintImage
from service.usecases.examination.after_seal import concluded_case
from service.usecases.examination.prints import PrintWanted, print_image
from service.web.examination.desk import IdInPath
from service.web.examination.matched import matched
from service.web.examination.waterfall import waterfall
from service.web.page_route import page_router
from service.web.rendering import render
from service.web.visitors import ExaminerOf

router = page_router("/workbench/cases")


@router.get("/{case_id}/result")
def show_result(visit: ExaminerOf, case_id: IdInPath) -> Response:
    """Show the hidden data to an examiner of the case; the look is an event."""
    case = concluded_case(visit.bench, visit.caller, CaseId(case_id))
    asked = visit.request.query_params.get("rank", "")
    chosen = next((c for c in case.candidates if str(c.candidate.rank) == asked), None)
    if chosen is None:
        chosen = next((c for c in case.candidates if c.comparison), None)

    def picture(side: str, index: int) -> PrintImage:
        return print_image(
            visit.bench, visit.caller, PrintWanted(CaseId(case_id), side, index), ShownAs.IMAGE
        )

    finger = visit.request.query_params.get("finger", "")
    return render(
        visit.request,
        "examination/result.html",
        {
            "case": case,
            "chosen": chosen,
            "bars": waterfall(chosen.candidate.evidence) if chosen else None,
            "matched": (
                matched(CaseId(case_id), case, chosen, finger, picture) if chosen else None
            ),
        },
    )
