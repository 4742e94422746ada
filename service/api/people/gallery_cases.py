"""Supervisors settle doubts about the gallery itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from domain.errors import ConflictError, NotFoundError
from domain.ids import GalleryCaseId
from service.api.authentication import Merger
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.api.people.gallery_cases_schemas import (
    GalleryCaseAnswer,
    GalleryCaseListAnswer,
    GalleryConclusionAnswer,
    GalleryConclusionBody,
)
from service.api.state import ServicesOf
from service.usecases.people.integrity import conclude_gallery_case, gallery_case, gallery_cases

router = APIRouter(prefix="/v1", tags=["supervisor"])

IsOpen = Annotated[bool, Query(alias="open", description="Open cases, or concluded ones.")]


@router.get("/gallery-cases", responses=call_problems())
def list_gallery_cases(
    caller: Merger,
    services: ServicesOf,
    *,
    is_open: IsOpen = True,
    limit: Limit = 50,
    before: Before = None,
) -> GalleryCaseListAnswer:
    """Return probable duplicates and exchanged fingers, newest first."""
    return GalleryCaseListAnswer.of(
        gallery_cases(services, caller, is_open=is_open, before=before, limit=limit)
    )


@router.get("/gallery-cases/{case_id}", responses=call_problems(NotFoundError))
def get_gallery_case(caller: Merger, case_id: IdInPath, services: ServicesOf) -> GalleryCaseAnswer:
    """Return one case."""
    return GalleryCaseAnswer.of(gallery_case(services, caller, GalleryCaseId(case_id)))


@router.post(
    "/gallery-cases/{case_id}/conclusion",
    status_code=201,
    responses=body_problems(NotFoundError, ConflictError),
)
def post_gallery_conclusion(
    caller: Merger, case_id: IdInPath, body: BodyOf[GalleryConclusionBody], services: ServicesOf
) -> GalleryConclusionAnswer:
    """Conclude a case; a merge that is proposed with it waits for another supervisor."""
    command = body.to_command(caller, GalleryCaseId(case_id))
    return GalleryConclusionAnswer.of(conclude_gallery_case(services, command))
