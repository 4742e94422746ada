"""The documents of an application, and those that case officers hand to its applicant."""

from fastapi import Response

from domain.applications.states import DocumentId
from domain.ids import RequestId
from service.adapters.documents.typesetting import own_data_pdf
from service.api.applications import applications as schemas
from service.api.authentication import RequestReader, RequestWorker
from service.api.bodies import IdInPath
from service.api.call_routes import CallRouter, file_of
from service.usecases.applications.handing import hand_over, handovers_of
from service.usecases.applications.showing import documents_of_request, show_document

router = CallRouter(prefix="/v1/requests/{request_id}/documents", tags=["case officer"])

ATTACHED = {
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""Headers that make a browser save an outsider's document, never open it as our page."""


@router.get("")
def get_request_documents(call: RequestReader, request_id: IdInPath) -> schemas.DocumentsAnswer:
    """Return the documents that came with an application."""
    found = call.use(documents_of_request, RequestId(request_id))
    return schemas.DocumentsAnswer(documents=found)


@router.get(
    "/{document_id}",
    response_class=Response,
    responses=file_of("A picture (JPEG) or a PDF.", "image/jpeg", "application/pdf"),
)
def get_request_document(
    call: RequestReader, request_id: IdInPath, document_id: IdInPath
) -> Response:
    """Return a document of an application as it was stored."""
    document, content = call.use(show_document, RequestId(request_id), DocumentId(document_id))
    return Response(content, media_type=document.media_type, headers=ATTACHED)


handed = CallRouter(prefix="/v1/requests/{request_id}/handovers", tags=["case officer"])


@handed.post("", status_code=201)
def post_handover(call: RequestWorker, request_id: IdInPath) -> schemas.HandoverAnswer:
    """Make the released document available on the public pages, only to its applicant."""
    return schemas.HandoverAnswer.of(call.use(hand_over, RequestId(request_id), own_data_pdf))


@handed.get("")
def list_handovers(call: RequestReader, request_id: IdInPath) -> schemas.HandoversAnswer:
    """Return the documents made available because of a request, with their numbers of fetches."""
    found = call.use(handovers_of, RequestId(request_id))
    return schemas.HandoversAnswer(handovers=found)
