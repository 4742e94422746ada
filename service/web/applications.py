"""The documents that came with an application, and those handed to its applicant."""

from starlette.responses import Response

from domain.access.access import Scope
from domain.applications.states import DAYS, MOST_FETCHES, DocumentId
from domain.ids import RequestId
from service.adapters.documents.typesetting import own_data_pdf
from service.api.applications.documents import ATTACHED
from service.usecases.applications.handing import hand_over, handovers_of
from service.usecases.applications.showing import documents_of_request, show_document
from service.web.form_pages import form_page
from service.web.forms import FormOf
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf

router = page_router("/workbench/requests/{request_id}/documents")


@router.get("")
def show_request_documents(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show the documents that came with an application."""
    found = visit.use(documents_of_request, RequestId(request_id))
    values = {"request_id": request_id, "documents": found}
    return visit.page("applications/documents.html", values)


@router.get("/{document_id}")
def show_request_document(
    visit: RequestReaderOf, request_id: IdInPath, document_id: IdInPath
) -> Response:
    """Return a document of an application as a file to be saved."""
    document, content = visit.use(show_document, RequestId(request_id), DocumentId(document_id))
    return Response(content, media_type=document.media_type, headers=ATTACHED)


handing = page_router("/workbench/requests/{request_id}/handovers")


@form_page(handing)
def handovers_page(visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show what is available, and how often it was fetched."""
    shown = {
        "request_id": request_id,
        "found": visit.use(handovers_of, RequestId(request_id)),
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
        "days": DAYS,
        "most": MOST_FETCHES,
    }
    return form.page(visit, "requests/handovers.html", shown)


@handovers_page.post("", "hand", refused=409)
def post_handover(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Make the released document available to the applicant."""
    del form
    visit.use(hand_over, RequestId(request_id), own_data_pdf)


ROUTERS = (router, handing)
