"""Applications from the public, with drafts, documents and answers, and copies handed over."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update

from domain.applications.declarations import Answers
from domain.applications.states import (
    MOST_FETCHES,
    SENT,
    Application,
    ApplicationId,
    DocumentId,
    DraftApplication,
    Handover,
    HandoverId,
    UploadedDocument,
)
from domain.errors import ConflictError, VaultDamagedError
from domain.ids import PersonId, RequestId, UserId
from service.storage.engine.rows import from_bytes, rows_where, to_bytes, value_of
from service.storage.people.people import locked_person
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.certificates import (
    application_answers,
    applications,
    certificate_revocations,
    handover_fetches,
    handovers,
    superseded,
)
from service.storage.tables.certificates import application_drafts as drafts
from service.storage.tables.certificates import application_uploads as uploads
from service.storage.tables.disclosure import restricted_items
from service.storage.tables.links import merged_persons
from service.storage.tables.people import payloads
from service.storage.transaction import Transaction, TransactionPart


class ApplicationDocuments(TransactionPart):
    """Documents, each written once; it may be withdrawn while its form is still a draft."""

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
        """Replace the answers; return the new version. Raises ConflictError for a stale draft."""
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


class Handovers(TransactionPart):
    """Handovers. Copies and fetches are written once; a copy's content is later destroyed."""

    def add(self, handover: Handover, person_id: PersonId | None, content: bytes) -> None:
        """Store a copy. Raises NotFoundError when the person no longer exists."""
        self._add(
            handovers,
            handover,
            person_row=person_id and locked_person(self._transaction, person_id),
            payload_id=self._put(PayloadKind.DOCUMENT, content),
        )

    def claim(self, application_id: ApplicationId) -> None:
        """Prevent other handovers to this applicant until the transaction ends."""
        one = rows_where(applications.c.application_id, application_id=application_id)
        self._connection.execute(one.with_for_update())

    def ready(self, application_id: ApplicationId, today: date) -> tuple[Handover, ...]:
        """Return the copies that an applicant can fetch today, oldest first.

        Leaves out certificates that are revoked or superseded, copies that are erased or hidden,
        and copies about a person with an item that has since been restricted.
        """
        found = self._read(
            _HANDED.where(
                handovers.c.application_id == application_id,
                handovers.c.last_day >= today,
                _FETCHED < MOST_FETCHES,
                _IS_THERE,
                ~_IS_OF_RESTRICTED,
            )
        )
        return tuple(one for one in found if self._holds(one.source_id))

    def _holds(self, source_id: str) -> bool:
        """Whether a document is still valid; only a revoked or superseded certificate is not."""
        revoked = rows_where(certificate_revocations.c.certificate_id, certificate_id=source_id)
        queries = (revoked, superseded(source_id))
        return not any(self._row(one) for one in queries)

    def of_request(self, request_id: RequestId) -> tuple[Handover, ...]:
        """Return all handovers of a request, oldest first."""
        return self._read(_HANDED.where(handovers.c.request_id == request_id))

    def content(self, handover_id: HandoverId) -> bytes | None:
        """Return the copy, or None once the copy has been destroyed."""
        query = select(handovers.c.payload_id).where(handovers.c.handover_id == handover_id)
        return self._transaction.payloads.get(PayloadKind.DOCUMENT, self._cell(query))

    def fetch(
        self, fetch_id: str, handover: Handover, number: int, by: UserId, at: datetime
    ) -> bool:
        """Record that a copy is fetched. Returns False if another fetch has this number."""
        return self._add_new(
            handover_fetches,
            unless_taken=("handover_id", "number"),
            fetch_id=fetch_id,
            handover_id=handover.handover_id,
            number=number,
            fetched_by=by,
            fetched_at=at,
        )

    def destroy_spent(self, today: date, limit: int) -> int:
        """Destroy copies that have expired or reached the fetch limit; return how many."""
        is_over = (handovers.c.last_day < today) | (_FETCHED >= MOST_FETCHES)
        query = select(handovers.c.payload_id).where(is_over, _IS_THERE).limit(limit)
        found = self._column(query)
        self._transaction.payloads.delete(found)
        return len(found)

    def _read(self, query: Select[Any]) -> tuple[Handover, ...]:
        rows = self._connection.execute(query.order_by(handovers.c.handover_row))
        return tuple(value_of(Handover, row) for row in rows)


_FETCHED = (
    select(func.count())
    .where(handover_fetches.c.handover_id == handovers.c.handover_id)
    .scalar_subquery()
)
_IS_THERE: ColumnElement[bool] = exists().where(payloads.c.payload_id == handovers.c.payload_id)
_own_merge, _merge = merged_persons.alias("own_merge"), merged_persons.alias("merge")
_IS_OF_RESTRICTED: ColumnElement[bool] = exists(
    select(restricted_items.c.restriction_id)
    .outerjoin(_merge, _merge.c.absorbed_row == restricted_items.c.person_row)
    .outerjoin(_own_merge, _own_merge.c.absorbed_row == handovers.c.person_row)
    .where(
        func.coalesce(_merge.c.surviving_row, restricted_items.c.person_row)
        == func.coalesce(_own_merge.c.surviving_row, handovers.c.person_row)
    )
    .correlate(handovers)
)
"""An item of the person, or of one merged with them, is restricted: the answer covers both."""
_HANDED = select(handovers, _FETCHED.label("fetched"))
