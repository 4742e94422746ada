"""The documents of an application, as shown to case officers, auditors and the applicant.

Documents uploaded with drafts and answers: checked and stored.
"""

from dataclasses import dataclass, field

from domain import errors
from domain.access.access import Caller, Scope
from domain.applications.declarations import DocumentUse, UploadFault
from domain.applications.states import SENT, ApplicationId, DocumentId, UploadedDocument
from domain.errors import InvalidInputError, NotFoundError, UploadRefusedError, existing
from domain.events.applications import ApplicationSaved, DraftChange
from domain.events.looking import LookKind
from domain.ids import RequestId
from service.live.rate_limits import UploadQueue
from service.ports.uploads import CheckedUpload, PageDrawer, UploadChecker, VirusScanner
from service.storage.unit_of_work import UnitOfWork
from service.usecases.applications.drafting import Access, form_of, opened, opened_draft
from service.usecases.log.recording import look, record
from service.usecases.services import Services, StoreServices

MOST_DOCUMENTS = 10
"""The largest number of documents in one draft."""


@dataclass(frozen=True, slots=True)
class UploadDesk:
    """Checks uploaded documents. Without a scanner, only type, size and content are checked."""

    checker: UploadChecker
    scanner: VirusScanner | None = None
    drawer: PageDrawer | None = None
    """Draws pages for officers. Without it, officers can only save the documents."""
    queue: UploadQueue = field(default_factory=UploadQueue)

    def check(self, application_id: ApplicationId, data: bytes, use: DocumentUse) -> CheckedUpload:
        """Check a document uploaded with an application; return it in the form to store.

        Raises UploadRefusedError, ScannerUnavailableError, and UploadsBusyError if too many
        documents are already waiting to be checked.
        """
        with self.queue.turn(application_id):
            if self.scanner is not None and data:
                self.scanner.scan(data)
            return self.checker.check(data, use)

    def close(self) -> None:
        """End the processes that read and draw documents."""
        self.checker.close()
        if self.drawer is not None:
            self.drawer.close()


def add_document(
    services: Services, desk: UploadDesk, access: Access, *, slot: str, data: bytes
) -> UploadedDocument:
    """Check a document and store it with a draft. A new document for a slot replaces the old one.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no such slot), UploadRefusedError,
    ScannerUnavailableError, UploadsBusyError, ConflictError (the application has been sent).
    """
    with services.units.read() as unit:
        draft = opened_draft(services, unit, access)
    asked = form_of(draft.kind).slot(slot)
    if asked is None:
        raise InvalidInputError(
            "The form does not ask for this document: do not send it.", pointer="/slot"
        )
    # Check outside the transaction, so that a slow file delays nobody.
    checked = desk.check(draft.application_id, data, asked.use)
    with services.units.begin() as unit:
        draft = opened_draft(services, unit, access)
        replaced = [one for one in draft.documents if one.slot == slot]
        if len(draft.documents) - len(replaced) >= MOST_DOCUMENTS:
            raise UploadRefusedError(UploadFault.TOO_MANY)
        for one in replaced:
            unit.application_documents.drop(draft.application_id, one.document_id)
        document = keep_upload(services, unit, (draft.application_id, SENT, slot), checked)
        event = ApplicationSaved(draft.application_id, DraftChange.DOCUMENT)
        record(services, unit, access.caller, event)
    return document


def keep_upload(
    services: Services,
    unit: UnitOfWork,
    place: tuple[ApplicationId, int, str],
    checked: CheckedUpload,
) -> UploadedDocument:
    """Store a checked document at its place: application, number of the answer, and slot."""
    document = UploadedDocument(
        DocumentId(services.new_id()),
        *place,
        checked.media_type,
        len(checked.content),
        services.now(),
    )
    unit.application_documents.add(document, checked.content)
    return document


def remove_document(services: Services, access: Access, document_id: DocumentId) -> None:
    """Remove a document from a draft.

    Raises NotPermittedError, NotFoundError, ConflictError (the application has been sent).
    """
    with services.units.begin() as unit:
        draft = opened_draft(services, unit, access)
        if not unit.application_documents.drop(draft.application_id, document_id):
            raise NotFoundError
        event = ApplicationSaved(draft.application_id, DraftChange.DOCUMENT_REMOVED)
        record(services, unit, access.caller, event)


def checked_for_answer(
    services: Services, desk: UploadDesk, access: Access, data: bytes
) -> CheckedUpload | None:
    """Check the document sent with an answer; return it in the form to store, or None.

    Raises NotPermittedError, NotFoundError, UploadRefusedError, ScannerUnavailableError,
    UploadsBusyError.
    """
    with services.units.read() as unit:
        found = opened(services, unit, access)
    return desk.check(found.application_id, data, DocumentUse.PAPER) if data else None


_SMALL_PX = 240


def documents_of_request(
    services: StoreServices, caller: Caller, request_id: RequestId
) -> tuple[UploadedDocument, ...]:
    """Return the documents sent with an application; none if the request was not made online.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
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
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
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
    with services.reading(caller, Scope.READ_REQUESTS) as unit:
        application = existing(unit.applications.of_request(request_id))
        documents = unit.application_documents.of(application.application_id)
        document = existing(next((d for d in documents if d.document_id == document_id), None))
        content = unit.application_documents.content(document_id)
    if content is None:
        raise errors.PayloadErasedError("The document has been erased.")
    look(services, caller, LookKind.APPLICATION, (request_id, document_id))
    return document, content
