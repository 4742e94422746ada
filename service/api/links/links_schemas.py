"""Confirmed links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from domain.forces import force_name
from domain.ids import ForceCode
from domain.prints import FingerPosition
from service.api.base import Answer, Body, Next, PageAnswer, Reason
from service.api.shapes import From
from service.usecases.links.replay_differences import Verdict


class OwnerAnswer(Answer):
    """The force that holds a record, to contact about it."""

    force: str
    name: str

    @classmethod
    def of(cls, force: ForceCode) -> Self:
        """Return the answer for a force."""
        return cls(force=force, name=force_name(force))


class LinkedFingersAnswer(Answer):
    """The fingers of a link, as FGP numbers of ANSI/NIST-ITL."""

    compared: tuple[FingerPosition, ...]
    identified: tuple[FingerPosition, ...] = Field(
        description="Those that each of its examiners identified; one of a mark."
    )


class LinkAnswer(Answer):
    """A link; the record itself is named to its owner and to the supervising roles alone."""

    of_part = "link"

    link_id: str
    search_id: str
    linked_at: datetime
    owner: Annotated[OwnerAnswer | None, From("owner")] = Field(
        description="Who holds the record, when there is one."
    )
    record_id: Annotated[str | None, From("record_id")]
    revoked_at: datetime | None
    fingers: LinkedFingersAnswer | None = Field(
        description="Null where an earlier release did not record them."
    )


class LookUpAnswer(Answer):
    """Whether an exhaustive comparison of the gallery as it stood finds the same people."""

    verdict: Verdict
    difference: str
    captures: int = Field(description="How many captures were compared.")
    erased: int = Field(description="How many of those searched have been erased since.")


class ReplayAnswer(Answer):
    """The result of computing a link's search again."""

    link_id: str
    verdict: Verdict = Field(
        description="On scores and evidence; `different` too when the look-up is."
    )
    difference: str = Field(description="The first thing that differs; empty to a force.")
    candidates: int = Field(description="How many candidates were computed again.")
    fingers: LinkedFingersAnswer | None = Field(description="Those that the link names.")
    look_up: LookUpAnswer | None = Field(
        description="Null when it was not repeated: on request, to a force, or when the scores"
        " could not be computed as recorded."
    )


class NoticeAnswer(Answer):
    """That a link the force had been told of was revoked."""

    notice_id: str
    link_id: str
    at: datetime


class NoticeListAnswer(PageAnswer):
    """Notices, newest first."""

    notices: tuple[NoticeAnswer, ...]
    next_before: Next


class RevocationBody(Body):
    """A request to un-link."""

    reason: Reason
