"""The documents of an application, as shown to case officers, auditors and the applicant."""

from dataclasses import dataclass

from domain import errors
from domain.access.access import Caller, Scope
from domain.applications.states import DocumentId, UploadedDocument
from domain.events.looking import LookKind
from domain.ids import RequestId
from service.usecases.applications.documents import UploadDesk
from service.usecases.applications.drafting import Access, opened_draft
from service.usecases.existing import existing
from service.usecases.log.recording import look
from service.usecases.services import Services, StoreServices

_SMALL_PX = 240


def documents_of_request(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[UploadedDocument, ...]:
    """Return the documents sent with an application; none if the request was not made online.

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


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of a document, as shown to an officer."""

    document: UploadedDocument
    page: int
    """The number of the page, from 1."""
    pages: int
    """The number of pages; 0 if none can be drawn, so that the document can only be saved."""
    picture: bytes = b""
    """The page as JPEG."""


def show_pages(
    services: StoreServices,
    desk: UploadDesk,
    caller: Caller,
    request_id: RequestId,
    *,
    width_px: int,
    only: tuple[DocumentId, int] | None = None,
) -> tuple[ShownPage, ...]:
    """Return the first page of each document of an application as a picture.

    If `only` is given, return just that page of that document. Raises NotPermittedError,
    NotFoundError.
    """
    caller.actor.require(Scope.READ_REQUESTS)
    with services.units.read() as unit:
        application = existing(unit.applications.of_request(request_id))
        wanted = [
            one
            for one in unit.application_documents.of(application.application_id)
            if only is None or one.document_id == only[0]
        ]
        contents = [unit.application_documents.content(one.document_id) for one in wanted]
    if only is not None and not wanted:
        raise errors.NotFoundError
    look(services, caller, LookKind.APPLICATION, (request_id, *(d.document_id for d in wanted)))
    page = 1 if only is None else only[1]
    return tuple(
        _drawn(desk, document, content, page, width_px)
        for document, content in zip(wanted, contents, strict=True)
    )


def _drawn(
    desk: UploadDesk, document: UploadedDocument, content: bytes | None, page: int, width_px: int
) -> ShownPage:
    """Return a page as a picture.

    The picture is left out if the document is erased or cannot be drawn.
    """
    if content is None or desk.drawer is None:
        return ShownPage(document, page, 0)
    try:
        drawn = desk.drawer.draw(content, page, width_px)
    except (errors.UploadRefusedError, errors.UploadsBusyError):
        return ShownPage(document, page, 0)
    return ShownPage(document, min(page, drawn.pages), drawn.pages, drawn.content)


def show_own_picture(
    services: Services, desk: UploadDesk, access: Access, document_id: DocumentId
) -> bytes:
    """Return the first page of a document of a draft as a small JPEG, for its applicant.

    Raises NotPermittedError, NotFoundError (no such document, or it cannot be drawn),
    ConflictError (the application has been sent).
    """
    with services.units.read() as unit:
        draft = opened_draft(services, unit, access)
        document = existing(
            next((d for d in draft.documents if d.document_id == document_id), None)
        )
        content = unit.application_documents.content(document_id)
    page = _drawn(desk, document, content, 1, _SMALL_PX)
    if not page.picture:
        raise errors.NotFoundError
    return page.picture


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
        raise errors.PayloadErasedError("The document has been erased.")
    look(services, caller, LookKind.APPLICATION, (request_id, document_id))
    return document, content
