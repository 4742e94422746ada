"""Confirmed links."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.forces import force_name
from domain.ids import ForceCode
from service.api.schemas.base import Answer, Body, Reason
from service.usecases.outcomes import LinkedRecord


class OwnerAnswer(Answer):
    """The force that holds a record: whom to ask."""

    force: str
    name: str

    @classmethod
    def of(cls, force: ForceCode) -> OwnerAnswer:
        """Return the answer for a force."""
        return cls(force=force, name=force_name(force))


class LinkAnswer(Answer):
    """A link; the record itself is named to its owner and to the supervising roles alone."""

    link_id: str
    search_id: str
    linked_at: datetime
    owner: OwnerAnswer | None = Field(description="Who holds the record, when there is one.")
    record_id: str | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, linked: LinkedRecord) -> LinkAnswer:
        """Return the answer for a link."""
        return cls(
            link_id=linked.link.link_id,
            search_id=linked.link.search_id,
            linked_at=linked.link.linked_at,
            owner=OwnerAnswer.of(linked.owner) if linked.owner else None,
            record_id=linked.record_id,
            revoked_at=linked.link.revoked_at,
        )


class RevocationBody(Body):
    """A request to un-link."""

    reason: Reason
