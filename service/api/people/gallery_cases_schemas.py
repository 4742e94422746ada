"""Cases on the gallery itself."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.access import Caller
from domain.gallery_cases import GalleryDoubt, GalleryOutcome
from domain.ids import GalleryCaseId, PersonId
from service.api.base import Answer, Body, Next, OpaqueId, PageAnswer, Reason
from service.usecases.people.integrity import Conclude


class GalleryConclusionBody(Body):
    """The conclusion of a supervisor."""

    outcome: GalleryOutcome = Field(strict=False)
    reason: Reason
    surviving: OpaqueId | None = Field(
        default=None,
        description="Of two persons who are one: who stays. A merge is proposed with it, which "
        "another supervisor confirms.",
    )

    def to_command(self, caller: Caller, case_id: GalleryCaseId) -> Conclude:
        """Return the command of this body."""
        surviving = None if self.surviving is None else PersonId(self.surviving)
        return Conclude(caller, case_id, self.outcome, self.reason, surviving)


class GalleryConclusionAnswer(Answer):
    """The end of a case."""

    outcome: GalleryOutcome
    reason: str
    merge_id: str | None = Field(description="The merge proposed with it, if any.")
    concluded_by: str
    concluded_at: datetime


class GalleryCaseAnswer(Answer):
    """A doubt about the gallery; it holds no score."""

    case_id: str
    doubt: GalleryDoubt
    person_ids: tuple[str, ...]
    encounter_ids: tuple[str, str] = Field(description="The captures that were compared.")
    positions: tuple[int, ...] = Field(description="Fingers that may be exchanged.")
    opened_at: datetime
    conclusion: GalleryConclusionAnswer | None


class GalleryCaseListAnswer(PageAnswer):
    """A page of cases, newest first."""

    cases: tuple[GalleryCaseAnswer, ...]
    next_before: Next
