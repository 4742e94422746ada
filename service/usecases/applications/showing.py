"""The documents of an application, as case officers and auditors see them."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.applications.states import DocumentId, UploadedDocument
from domain.errors import PayloadErasedError
from domain.events.looking import LookKind
from domain.ids import RequestId
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.services import StoreServices


def documents_of_request(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[UploadedDocument, ...]:
    """Return the documents that came with an application; none where it came by another way.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        existing(unit.requests.file(request_id))
        application = unit.applications.of_request(request_id)
        found = (
            ()
            if application is None
            else unit.application_documents.of(application.application_id)
        )
    look(services, caller, LookKind.APPLICATION, (request_id,))
    return found


def show_document(
    services: StoreServices, caller: Caller, request_id: RequestId, document_id: DocumentId
) -> tuple[UploadedDocument, bytes]:
    """Return a document of an application and its bytes.

    Raises NotPermittedError, NotFoundError, PayloadErasedError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        application = existing(unit.applications.of_request(request_id))
        documents = unit.application_documents.of(application.application_id)
        document = existing(next((d for d in documents if d.document_id == document_id), None))
        content = unit.application_documents.content(document_id)
    if content is None:
        raise PayloadErasedError("The document was erased.")
    look(services, caller, LookKind.APPLICATION, (request_id, document_id))
    return document, content
