"""Supervisors and auditors list the accesses to a person's data."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import Field

from domain.access.access import Purpose, Role
from domain.errors import NotFoundError
from domain.ids import PersonId
from domain.requests.disclosures import Consultation
from service.api.authentication import ConsultationReader
from service.api.base import Answer, NextNumber, PageAnswer
from service.api.documentation import call_problems
from service.api.links.links import OwnerAnswer
from service.api.parameters import IdInPath, Limit
from service.usecases.people.records import consultations


class ConsultationAnswer(Answer):
    """One access to data about a person."""

    at: datetime
    kind: str = Field(description="The kind of data that was shown.")
    role: Role | None = Field(description="Null for a command at the console.")
    force: OwnerAnswer | None = Field(description="Null for the office.")
    purpose: Purpose

    @classmethod
    def of(cls, one: Consultation) -> Self:
        """Return the answer for a consultation."""
        return cls.showing(one, force=OwnerAnswer.of(one.force) if one.force else None)


class ConsultationListAnswer(PageAnswer):
    """Accesses to a person's data, newest first."""

    consultations: tuple[ConsultationAnswer, ...]
    next_before: NextNumber


router = APIRouter(prefix="/v1/people", tags=["auditor"])

BeforeEvent = Annotated[
    int | None, Query(ge=0, le=2**53 - 1, description="`next_before` of the previous page.")
]


@router.get("/{person_id}/consultations", responses=call_problems(NotFoundError))
def list_consultations(
    call: ConsultationReader, person_id: IdInPath, *, limit: Limit = 50, before: BeforeEvent = None
) -> ConsultationListAnswer:
    """Return the accesses to data about a person, newest first; this call is an access too."""
    return ConsultationListAnswer.of(
        call.use(consultations, PersonId(person_id), before=before, limit=limit)
    )
