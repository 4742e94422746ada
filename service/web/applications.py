"""The documents of one application, each of which can be saved as a file."""

from starlette.responses import Response

from domain.applications.states import DocumentId
from domain.ids import RequestId
from service.api.applications.documents import ATTACHED
from service.usecases.applications.showing import documents_of_request, show_document
from service.web.page_route import IdInPath, page_router
from service.web.visitors import RequestReaderOf

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


ROUTERS = (router,)
