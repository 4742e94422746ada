"""Documents uploaded with drafts and answers: checked and stored."""

from dataclasses import dataclass, field

from domain.applications.answers import UploadFault
from domain.applications.declarations import DocumentUse
from domain.applications.states import SENT, ApplicationId, DocumentId, UploadedDocument
from domain.errors import InvalidInputError, NotFoundError, UploadRefusedError
from domain.events.applications import ApplicationSaved, DraftChange
from service.live.upload_queue import UploadQueue
from service.ports.uploads import CheckedUpload, PageDrawer, UploadChecker, VirusScanner
from service.usecases.applications.drafting import Access, form_of, opened, opened_draft
from service.usecases.log.recording import record
from service.usecases.services import Services

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
    with services.units.write() as unit:
        draft = opened_draft(services, unit, access)
        replaced = [one for one in draft.documents if one.slot == slot]
        if len(draft.documents) - len(replaced) >= MOST_DOCUMENTS:
            raise UploadRefusedError(UploadFault.TOO_MANY)
        for one in replaced:
            unit.application_documents.drop(draft.application_id, one.document_id)
        document = UploadedDocument(
            DocumentId(services.surroundings.new_id()),
            draft.application_id,
            SENT,
            slot,
            checked.media_type,
            len(checked.content),
            services.surroundings.clock(),
        )
        unit.application_documents.add(document, checked.content)
        event = ApplicationSaved(draft.application_id, DraftChange.DOCUMENT)
        record(unit, services.surroundings, access.caller, event)
        unit.commit()
    return document


def remove_document(services: Services, access: Access, document_id: DocumentId) -> None:
    """Remove a document from a draft.

    Raises NotPermittedError, NotFoundError, ConflictError (the application has been sent).
    """
    with services.units.write() as unit:
        draft = opened_draft(services, unit, access)
        if not unit.application_documents.drop(draft.application_id, document_id):
            raise NotFoundError
        event = ApplicationSaved(draft.application_id, DraftChange.DOCUMENT_REMOVED)
        record(unit, services.surroundings, access.caller, event)
        unit.commit()


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
