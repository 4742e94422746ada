"""Names enquiries: the stated details, and possible people."""

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
    """A possible person: how likely in words, and the force to contact."""

    candidate_id: str
    band: Band
    owner: OwnerAnswer
    record_id: str | None = Field(description="When the caller's own force holds the record.")


class EnquiryResultAnswer(Answer):
    """Possible people: by band, and within a band in no order."""

    search_id: str
    candidates: tuple[NamedCandidateAnswer, ...]
    waiting: int = Field(
        description="How many items may be about the person and wait to be attached to a record:"
        " none of them is a record. The office knows more."
    )
