"""Documents of drafts, and of answers, checked and kept."""

from __future__ import annotations

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
"""Most documents of one draft."""


@dataclass(frozen=True, slots=True)
class UploadDesk:
    """Checks documents; without a scanner, only by type, size and content."""

    checker: UploadChecker
    scanner: VirusScanner | None = None
    drawer: PageDrawer | None = None
    """Draws pages for officers; without it they save the documents."""
    queue: UploadQueue = field(default_factory=UploadQueue)

    def check(self, application_id: ApplicationId, data: bytes, use: DocumentUse) -> CheckedUpload:
        """Return a document of an application as it is kept.

        Raises UploadRefusedError, ScannerUnavailableError, and UploadsBusyError where too many
        documents wait.
        """
        with self.queue.turn(application_id):
            if self.scanner is not None and data:
                self.scanner.scan(data)
            return self.checker.check(data, use)

    def close(self) -> None:
        """End the processes that read and draw."""
        self.checker.close()
        if self.drawer is not None:
            self.drawer.close()


def add_document(
    services: Services, desk: UploadDesk, access: Access, *, slot: str, data: bytes
) -> UploadedDocument:
    """Check a document and keep it with a draft; a slot holds one, the last.

    Raises NotPermittedError, NotFoundError, InvalidInputError (no such slot), UploadRefusedError,
    ScannerUnavailableError, UploadsBusyError, ConflictError (the application was sent).
    """
    with services.units.read() as unit:
        draft = opened_draft(services, unit, access)
    asked = form_of(draft.kind).slot(slot)
    if asked is None:
        raise InvalidInputError(
            "The form does not ask for this document: leave it out.", pointer="/slot"
        )
    # Read outside the transaction: a slow file holds nothing up.
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
    """Take a document of a draft back.

    Raises NotPermittedError, NotFoundError, ConflictError (the application was sent).
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
    """Return the document that comes with an answer as it is kept; None if none came.

    Raises NotPermittedError, NotFoundError, UploadRefusedError, ScannerUnavailableError,
    UploadsBusyError.
    """
    with services.units.read() as unit:
        found = opened(services, unit, access)
    return desk.check(found.application_id, data, DocumentUse.PAPER) if data else None
