"""Applications that were sent, and answers to questions of the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select

from domain.applications.states import SENT, Application, ApplicationId
from domain.errors import ConflictError
from domain.ids import RequestId, UserId
from service.storage.engine.rows import row_of, value_of
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.applications import application_answers, applications
from service.storage.transaction import TransactionPart


class Applications(TransactionPart):
    """Written once: an application, and each answer."""

    def add(self, application: Application, access_digest: str, content_digest: str) -> None:
        """Store an application."""
        row = row_of(
            applications,
            application,
            access_digest=access_digest,
            content_digest=content_digest,
        )
        self._connection.execute(insert(applications).values(row).inline())

    def find(self, access_digest: str) -> Application | None:
        """Return the application that a reference and a code open together, or None."""
        return self._one(applications.c.access_digest == access_digest)

    def of_request(self, request_id: RequestId) -> Application | None:
        """Return the application that became a request, or None."""
        return self._one(applications.c.request_id == request_id)

    def same(self, content_digest: str) -> Application | None:
        """Return the newest application of the same person for the same thing, or None."""
        query = (
            select(applications)
            .where(applications.c.content_digest == content_digest)
            .order_by(applications.c.submitted_at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return None if row is None else value_of(Application, row)

    def next_number(self, application_id: ApplicationId) -> int:
        """Return the number of the next answer of an applicant."""
        query = select(func.max(application_answers.c.number)).where(
            application_answers.c.application_id == application_id
        )
        return int(self._connection.execute(query).scalar() or SENT) + 1

    def answer(
        self, answer_id: str, application: Application, number: int, by: UserId, at: datetime
    ) -> None:
        """Store that an applicant answered; raises ConflictError when the number is taken."""
        row = {
            "answer_id": answer_id,
            "application_id": application.application_id,
            "request_id": application.request_id,
            "number": number,
            "answered_by": by,
            "answered_at": at,
        }
        key = ("application_id", "number")
        if not insert_unless_taken(self._connection, application_answers, row, key=key):
            raise ConflictError("Somebody else answered at the same time: reload the application.")

    def _one(self, wanted: ColumnElement[bool]) -> Application | None:
        row = self._connection.execute(select(applications).where(wanted)).first()
        return None if row is None else value_of(Application, row)
