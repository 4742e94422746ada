"""Applications of the public: sent, and answered when the office asked."""

from __future__ import annotations

from enum import StrEnum

from domain.applications.states import ApplicationId
from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Part, Row
from domain.events.texts import Subject
from domain.ids import RequestId


class DraftChange(StrEnum):
    """Changes saved to a form that is not sent yet."""

    STARTED = "started"
    PAGE = "page"
    DOCUMENT = "document"
    DOCUMENT_REMOVED = "document removed"


@event("application-saved")
class ApplicationSaved(Event):
    """A form of the public, not sent yet, was begun or saved."""

    application_id: Subject[ApplicationId]
    change: DraftChange


_DOCUMENTS = Part(
    "application_uploads", (("application_id", "application_id"), ("number", "number"))
)


@event(
    "application-submitted",
    rows=(
        Row(
            "applications",
            key="application_id",
            by="submitted_by",
            says=("request_id", "kind", "number"),
        ),
        Committed("applications", (("application_id", "application_id"),), (_DOCUMENTS,)),
    ),
    demands=ITS_ROW,
)
class ApplicationSubmitted(Event):
    """An application of the public was sent, and became a request."""

    application_id: Subject[ApplicationId]
    request_id: Subject[RequestId]
    kind: str
    documents: int
    number: int
    """Of the documents that came with it."""


@event(
    "application-answered",
    rows=(
        Row(
            "application_answers",
            key="answer_id",
            by="answered_by",
            says=("application_id", "request_id", "number"),
        ),
        Committed("application_answers", (("answer_id", "answer_id"),), (_DOCUMENTS,)),
    ),
    demands=ITS_ROW,
)
class ApplicationAnswered(Event):
    """An applicant answered the office's question."""

    answer_id: Subject[str]
    application_id: Subject[ApplicationId]
    request_id: Subject[RequestId]
    number: int
    """Of the documents that came with it."""
    documents: int
