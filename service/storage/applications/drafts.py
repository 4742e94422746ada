"""Forms that are not sent yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from domain.applications.declarations import Answers
from domain.applications.states import ApplicationId, DraftApplication
from domain.errors import ConflictError, VaultDamagedError
from service.storage.applications.documents import documents_of, drop_documents
from service.storage.engine.json_bodies import from_bytes, to_bytes
from service.storage.engine.rows import row_of
from service.storage.sealed.payloads import PayloadKind
from service.storage.tables.applications import application_drafts as drafts
from service.storage.transaction import TransactionPart


class ApplicationDrafts(TransactionPart):
    """A draft is saved in place of itself; each saving counts."""

    def start(self, draft: DraftApplication, access_digest: str) -> None:
        """Store a new draft."""
        payload_id = self._put(draft.answers)
        row = row_of(drafts, draft, access_digest=access_digest, payload_id=payload_id)
        self._connection.execute(insert(drafts).values(row).inline())

    def find(self, access_digest: str) -> DraftApplication | None:
        """Return the draft that a reference and a code open together, or None."""
        query = select(drafts).where(drafts.c.access_digest == access_digest)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        body = self._transaction.payloads.get(PayloadKind.APPLICATION, row.payload_id)
        application_id = ApplicationId(row.application_id)
        return DraftApplication(
            application_id,
            row.reference,
            row.kind,
            {} if body is None else _read(body),
            row.version,
            row.started_at,
            row.saved_at,
            documents_of(self._transaction, application_id),
        )

    def save(self, draft: DraftApplication, answers: Answers, at: datetime) -> int:
        """Replace the answers, return the new version; raises ConflictError (draft is stale)."""
        old = self._payload(draft.application_id)
        values = {"version": draft.version + 1, "saved_at": at, "payload_id": self._put(answers)}
        statement = (
            update(drafts)
            .where(
                drafts.c.application_id == draft.application_id,
                drafts.c.version == draft.version,
            )
            .values(values)
        )
        if self._connection.execute(statement).rowcount != 1:
            raise ConflictError("The form was saved in another window since: open it again.")
        self._transaction.payloads.delete([old])
        return draft.version + 1

    def drop(self, draft: DraftApplication, *, with_documents: bool) -> None:
        """Forget a draft; its documents stay when it has become an application."""
        if with_documents:
            drop_documents(self._transaction, draft.application_id)
        self._transaction.payloads.delete([self._payload(draft.application_id)])
        is_it = drafts.c.application_id == draft.application_id
        self._connection.execute(delete(drafts).where(is_it))

    def older(self, than: datetime, *, limit: int) -> tuple[str, ...]:
        """Return the access digests of drafts that were saved last before this instant."""
        query = (
            select(drafts.c.access_digest)
            .where(drafts.c.saved_at < than)
            .order_by(drafts.c.saved_at)
            .limit(limit)
        )
        return tuple(self._connection.execute(query).scalars())

    def _payload(self, application_id: ApplicationId) -> int:
        query = select(drafts.c.payload_id).where(drafts.c.application_id == application_id)
        found = self._connection.execute(query).scalar()
        if found is None:
            raise ConflictError("The form has been sent or deleted since: open it again.")
        return int(found)

    def _put(self, answers: Answers) -> int:
        body = to_bytes({name: list(given) for name, given in answers.items()})
        return self._transaction.payloads.put(PayloadKind.APPLICATION, body)


def _read(body: bytes) -> Mapping[str, tuple[str, ...]]:
    values = from_bytes(body)
    if not all(isinstance(given, list) for given in values.values()):
        raise VaultDamagedError("A draft of an application has the wrong format.")
    return {name: tuple(map(str, given)) for name, given in values.items()}
