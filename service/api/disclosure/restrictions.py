"""Supervisors restrict people and items; the force that holds the evidence still sees the data."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from domain.access.access import Caller
from domain.errors import (
    InvalidDateError,
    UnknownForceError,
)
from domain.forces import find_force
from domain.ids import ForceCode, RecordId, RestrictionId
from domain.people.items import ItemId
from domain.retention.disclosure import Restriction, RestrictionGround
from service.api.authentication import EvidenceHolder, Restricter, RestrictionReader
from service.api.base import Answer, Body, Code, DateText, Next, PageAnswer, Reason
from service.api.bodies import Before, BodyOf, IdInPath, Limit
from service.api.call_routes import INDEX_ERRORS, CallRouter
from service.api.people.items_schemas import ItemAnswer
from service.api.shapes import at, shows
from service.usecases.disclosure import restricting


class RestrictionBody(Body):
    """Why data is restricted, and which force can still see it as evidence."""

    ground: RestrictionGround
    holder: Code = Field(description="The force that holds the evidence.")
    reasons: Reason

    def to_item_command(
        self, caller: Caller, record_id: RecordId, item_id: ItemId
    ) -> restricting.RestrictItem:
        """Return the command for one item; raises UnknownForceError with a JSON Pointer."""
        with at("/holder"):
            holder = find_force(self.holder).code
        return restricting.RestrictItem(
            caller, record_id, item_id, self.ground, holder, self.reasons
        )


class LiftingBody(Body):
    """Why a restriction is lifted, and when the person was told in advance."""

    told_on: DateText
    """The day on which the person was told that the restriction would be lifted."""
    reasons: Reason


@shows(Restriction, without=("version",))
class RestrictionAnswer(Answer):
    """The restriction of a person, or of one item of a record."""

    record_id: str | None
    """The record of the restricted item; null if a whole person is restricted."""
    item_id: str | None
    """The restricted item; null if a whole person is restricted."""
    reasons: str = Field(description="Empty once the reasons have been erased.")
    is_open: bool
    """Whether the restriction is still in force."""


class RestrictionListAnswer(PageAnswer):
    """A page of restrictions, newest first."""

    restrictions: tuple[RestrictionAnswer, ...]
    next_before: Next


class RestrictedRecordAnswer(Answer):
    """A restricted record: its newest version, or one item with its parts and its parent entry."""

    record_id: RecordId
    force: ForceCode
    held: tuple[ItemAnswer, ...]
    """The items of the record."""


class RestrictedEvidenceAnswer(Answer):
    """The data that a restriction hides."""

    restriction: RestrictionAnswer
    records: tuple[RestrictedRecordAnswer, ...]
    """The records in their newest versions."""
    captures: tuple[str, ...] = Field(description="Their ids.")


router = CallRouter(prefix="/v1", tags=["supervisor"])

IsOpen = Annotated[
    bool,
    Query(
        alias="open",
        description="True: restrictions in force; false: restrictions that were lifted.",
    ),
]


@router.post("/people/{person_id}/restriction", UnknownForceError, *INDEX_ERRORS, status_code=201)
def post_restriction(
    call: Restricter, person_id: IdInPath, body: BodyOf[RestrictionBody]
) -> RestrictionAnswer:
    """Restrict a person: the data stays as evidence, hidden from all but its holder."""
    with at("/holder"):
        holder = find_force(body.holder).code
    return RestrictionAnswer.of(
        call.carry_out(restricting.restrict, body, person_id=person_id, holder=holder)
    )


@router.post(
    "/records/{record_id}/items/{item_id}/restriction",
    UnknownForceError,
    *INDEX_ERRORS,
    status_code=201,
)
def post_item_restriction(
    call: Restricter, record_id: IdInPath, item_id: IdInPath, body: BodyOf[RestrictionBody]
) -> RestrictionAnswer:
    """Restrict one item of a record with its parts; the rest of the record stays in use."""
    command = body.to_item_command(call.caller, RecordId(record_id), ItemId(item_id))
    return RestrictionAnswer.of(restricting.restrict_item(call.services, command))


@router.get("/restrictions")
def list_restrictions(
    call: RestrictionReader, *, is_open: IsOpen = True, limit: Limit = 50, before: Before = None
) -> RestrictionListAnswer:
    """Return restrictions, newest first; a force sees only those whose evidence it holds."""
    return RestrictionListAnswer.of(
        call.use(restricting.restrictions, is_open=is_open, before=before, limit=limit)
    )


@router.get("/restrictions/{restriction_id}")
def get_restriction(call: RestrictionReader, restriction_id: IdInPath) -> RestrictionAnswer:
    """Return one restriction."""
    return RestrictionAnswer.of(call.use(restricting.restriction, RestrictionId(restriction_id)))


@router.get("/restrictions/{restriction_id}/evidence")
def get_restricted_evidence(
    call: EvidenceHolder, restriction_id: IdInPath
) -> RestrictedEvidenceAnswer:
    """Return the data that a restriction hides, for the force that holds the evidence."""
    return RestrictedEvidenceAnswer.of(
        call.use(restricting.restricted_evidence, RestrictionId(restriction_id))
    )


@router.post("/restrictions/{restriction_id}/lifting", InvalidDateError, *INDEX_ERRORS)
def post_lifting(
    call: Restricter, restriction_id: IdInPath, body: BodyOf[LiftingBody]
) -> RestrictionAnswer:
    """Lift a restriction after the person was told; the data becomes visible again as before."""
    return RestrictionAnswer.of(
        call.carry_out(restricting.lift, body, restriction_id=restriction_id)
    )
