"""Confirmed links."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.forces import force_name
from domain.ids import ForceCode
from domain.notices import Notice
from service.api.base import Answer, Body, Reason
from service.usecases.links.outcomes import LinkedRecord
from service.usecases.links.past_look_up import LookUp
from service.usecases.links.replay import Replay
from service.usecases.links.replay_differences import Verdict


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


class LookUpAnswer(Answer):
    """Whether an exhaustive comparison of the gallery as it stood finds the same people."""

    verdict: Verdict
    difference: str
    captures: int = Field(description="How many captures were compared.")
    erased: int = Field(description="How many of those searched have been erased since.")

    @classmethod
    def of(cls, look_up: LookUp) -> LookUpAnswer:
        """Return the answer for a repeated look-up."""
        return cls(
            verdict=look_up.verdict,
            difference=look_up.difference,
            captures=look_up.captures,
            erased=look_up.erased,
        )


class ReplayAnswer(Answer):
    """What computing a link's search again came to."""

    link_id: str
    verdict: Verdict = Field(
        description="On scores and evidence; `different` too when the look-up is."
    )
    difference: str = Field(description="The first thing that differs; empty to a force.")
    candidates: int = Field(description="How many candidates were computed again.")
    look_up: LookUpAnswer | None = Field(
        description="Null when it was not repeated: on request, to a force, or when the scores"
        " could not be computed as recorded."
    )

    @classmethod
    def of(cls, replay: Replay) -> ReplayAnswer:
        """Return the answer for a replay."""
        return cls(
            link_id=replay.link_id,
            verdict=replay.verdict,
            difference=replay.difference,
            candidates=replay.candidates,
            look_up=LookUpAnswer.of(replay.look_up) if replay.look_up else None,
        )


class NoticeAnswer(Answer):
    """That a link the force had been told of was revoked."""

    notice_id: str
    link_id: str
    at: datetime

    @classmethod
    def of(cls, notice: Notice) -> NoticeAnswer:
        """Return the answer for a notice."""
        return cls(notice_id=notice.notice_id, link_id=notice.link_id, at=notice.at)


class NoticeListAnswer(Answer):
    """Notices, newest first."""

    notices: tuple[NoticeAnswer, ...]

    @classmethod
    def of(cls, notices: tuple[Notice, ...]) -> NoticeListAnswer:
        """Return the answer for notices."""
        return cls(notices=tuple(map(NoticeAnswer.of, notices)))


class RevocationBody(Body):
    """A request to un-link."""

    reason: Reason
