"""Supervisors decide cases about possible errors in the gallery, and list the accesses to a
person's data.
"""

from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import Field

from domain.errors import ConflictError, NotFoundError
from domain.ids import GalleryCaseId, PersonId
from domain.people.gallery_cases import GalleryCase, GalleryConclusion, GalleryOutcome
from domain.requests.disclosures import Consultation
from service.api.authentication import ConsultationReader, Merger
from service.api.base import Answer, Body, Next, NextNumber, OpaqueId, PageAnswer, Reason
from service.api.bodies import Before, BodyOf, IdInPath, Limit
from service.api.documentation import body_problems, call_problems
from service.api.links import OwnerAnswer
from service.api.shapes import shows
from service.usecases.people.integrity import conclude_gallery_case, gallery_case, gallery_cases
from service.usecases.people.records import consultations


class GalleryConclusionBody(Body):
    """A supervisor's conclusion of a case."""

    outcome: GalleryOutcome = Field(strict=False)
    reason: Reason
    surviving: OpaqueId | None = None
    """If two persons are the same, the one who stays. This also proposes a merge, which another
    supervisor must confirm."""


@shows(GalleryConclusion, without=("case_id",))
class GalleryConclusionAnswer(Answer):
    """The conclusion of a case."""


@shows(GalleryCase, without=("prints",))
class GalleryCaseAnswer(Answer):
    """A possible error in the gallery; the case shows no score."""

    conclusion: GalleryConclusionAnswer | None
    """How the case was concluded; null while it is open."""


class GalleryCaseListAnswer(PageAnswer):
    """A page of cases, newest first."""

    cases: tuple[GalleryCaseAnswer, ...]
    next_before: Next


router = APIRouter(prefix="/v1", tags=["supervisor"])

IsOpen = Annotated[
    bool, Query(alias="open", description="True: open cases; false: concluded cases.")
]


@router.get("/gallery-cases", responses=call_problems())
def list_gallery_cases(
    call: Merger, *, is_open: IsOpen = True, limit: Limit = 50, before: Before = None
) -> GalleryCaseListAnswer:
    """Return cases of probable duplicates and swapped fingers, newest first."""
    return GalleryCaseListAnswer.of(
        call.use(gallery_cases, is_open=is_open, before=before, limit=limit)
    )


@router.get("/gallery-cases/{case_id}", responses=call_problems(NotFoundError))
def get_gallery_case(call: Merger, case_id: IdInPath) -> GalleryCaseAnswer:
    """Return one case."""
    return GalleryCaseAnswer.of(call.use(gallery_case, GalleryCaseId(case_id)))


@router.post(
    "/gallery-cases/{case_id}/conclusion",
    status_code=201,
    responses=body_problems(NotFoundError, ConflictError),
)
def post_gallery_conclusion(
    call: Merger, case_id: IdInPath, body: BodyOf[GalleryConclusionBody]
) -> GalleryConclusionAnswer:
    """Conclude a case; if this proposes a merge, another supervisor must confirm it."""
    return GalleryConclusionAnswer.of(call.carry_out(conclude_gallery_case, body, case_id=case_id))


@shows(Consultation)
class ConsultationAnswer(Answer):
    """One access to data about a person."""

    force: OwnerAnswer | None = Field(description="Null for the office.")

    @classmethod
    def of(cls, one: Consultation) -> Self:
        """Return the answer for a consultation."""
        return cls.showing(one, force=OwnerAnswer.of(one.force) if one.force else None)


class ConsultationListAnswer(PageAnswer):
    """Accesses to a person's data, newest first."""

    consultations: tuple[ConsultationAnswer, ...]
    next_before: NextNumber


consultations_router = APIRouter(prefix="/v1/people", tags=["auditor"])

BeforeEvent = Annotated[
    int | None, Query(ge=0, le=2**53 - 1, description="`next_before` of the previous page.")
]


@consultations_router.get("/{person_id}/consultations", responses=call_problems(NotFoundError))
def list_consultations(
    call: ConsultationReader, person_id: IdInPath, *, limit: Limit = 50, before: BeforeEvent = None
) -> ConsultationListAnswer:
    """Return the accesses to data about a person, newest first; this call is an access too."""
    return ConsultationListAnswer.of(
        call.use(consultations, PersonId(person_id), before=before, limit=limit)
    )
