"""Applications of the public: sent, answered when the office asked, and what they were given."""

from __future__ import annotations

from enum import StrEnum

from domain.applications.states import ApplicationId, HandoverId
from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves, Part
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
    "application-submitted", leaves=Leaves("applications", by="submitted_by", parts=(_DOCUMENTS,))
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
    leaves=Leaves("application_answers", by="answered_by", parts=(_DOCUMENTS,)),
)
class ApplicationAnswered(Event):
    """An applicant answered the office's question."""

    answer_id: Subject[str]
    application_id: Subject[ApplicationId]
    request_id: Subject[RequestId]
    number: int
    """Of the documents that came with it."""
    documents: int


@event("paper-handed-over", leaves=Leaves("handovers", by="handed_by"))
class PaperHandedOver(Event):
    """A case officer laid a copy of a released document ready for its applicant."""

    handover_id: Subject[HandoverId]
    application_id: Subject[ApplicationId]
    request_id: Subject[RequestId]
    source_id: Subject[str]
    """Id of the certificate or the answer that is handed over."""
    document_sha256: str


@event("paper-fetched", leaves=Leaves("handover_fetches", by="fetched_by"))
class PaperFetched(Event):
    """A document that lay ready was fetched with the reference and code of its application."""

    fetch_id: Subject[str]
    handover_id: Subject[HandoverId]
    application_id: Subject[ApplicationId]
    number: int
    """Which fetch it was, from 1."""
