"""Names enquiries: what was said, and whom it may concern."""

from __future__ import annotations

from pydantic import Field

from domain.access import Caller
from domain.evidence import Band
from service.api.base import Answer, Body, at
from service.api.links.links_schemas import OwnerAnswer
from service.api.people.records_schemas import DetailsBody
from service.usecases.idempotency import IdempotencyKey
from service.usecases.searches.enquiries import EnquireByNames


class EnquiryBody(Body):
    """A search with details alone."""

    details: DetailsBody

    def to_command(self, caller: Caller, key: IdempotencyKey | None) -> EnquireByNames:
        """Return the command; raises InvalidInputError with a pointer."""
        with at("/details"):
            return EnquireByNames(caller, self.details.to_domain(), key)


class NamedCandidateAnswer(Answer):
    """Somebody it may be: how likely in words, and whom to ask."""

    candidate_id: str
    band: Band
    owner: OwnerAnswer
    record_id: str | None = Field(description="When the caller's own force holds the record.")


class EnquiryResultAnswer(Answer):
    """Whom the details may concern: by band, and within a band in no order."""

    search_id: str
    candidates: tuple[NamedCandidateAnswer, ...]
