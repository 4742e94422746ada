"""Links as a list, and one link told with everything on the way to it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.cases import Decision, DecisionKind, Link, Outcome
from domain.events import EventType
from domain.searches import SearchType
from service.api.base import Answer
from service.api.links.links_schemas import OwnerAnswer
from service.usecases.links.story import LinkStory, StoryEvent


class LinkLineAnswer(Answer):
    """A line of a list of links."""

    link_id: str
    force: OwnerAnswer = Field(description="The force that searched.")
    linked_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, link: Link) -> LinkLineAnswer:
        """Return the answer for a link."""
        return cls(
            link_id=link.link_id,
            force=OwnerAnswer.of(link.force),
            linked_at=link.linked_at,
            revoked_at=link.revoked_at,
        )


class LinkListAnswer(Answer):
    """Links, newest first."""

    links: tuple[LinkLineAnswer, ...]

    @classmethod
    def of(cls, links: tuple[Link, ...]) -> LinkListAnswer:
        """Return the answer for links."""
        return cls(links=tuple(map(LinkLineAnswer.of, links)))


class StoryDecisionAnswer(Answer):
    """A sealed decision and the person who made it."""

    decided_by: str = Field(description="A sign-in name where there is one, else an account.")
    kind: DecisionKind
    outcome: Outcome
    reason: str
    sealed_at: datetime

    @classmethod
    def of(cls, decision: Decision, decided_by: str) -> StoryDecisionAnswer:
        """Return the answer for a decision."""
        return cls(
            decided_by=decided_by,
            kind=decision.kind,
            outcome=decision.outcome,
            reason=decision.reason,
            sealed_at=decision.sealed_at,
        )


class StoryEventAnswer(Answer):
    """One event of the log on the way to the link."""

    seq: int
    at: datetime
    event_type: EventType
    actor: str = Field(description="Empty to a force.")

    @classmethod
    def of(cls, event: StoryEvent) -> StoryEventAnswer:
        """Return the answer for an event."""
        return cls(seq=event.seq, at=event.at, event_type=event.event_type, actor=event.actor)


class StoryAnswer(Answer):
    """A link and how it came to be, as much of it as the caller may know."""

    link: LinkLineAnswer
    search_id: str
    search_type: SearchType
    submitted_at: datetime
    owner: OwnerAnswer | None
    record_id: str | None
    revocation_reason: str
    may_revoke: bool = Field(description="Whether the caller may un-link it now.")
    decisions: tuple[StoryDecisionAnswer, ...] = Field(description="Empty to a force.")
    events: tuple[StoryEventAnswer, ...]

    @classmethod
    def of(cls, story: LinkStory) -> StoryAnswer:
        """Return the answer for a story."""
        return cls(
            link=LinkLineAnswer.of(story.link),
            search_id=story.search.search_id,
            search_type=story.search.search_type,
            submitted_at=story.search.submitted_at,
            owner=OwnerAnswer.of(story.owner) if story.owner else None,
            record_id=story.record_id,
            revocation_reason=story.link.revocation_reason,
            may_revoke=story.may_revoke,
            decisions=tuple(
                StoryDecisionAnswer.of(d, story.names.get(d.decided_by, d.decided_by))
                for d in story.decisions
            ),
            events=tuple(map(StoryEventAnswer.of, story.events)),
        )
