"""The documents that lie ready for the applicant of a request, and the act that lays one there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller, Scope
from domain.applications.handovers import DAYS, MOST_FETCHES
from domain.errors import LinkingError
from domain.ids import RequestId
from service.adapters.documents.own_data_pdf import own_data_pdf
from service.api.state import BenchOf
from service.usecases.applications.handing import hand_over, handovers_of
from service.usecases.workbench import Workbench
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.visitors import CaseOfficerOf, RequestReaderOf

router = APIRouter(
    prefix="/workbench/requests/{request_id}/handovers",
    route_class=PageRoute,
    include_in_schema=False,
)


@router.get("")
def show_handovers(
    request: Request, request_id: IdInPath, caller: RequestReaderOf, bench: BenchOf
) -> Response:
    """Show what lies ready, and how often it was fetched."""
    return _page(request, bench, caller, request_id, Form({}, {}))


@router.post("")
def post_handover(
    request: Request, request_id: IdInPath, caller: CaseOfficerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Lay the released document ready for the applicant."""
    try:
        hand_over(bench.services, caller, RequestId(request_id), own_data_pdf)
    except LinkingError as error:
        form.errors["hand"] = error.detail or error.title
        return _page(request, bench, caller, request_id, form, status=409)
    return RedirectResponse(f"/workbench/requests/{request_id}/handovers", status_code=303)


def _page(
    request: Request,
    bench: Workbench,
    caller: Caller,
    request_id: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    shown = {
        "request_id": request_id,
        "found": handovers_of(bench.services, caller, RequestId(request_id)),
        "form": form,
        "may_work": Scope.WORK_REQUESTS in caller.actor.scopes,
        "days": DAYS,
        "most": MOST_FETCHES,
    }
    return render(request, "requests/handovers.html", shown, status=status)
