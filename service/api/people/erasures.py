"""Merges and erasures, which two people decide and can undo in time; errors in the gallery.

Also the list of accesses to a person's data.
"""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Query
from pydantic import Field, StringConstraints

from domain.ids import ErasureId, GalleryCaseId, PersonId
from domain.people.disputes import GalleryCase, GalleryConclusion, GalleryOutcome
from domain.requests.disclosures import Consultation
from domain.retention.erasures import Erasure, ErasureBasis, ErasureState, Merge
from service.api.authentication import ConsultationReader, Eraser, Merger
from service.api.base import Answer, Body, Next, NextNumber, OpaqueId, PageAnswer, Reason
from service.api.bodies import Before, BodyOf, IdInPath, Limit
from service.api.call_routes import INDEX_ERRORS, CallRouter
from service.api.links import OwnerAnswer
from service.api.shapes import shows
from service.usecases.people import merging, parting
from service.usecases.people.erasure import (
    ask_erasure,
    call_back_erasure,
    confirm_erasure,
    erasure,
    erasures,
)
from service.usecases.people.integrity import conclude_gallery_case, gallery_case, gallery_cases
from service.usecases.people.records import consultations

Authority = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:@/+=-]{1,100}$"),
    Field(description="The deciding authority's reference: a code, not a name or a sentence."),
]


class ErasureBody(Body):
    """Why a person's data may no longer be kept."""

    basis: ErasureBasis
    authority: Authority
    court_order: str | None = Field(default=None, min_length=1, max_length=200)
    """Reference of a court order that removes the waiting period; it is stored sealed."""


class ErasureIdAnswer(Answer):
    """A request for erasure that a second supervisor must confirm."""

    erasure_id: ErasureId


@shows(Erasure, without=("outcome",))
class ErasureAnswer(Answer):
    """A request to erase a person, and its progress."""

    state: ErasureState
    court_order: str = Field(description="Empty without a court order.")
    due_at: datetime | None
    """Until this time the erasure can certainly be cancelled."""


class ErasureListAnswer(PageAnswer):
    """A page of erasures, newest first."""

    erasures: tuple[ErasureAnswer, ...]
    next_before: Next


router = CallRouter(prefix="/v1", tags=["supervisor"])

IsOpen = Annotated[
    bool, Query(alias="open", description="True: open erasures; false: ended erasures.")
]


@router.post("/people/{person_id}/erasure", status_code=202)
def post_erasure(call: Eraser, person_id: IdInPath, body: BodyOf[ErasureBody]) -> ErasureIdAnswer:
    """Request that all personal data of a person is erased; a second supervisor must confirm."""
    return ErasureIdAnswer(erasure_id=call.carry_out(ask_erasure, body, person_id=person_id))


@router.get("/erasures")
def list_erasures(
    call: Eraser, *, is_open: IsOpen = True, limit: Limit = 50, before: Before = None
) -> ErasureListAnswer:
    """Return erasures that are open, or that have ended, newest first."""
    return ErasureListAnswer.of(call.use(erasures, is_open=is_open, before=before, limit=limit))


@router.get("/erasures/{erasure_id}")
def get_erasure(call: Eraser, erasure_id: IdInPath) -> ErasureAnswer:
    """Return one erasure; this is the only view of a hidden person."""
    return ErasureAnswer.of(call.use(erasure, ErasureId(erasure_id)))


@router.post("/erasures/{erasure_id}/confirmation", *INDEX_ERRORS)
def post_erasure_confirmation(call: Eraser, erasure_id: IdInPath) -> ErasureAnswer:
    """Confirm another supervisor's request: the person is hidden at once, and erased when due."""
    return ErasureAnswer.of(call.use(confirm_erasure, ErasureId(erasure_id)))


@router.post("/erasures/{erasure_id}/call-back", *INDEX_ERRORS)
def post_erasure_call_back(call: Eraser, erasure_id: IdInPath) -> ErasureAnswer:
    """Cancel an erasure before it is carried out; all data is visible again as before."""
    return ErasureAnswer.of(call.use(call_back_erasure, ErasureId(erasure_id)))


class MergeBody(Body):
    """A proposal to merge two persons who are the same human being."""

    surviving: OpaqueId = Field(description="The person who stays, with their record.")
    absorbed: OpaqueId = Field(description="The person whose captures are moved.")
    reason: Reason


class UnmergeBody(Body):
    """A proposal to undo a merge that was wrong."""

    reason: Reason


class MergeIdAnswer(Answer):
    """A proposal that a second supervisor must confirm."""

    merge_id: str
    """Id of the proposal."""


class MergedAnswer(Answer):
    """The effect of a confirmation."""

    merge_id: str
    """Id of the proposal."""
    captures: int = Field(description="The number of captures that were moved.")


@shows(Merge)
class MergeAnswer(Answer):
    """A proposal and its confirmation."""

    undoes: str | None = Field(description="The merge to be undone; null if this is a merge.")


class MergeListAnswer(Answer):
    """Every proposal about a person, oldest first."""

    merges: tuple[MergeAnswer, ...]


@router.post("/merges", status_code=201)
def post_merge(call: Merger, body: BodyOf[MergeBody]) -> MergeIdAnswer:
    """Propose to merge two persons who are the same; a second supervisor must confirm."""
    return MergeIdAnswer(merge_id=call.carry_out(merging.propose_merge, body))


@router.post("/merges/{merge_id}/confirmation", *INDEX_ERRORS)
def post_merge_confirmation(call: Merger, merge_id: IdInPath) -> MergedAnswer:
    """Confirm another supervisor's proposed merge or undoing; the index is updated at once."""
    return MergedAnswer(merge_id=merge_id, captures=call.use(parting.confirm_merge, merge_id))


@router.post("/merges/{merge_id}/undoing", status_code=201)
def post_unmerge(call: Merger, merge_id: IdInPath, body: BodyOf[UnmergeBody]) -> MergeIdAnswer:
    """Propose to undo a merge; a second supervisor must confirm."""
    return MergeIdAnswer(merge_id=call.use(merging.propose_unmerge, merge_id, body.reason))


@router.get("/people/{person_id}/merges")
def list_merges(call: Merger, person_id: IdInPath) -> MergeListAnswer:
    """Return every proposal about a person, with its proposer and confirmer."""
    found = call.use(merging.merges_about, PersonId(person_id))
    return MergeListAnswer(merges=found)


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


IsOpenCase = Annotated[
    bool, Query(alias="open", description="True: open cases; false: concluded cases.")
]


@router.get("/gallery-cases")
def list_gallery_cases(
    call: Merger, *, is_open: IsOpenCase = True, limit: Limit = 50, before: Before = None
) -> GalleryCaseListAnswer:
    """Return cases of probable duplicates and swapped fingers, newest first."""
    return GalleryCaseListAnswer.of(
        call.use(gallery_cases, is_open=is_open, before=before, limit=limit)
    )


@router.get("/gallery-cases/{case_id}")
def get_gallery_case(call: Merger, case_id: IdInPath) -> GalleryCaseAnswer:
    """Return one case."""
    return GalleryCaseAnswer.of(call.use(gallery_case, GalleryCaseId(case_id)))


@router.post("/gallery-cases/{case_id}/conclusion", status_code=201)
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


consultations_router = CallRouter(prefix="/v1/people", tags=["auditor"])

BeforeEvent = Annotated[
    int | None, Query(ge=0, le=2**53 - 1, description="`next_before` of the previous page.")
]


@consultations_router.get("/{person_id}/consultations")
def list_consultations(
    call: ConsultationReader, person_id: IdInPath, *, limit: Limit = 50, before: BeforeEvent = None
) -> ConsultationListAnswer:
    """Return the accesses to data about a person, newest first; this call is an access too."""
    return ConsultationListAnswer.of(
        call.use(consultations, PersonId(person_id), before=before, limit=limit)
    )
