"""Supervisors and auditors list the looks at a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from domain.errors import NotFoundError
from domain.ids import PersonId
from service.api.authentication import ConsultationReader
from service.api.documentation import call_problems
from service.api.parameters import IdInPath, Limit
from service.api.people.consultations_schemas import ConsultationListAnswer
from service.api.state import ServicesOf
from service.usecases.people.consultations import consultations

router = APIRouter(prefix="/v1/people", tags=["auditor"])

BeforeEvent = Annotated[int | None, Query(ge=0, le=2**53 - 1, description="From a page before.")]


@router.get("/{person_id}/consultations", responses=call_problems(NotFoundError))
def list_consultations(
    caller: ConsultationReader,
    person_id: IdInPath,
    services: ServicesOf,
    *,
    limit: Limit = 50,
    before: BeforeEvent = None,
) -> ConsultationListAnswer:
    """Return the looks at anything held about a person, newest first; the list is a look too."""
    return ConsultationListAnswer.of(
        consultations(services, caller, PersonId(person_id), before=before, limit=limit)
    )
