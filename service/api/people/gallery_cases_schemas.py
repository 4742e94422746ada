"""Cases on the gallery itself."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.access import Caller
from domain.gallery_cases import GalleryCase, GalleryConclusion, GalleryDoubt, GalleryOutcome
from domain.ids import GalleryCaseId, PersonId
from service.api.base import Answer, Body, OpaqueId, Reason
from service.usecases.people.integrity import Conclude, GalleryCasePage


class GalleryConclusionBody(Body):
    """What a supervisor found."""

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

    @classmethod
    def of(cls, conclusion: GalleryConclusion) -> GalleryConclusionAnswer:
        """Return the answer for a conclusion."""
        return cls(
            outcome=conclusion.outcome,
            reason=conclusion.reason,
            merge_id=conclusion.merge_id,
            concluded_by=conclusion.concluded_by,
            concluded_at=conclusion.concluded_at,
        )


class GalleryCaseAnswer(Answer):
    """A doubt about the gallery; it holds no score."""

    case_id: str
    doubt: GalleryDoubt
    person_ids: tuple[str, ...]
    encounter_ids: tuple[str, str] = Field(description="The captures that were compared.")
    positions: tuple[int, ...] = Field(description="Fingers that may be exchanged.")
    opened_at: datetime
    conclusion: GalleryConclusionAnswer | None

    @classmethod
    def of(cls, case: GalleryCase) -> GalleryCaseAnswer:
        """Return the answer for a case."""
        conclusion = case.conclusion
        return cls(
            case_id=case.case_id,
            doubt=case.doubt,
            person_ids=case.person_ids,
            encounter_ids=case.encounter_ids,
            positions=case.positions,
            opened_at=case.opened_at,
            conclusion=GalleryConclusionAnswer.of(conclusion) if conclusion else None,
        )


class GalleryCaseListAnswer(Answer):
    """A page of cases, newest first."""

    cases: tuple[GalleryCaseAnswer, ...]
    next_before: str | None

    @classmethod
    def of(cls, page: GalleryCasePage) -> GalleryCaseListAnswer:
        """Return the answer for a page."""
        return cls(
            cases=tuple(map(GalleryCaseAnswer.of, page.cases)), next_before=page.next_before
        )
