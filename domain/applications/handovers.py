"""Documents handed over to applicants: copies that are fetched a few times within some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NewType

from domain.applications.states import ApplicationId
from domain.ids import RequestId, UserId

HandoverId = NewType("HandoverId", str)

MOST_FETCHES = 5
"""Most fetches of a document: a download may break off, or be lost with a telephone."""
DAYS = 30
"""Days for which it is available, including the day of the handover."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A document that is available to one applicant, without its bytes."""

    handover_id: HandoverId
    application_id: ApplicationId
    request_id: RequestId
    source_id: str
    """Id of the certificate or the answer that is handed over."""
    name: str
    """A file name without personal data."""
    media_type: str
    document_sha256: str
    size_bytes: int
    handed_by: UserId
    handed_at: datetime
    last_day: date
    fetched: int = 0
    """How often it was fetched."""

    @property
    def fetches_left(self) -> int:
        """How often it can still be fetched."""
        return max(0, MOST_FETCHES - self.fetched)


def last_day_of(handed_at: datetime) -> date:
    """Return the last day on which a document is available."""
    return handed_at.date() + timedelta(days=DAYS - 1)
