"""The documents of drafts and applications: each a payload of its own."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from domain.applications.states import ApplicationId, DocumentId, UploadedDocument
from service.storage.engine.rows import row_of, value_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.applications import application_uploads as uploads
from service.storage.transaction import Transaction, TransactionPart


class ApplicationDocuments(TransactionPart):
    """A document is written once; while its form is a draft, it may be withdrawn."""

    def add(self, document: UploadedDocument, content: bytes) -> None:
        """Store a document."""
        payload_id = self._transaction.payloads.put(PayloadKind.DOCUMENT, content)
        row = row_of(uploads, document, payload_id=payload_id)
        self._connection.execute(insert(uploads).values(row).inline())

    def of(self, application_id: ApplicationId) -> tuple[UploadedDocument, ...]:
        """Return the documents of a draft or an application, in the order of their arrival."""
        return documents_of(self._transaction, application_id)

    def content(self, document_id: DocumentId) -> bytes | None:
        """Return the bytes of a document; None when unknown or erased."""
        query = select(uploads.c.payload_id).where(uploads.c.document_id == document_id)
        payload_id = self._connection.execute(query).scalar()
        if payload_id is None:
            return None
        return self._transaction.payloads.get(PayloadKind.DOCUMENT, payload_id)

    def drop(self, application_id: ApplicationId, document_id: DocumentId) -> bool:
        """Take a document of a draft back; False when it has no such document."""
        is_it = (uploads.c.application_id == application_id) & (
            uploads.c.document_id == document_id
        )
        found = self._connection.execute(select(uploads.c.payload_id).where(is_it)).scalars().all()
        self._transaction.payloads.delete(found)
        return self._connection.execute(delete(uploads).where(is_it)).rowcount == 1


def documents_of(
    transaction: Transaction, application_id: ApplicationId
) -> tuple[UploadedDocument, ...]:
    """Return the documents of a draft or an application, in the order of their arrival."""
    query = (
        select(uploads)
        .where(uploads.c.application_id == application_id)
        .order_by(uploads.c.added_at, uploads.c.document_id)
    )
    return tuple(value_of(UploadedDocument, row) for row in transaction.connection.execute(query))


def drop_documents(transaction: Transaction, application_id: ApplicationId) -> None:
    """Forget the documents of a draft."""
    is_its = uploads.c.application_id == application_id
    found = transaction.connection.execute(select(uploads.c.payload_id).where(is_its))
    transaction.payloads.delete(found.scalars().all())
    transaction.connection.execute(delete(uploads).where(is_its))
