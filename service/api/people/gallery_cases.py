"""Supervisors settle doubts about the gallery itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.errors import ConflictError, NotFoundError
from domain.gallery_cases import GalleryDoubt, GalleryOutcome
from domain.ids import GalleryCaseId
from service.api.authentication import Merger
from service.api.base import Answer, Body, Next, OpaqueId, PageAnswer, Reason
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.usecases.people.integrity import (
    Conclude,
    conclude_gallery_case,
    gallery_case,
    gallery_cases,
)


class GalleryConclusionBody(Body):
    """The conclusion of a supervisor."""

    outcome: GalleryOutcome = Field(strict=False)
    reason: Reason
    surviving: OpaqueId | None = Field(
        default=None,
        description="Of two persons who are one: who stays. A merge is proposed with it, which "
        "another supervisor confirms.",
    )


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


router = APIRouter(prefix="/v1", tags=["supervisor"])

IsOpen = Annotated[bool, Query(alias="open", description="Open cases, or concluded ones.")]


@router.get("/gallery-cases", responses=call_problems())
def list_gallery_cases(
    call: Merger, *, is_open: IsOpen = True, limit: Limit = 50, before: Before = None
) -> GalleryCaseListAnswer:
    """Return probable duplicates and exchanged fingers, newest first."""
    return GalleryCaseListAnswer.of(
        gallery_cases(call.services, call.caller, is_open=is_open, before=before, limit=limit)
    )


@router.get("/gallery-cases/{case_id}", responses=call_problems(NotFoundError))
def get_gallery_case(call: Merger, case_id: IdInPath) -> GalleryCaseAnswer:
    """Return one case."""
    return GalleryCaseAnswer.of(gallery_case(call.services, call.caller, GalleryCaseId(case_id)))


@router.post(
    "/gallery-cases/{case_id}/conclusion",
    status_code=201,
    responses=body_problems(NotFoundError, ConflictError),
)
def post_gallery_conclusion(
    call: Merger, case_id: IdInPath, body: BodyOf[GalleryConclusionBody]
) -> GalleryConclusionAnswer:
    """Conclude a case; a merge that is proposed with it waits for another supervisor."""
    command = body.to(Conclude, caller=call.caller, case_id=GalleryCaseId(case_id))
    return GalleryConclusionAnswer.of(conclude_gallery_case(call.services, command))
