"""Supervisors merge persons and undo merges: one proposes, another must confirm."""

from fastapi import APIRouter
from pydantic import Field

from domain.errors import ConflictError, NotFoundError, SelfVerificationError
from domain.ids import PersonId
from domain.retention.erasures import Merge
from service.api.authentication import Merger
from service.api.base import Answer, Body, OpaqueId, Reason
from service.api.bodies import BodyOf
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.shapes import shows
from service.usecases.people.confirming import confirm_merge
from service.usecases.people.merging import merges_about, propose_merge, propose_unmerge


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


class MergedAnswer(Answer):
    """The effect of a confirmation."""

    merge_id: str
    captures: int = Field(description="The number of captures that were moved.")


@shows(Merge)
class MergeAnswer(Answer):
    """A proposal and its confirmation."""

    undoes: str | None = Field(description="The merge to be undone; null if this is a merge.")


class MergeListAnswer(Answer):
    """Every proposal about a person, oldest first."""

    merges: tuple[MergeAnswer, ...]


router = APIRouter(prefix="/v1", tags=["supervisor"])


@router.post("/merges", status_code=201, responses=body_problems(NotFoundError))
def post_merge(call: Merger, body: BodyOf[MergeBody]) -> MergeIdAnswer:
    """Propose to merge two persons who are the same; a second supervisor must confirm."""
    return MergeIdAnswer(merge_id=call.carry_out(propose_merge, body))


@router.post(
    "/merges/{merge_id}/confirmation",
    responses=call_problems(NotFoundError, SelfVerificationError, ConflictError, *INDEX_ERRORS),
)
def post_merge_confirmation(call: Merger, merge_id: IdInPath) -> MergedAnswer:
    """Confirm another supervisor's proposed merge or undoing; the index is updated at once."""
    return MergedAnswer(merge_id=merge_id, captures=call.use(confirm_merge, merge_id))


@router.post(
    "/merges/{merge_id}/undoing",
    status_code=201,
    responses=body_problems(NotFoundError, ConflictError),
)
def post_unmerge(call: Merger, merge_id: IdInPath, body: BodyOf[UnmergeBody]) -> MergeIdAnswer:
    """Propose to undo a merge; a second supervisor must confirm."""
    return MergeIdAnswer(merge_id=call.use(propose_unmerge, merge_id, body.reason))


@router.get("/people/{person_id}/merges", responses=call_problems())
def list_merges(call: Merger, person_id: IdInPath) -> MergeListAnswer:
    """Return every proposal about a person, with its proposer and confirmer."""
    found = call.use(merges_about, PersonId(person_id))
    return MergeListAnswer(merges=found)
