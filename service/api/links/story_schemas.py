"""Links as a list, and one link told with everything on the way to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from domain.cases import DecisionKind, Outcome
from domain.list_pages import ListPage
from domain.searches import SearchType
from service.api.base import Answer, Next, PageAnswer
from service.api.codes import EventTypeCode
from service.api.links.links_schemas import LinkedFingersAnswer, OwnerAnswer
from service.api.shapes import From
from service.usecases.links.story import LinkStory, NamedLink


class LinkLineAnswer(Answer):
    """A line of a list of links."""

    link_id: str
    force: OwnerAnswer = Field(description="The force that searched.")
    linked_at: datetime
    revoked_at: datetime | None


class LinkListAnswer(PageAnswer):
    """Links, newest first."""

    links: tuple[LinkLineAnswer, ...]
    next_before: Next

    @classmethod
    def of(cls, page: ListPage[NamedLink, str]) -> Self:
        """Return the answer for a page of links, without the references of their searches."""
        return super().of(ListPage(tuple(named.link for named in page.items), page.next_key))


class StoryDecisionAnswer(Answer):
    """A sealed decision and its maker."""

    decided_by: str = Field(description="A sign-in name where there is one, else an account.")
    kind: DecisionKind
    outcome: Outcome
    reason: str
    sealed_at: datetime
    fingers: LinkedFingersAnswer | None = Field(
        description="Null where an earlier release did not record them."
    )


class StoryEventAnswer(Answer):
    """One event of the log on the way to the link."""

    seq: int = Field(
        description="Its number in the log; to a force its place in the story, from 0."
    )
    at: datetime
    event_type: EventTypeCode
    actor: str = Field(description="Empty to a force.")


class StoryAnswer(Answer):
    """A link and how it came to be, as much of it as the caller may know."""

    link: LinkLineAnswer
    search_id: Annotated[str, From("search.search_id")]
    search_type: Annotated[SearchType, From("search.search_type")]
    submitted_at: Annotated[datetime, From("search.submitted_at")]
    owner: OwnerAnswer | None
    record_id: str | None
    revocation_reason: Annotated[str, From("link.revocation_reason")]
    fingers: Annotated[LinkedFingersAnswer | None, From("link.fingers")] = Field(
        description="Null where an earlier release did not record them."
    )
    may_revoke: bool = Field(description="Whether the caller may un-link it now.")
    decisions: tuple[StoryDecisionAnswer, ...] = Field(description="Empty to a force.")
    events: tuple[StoryEventAnswer, ...]

    @classmethod
    def of(cls, story: LinkStory) -> Self:
        """Return the answer for a story."""
        return cls.showing(
            story,
            decisions=tuple(
                StoryDecisionAnswer.showing(
                    sealed, decided_by=story.names.get(sealed.decided_by, sealed.decided_by)
                )
                for sealed in story.decisions
            ),
        )
