"""A search: the request, and how it stands. Never a score, a candidate or a case."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.access import Caller, Purpose
from domain.prints import ImpressionType
from domain.searches import Probe, SearchOutcome, SearchState, SearchType
from service.api.base import Answer, Body, Next, PageAnswer, Reference, at
from service.api.links.links_schemas import LinkAnswer
from service.api.people.capture_bodies import Notes
from service.api.people.captures import ReadCapture
from service.api.people.captures_schemas import CapturedImpressions
from service.api.people.records_schemas import DetailsBody
from service.usecases.idempotency import IdempotencyKey
from service.usecases.links.outcomes import SearchStanding
from service.usecases.searches.searching import SubmitSearch


class SearchBody(Body):
    """A request to search by prints. A names enquiry has its own call."""

    search_type: SearchType
    impressions: CapturedImpressions = ()
    details: DetailsBody = Field(default=DetailsBody(), description="What the person said.")
    reference: Reference | None = None

    @property
    def usual_type(self) -> ImpressionType:
        """How a print was made whose file does not say."""
        return ImpressionType.LATENT if self.search_type.has_mark_probe else ImpressionType.PLAIN

    def to_command(
        self, caller: Caller, key: IdempotencyKey | None, capture: ReadCapture
    ) -> SubmitSearch:
        """Return the command; raises InvalidInputError with a pointer."""
        with at("/details"):
            details = self.details.to_domain()
        return SubmitSearch(
            caller=caller,
            search_type=self.search_type,
            probe=Probe(capture.impressions, details),
            idempotency=key,
            minutiae=capture.minutiae,
            images=capture.images,
            reference=self.reference or "",
        )


class SubmittedAnswer(Answer):
    """The immediate answer to a force."""

    search_id: str
    state: SearchState
    notes: Notes = ()


class SearchAnswer(Answer):
    """How a search stands; `not linked` never means that there is no record."""

    search_id: str
    search_type: SearchType
    submitted_at: datetime
    purpose: Purpose
    on_behalf_of: str
    state: SearchState
    outcome: SearchOutcome | None
    link: LinkAnswer | None
    reference: str = Field(description="The client's own; empty without one, or once erased.")

    @classmethod
    def of(cls, standing: SearchStanding) -> Self:
        """Return the answer for one search."""
        return cls.showing(standing.search, link=standing.linked, reference=standing.reference)


class SearchListAnswer(PageAnswer):
    """A page of searches, newest first."""

    searches: tuple[SearchAnswer, ...]
    next_before: Next
