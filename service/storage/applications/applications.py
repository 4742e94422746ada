"""Applications from the public: drafts, documents, sent applications, and answers to questions."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from domain.applications.declarations import Answers
from domain.applications.states import (
    SENT,
    Application,
    ApplicationId,
    DocumentId,
    DraftApplication,
    UploadedDocument,
)
from domain.errors import ConflictError, VaultDamagedError
from domain.ids import RequestId, UserId
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import rows_where, value_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.applications import application_answers, applications
from service.storage.tables.applications import application_drafts as drafts
from service.storage.tables.applications import application_uploads as uploads
from service.storage.transaction import Transaction, TransactionPart


class ApplicationDocuments(TransactionPart):
    """Documents.

    A document is written once; it may be withdrawn while its form is still a draft.
    """

    def add(self, document: UploadedDocument, content: bytes) -> None:
        """Store a document."""
        payload_id = self._put(PayloadKind.DOCUMENT, content)
        self._add(uploads, document, payload_id=payload_id)

    def of(self, application_id: ApplicationId) -> tuple[UploadedDocument, ...]:
        """Return the documents of a draft or an application, in order of arrival."""
        return documents_of(self._transaction, application_id)

    def content(self, document_id: DocumentId) -> bytes | None:
        """Return the bytes of a document, or None if the document is unknown or erased."""
        query = select(uploads.c.payload_id).where(uploads.c.document_id == document_id)
        return self._content(PayloadKind.DOCUMENT, query)

    def drop(self, application_id: ApplicationId, document_id: DocumentId) -> bool:
        """Delete a document of a draft. Returns False if the draft has no such document."""
        is_it = (uploads.c.application_id == application_id) & (
            uploads.c.document_id == document_id
        )
        found = self._column(select(uploads.c.payload_id).where(is_it))
        self._transaction.payloads.delete(found)
        return self._connection.execute(delete(uploads).where(is_it)).rowcount == 1


_ACCESS = ""
"""The name under which the access digest of a draft is sealed with its answers; drafts of earlier
releases have none until they are saved."""


def documents_of(
    transaction: Transaction, application_id: ApplicationId
) -> tuple[UploadedDocument, ...]:
    """Return the documents of a draft or an application, in order of arrival."""
    query = rows_where(uploads, application_id=application_id).order_by(
        uploads.c.added_at, uploads.c.document_id
    )
    return tuple(value_of(UploadedDocument, row) for row in transaction.connection.execute(query))


def drop_documents(transaction: Transaction, application_id: ApplicationId) -> None:
    """Delete the documents of a draft."""
    is_its = uploads.c.application_id == application_id
    found = transaction.connection.execute(select(uploads.c.payload_id).where(is_its))
    transaction.payloads.delete(found.scalars().all())
    transaction.connection.execute(delete(uploads).where(is_its))


class ApplicationDrafts(TransactionPart):
    """Drafts. Saving a draft replaces its content and raises its version number."""

    def start(self, draft: DraftApplication, access_digest: str) -> None:
        """Store a new draft."""
        payload_id = self._put_answers(draft.answers, access_digest)
        self._add(drafts, draft, access_digest=access_digest, payload_id=payload_id)

    def find(self, access_digest: str) -> DraftApplication | None:
        """Return the draft with the access digest of a reference and code, or None.

        The digest is also sealed with the answers. So a row is not found if somebody gave it
        another code's digest in the database.
        """
        row = self._row(rows_where(drafts, access_digest=access_digest))
        body = None if row is None else self._body(PayloadKind.APPLICATION, row)
        if row is None or body is None:
            return None
        answers = dict(_read(body))
        if answers.pop(_ACCESS, (access_digest,)) != (access_digest,):
            return None
        application_id = ApplicationId(row.application_id)
        return value_of(
            DraftApplication,
            row,
            application_id=application_id,
            answers=answers,
            documents=documents_of(self._transaction, application_id),
        )

    def save(self, draft: DraftApplication, answers: Answers, at: datetime) -> int:
        """Replace the answers and return the new version.

        Raises ConflictError if the draft is stale.
        """
        old, digest = self._payload(draft.application_id)
        values = {
            "version": draft.version + 1,
            "saved_at": at,
            "payload_id": self._put_answers(answers, digest),
        }
        named = {"application_id": draft.application_id, **values}
        self._transaction.payloads.bind(drafts, [named])
        statement = (
            update(drafts)
            .where(
                drafts.c.application_id == draft.application_id,
                drafts.c.version == draft.version,
            )
            .values(values)
        )
        if self._connection.execute(statement).rowcount != 1:
            raise ConflictError(
                "The form has been saved in another window: open your application again."
            )
        self._transaction.payloads.delete([old])
        return draft.version + 1

    def drop(self, draft: DraftApplication, *, with_documents: bool) -> None:
        """Delete a draft. Its documents are kept if the draft has become an application."""
        if with_documents:
            drop_documents(self._transaction, draft.application_id)
        self._transaction.payloads.delete([self._payload(draft.application_id)[0]])
        is_it = drafts.c.application_id == draft.application_id
        self._connection.execute(delete(drafts).where(is_it))

    def older(self, than: datetime, *, limit: int) -> tuple[str, ...]:
        """Return the access digests of drafts that were last saved before the given time."""
        query = (
            select(drafts.c.access_digest)
            .where(drafts.c.saved_at < than)
            .order_by(drafts.c.saved_at)
            .limit(limit)
        )
        return tuple(self._column(query))

    def _payload(self, application_id: ApplicationId) -> tuple[int, str]:
        """Return the number of a draft's payload, and its access digest."""
        row = self._row(rows_where(drafts, application_id=application_id))
        if row is None:
            raise ConflictError(
                "The form has already been sent or deleted: open your application again."
            )
        return int(row.payload_id), str(row.access_digest)

    def _put_answers(self, answers: Answers, access_digest: str) -> int:
        sealed = {**answers, _ACCESS: (access_digest,)}
        body = to_bytes({name: list(given) for name, given in sealed.items()})
        return self._put(PayloadKind.APPLICATION, body)


def _read(body: bytes) -> Mapping[str, tuple[str, ...]]:
    values = from_bytes(body)
    if not all(isinstance(given, list) for given in values.values()):
        raise VaultDamagedError("A draft of an application is damaged: restore it from a backup.")
    return {name: tuple(map(str, given)) for name, given in values.items()}


class Applications(TransactionPart):
    """Sent applications and the applicants' answers. Each is written once."""

    def add(self, application: Application, access_digest: str, content_digest: str) -> None:
        """Store an application."""
        self._add(
            applications, application, access_digest=access_digest, content_digest=content_digest
        )

    def find(self, access_digest: str) -> Application | None:
        """Return the application with the access digest of a reference and code, or None."""
        return self._found(applications.c.access_digest == access_digest)

    def of_request(self, request_id: RequestId) -> Application | None:
        """Return the application that became a request, or None."""
        return self._found(applications.c.request_id == request_id)

    def same(self, content_digest: str) -> Application | None:
        """Return the newest application of the same person for the same thing, or None."""
        query = (
            rows_where(applications, content_digest=content_digest)
            .order_by(applications.c.submitted_at.desc())
            .limit(1)
        )
        return self._one(Application, query)

    def next_number(self, application_id: ApplicationId) -> int:
        """Return the number of the applicant's next answer."""
        query = select(func.max(application_answers.c.number)).where(
            application_answers.c.application_id == application_id
        )
        return int(self._cell(query) or SENT) + 1

    def answer(
        self, answer_id: str, application: Application, number: int, by: UserId, at: datetime
    ) -> None:
        """Record that an applicant answered. Raises ConflictError when the number is taken."""
        if not self._add_new(
            application_answers,
            application,
            unless_taken=("application_id", "number"),
            answer_id=answer_id,
            number=number,
            answered_by=by,
            answered_at=at,
        ):
            raise ConflictError("Somebody else answered at the same time: reload the application.")

    def _found(self, wanted: ColumnElement[bool]) -> Application | None:
        return self._one(Application, select(applications).where(wanted))
