"""Applications of the public: sent, answered on questions, and their documents collected."""

from enum import StrEnum

from domain.applications.states import ApplicationId, HandoverId
from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves, Part
from domain.ids import RequestId


class DraftChange(StrEnum):
    """The kind of change saved to a form that has not been sent."""

    STARTED = "started"
    PAGE = "page"
    DOCUMENT = "document"
    DOCUMENT_REMOVED = "document removed"


@event("application-saved")
class ApplicationSaved(Event):
    """A public application form that has not been sent was begun or saved."""

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
    """Number of the batch of documents that came with the application."""


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
    """Number of the batch of documents that came with the answer."""
    documents: int


@event("paper-handed-over", leaves=Leaves("handovers", by="handed_by"))
class PaperHandedOver(Event):
    """A case officer made a copy of a released document available to its applicant."""

    handover_id: Subject[HandoverId]
    application_id: Subject[ApplicationId]
    request_id: Subject[RequestId]
    source_id: Subject[str]
    """Id of the certificate or of the answer that is made available."""
    document_sha256: str


@event("paper-fetched", leaves=Leaves("handover_fetches", by="fetched_by"))
class PaperFetched(Event):
    """An applicant's document was downloaded with the reference and code of the application."""

    fetch_id: Subject[str]
    handover_id: Subject[HandoverId]
    application_id: Subject[ApplicationId]
    number: int
    """The number of this download, counted from 1."""
