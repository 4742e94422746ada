"""The events of an application of the public, from its first page to the answer to a question."""

from __future__ import annotations

from collections.abc import Iterator

from domain.applications.states import SENT, ApplicationId, HandoverId
from domain.events.applications import (
    ApplicationAnswered,
    ApplicationSaved,
    ApplicationSubmitted,
    DraftChange,
    PaperFetched,
    PaperHandedOver,
)
from domain.events.declaring import Event
from domain.ids import RequestId

_APPLICATION, _REQUEST = ApplicationId("application-1"), RequestId("request-2")


def application_events() -> Iterator[Event]:
    """Yield one event of each type."""
    yield ApplicationSaved(_APPLICATION, DraftChange.PAGE)
    yield ApplicationSubmitted(_APPLICATION, _REQUEST, "subject-access", 2, SENT)
    yield ApplicationAnswered("answer-1", _APPLICATION, _REQUEST, SENT + 1, 0)
    handover_id = HandoverId("handover-1")
    yield PaperHandedOver(handover_id, _APPLICATION, _REQUEST, "certificate-1", "0" * 64)
    yield PaperFetched("fetch-1", handover_id, _APPLICATION, 1)
