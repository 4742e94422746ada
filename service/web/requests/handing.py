"""The documents available to the applicant of a request, and the form that makes one available."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.applications.states import DAYS, MOST_FETCHES
from domain.ids import RequestId
from service.adapters.documents.own_data_pdf import own_data_pdf
from service.usecases.applications.handing import hand_over, handovers_of
from service.web.drafts import begun_form
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench/requests/{request_id}/handovers")


@router.get("")
def show_handovers(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show what is available, and how often it was fetched."""
    return _page(visit, request_id, begun_form(visit))


@router.post("")
def post_handover(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Make the released document available to the applicant."""
    with form.taking("hand"):
        visit.use(hand_over, RequestId(request_id), own_data_pdf)
        return RedirectResponse(f"/workbench/requests/{request_id}/handovers", status_code=303)
    return _page(visit, request_id, form, status=409)


def _page(visit: Visit, request_id: str, form: Form, *, status: int = 200) -> Response:
    shown = {
        "request_id": request_id,
        "found": visit.use(handovers_of, RequestId(request_id)),
        "form": form,
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
        "days": DAYS,
        "most": MOST_FETCHES,
    }
    return visit.page("requests/handovers.html", shown, status=status)
