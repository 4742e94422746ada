"""Supervisors restrict people and items, and lift it; the holder of the evidence reads it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from domain.errors import (
    ConflictError,
    InvalidDateError,
    NotFoundError,
    StaleRecordError,
    UnknownForceError,
)
from domain.ids import PersonId, RecordId, RestrictionId
from domain.items import ItemId
from service.api.authentication import EvidenceHolder, Restricter, RestrictionReader
from service.api.bodies import BodyOf
from service.api.disclosure.restrictions_schemas import (
    LiftingBody,
    RestrictedEvidenceAnswer,
    RestrictionAnswer,
    RestrictionBody,
    RestrictionListAnswer,
)
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.api.state import ServicesOf
from service.usecases.disclosure.restricting import (
    lift,
    restrict,
    restricted_evidence,
    restriction,
    restrictions,
)
from service.usecases.disclosure.restricting_items import restrict_item

router = APIRouter(prefix="/v1", tags=["supervisor"])

IsOpen = Annotated[bool, Query(alias="open", description="Those that hold, or were lifted.")]


@router.post(
    "/people/{person_id}/restriction",
    status_code=201,
    responses=body_problems(NotFoundError, ConflictError, UnknownForceError, *INDEX_ERRORS),
)
def post_restriction(
    caller: Restricter, person_id: IdInPath, body: BodyOf[RestrictionBody], services: ServicesOf
) -> RestrictionAnswer:
    """Restrict a person: kept as evidence, and hidden from all but its holder."""
    command = body.to_command(caller, PersonId(person_id))
    return RestrictionAnswer.of(restrict(services, command))


@router.post(
    "/records/{record_id}/items/{item_id}/restriction",
    status_code=201,
    responses=body_problems(
        *(NotFoundError, ConflictError, StaleRecordError, UnknownForceError), *INDEX_ERRORS
    ),
)
def post_item_restriction(
    caller: Restricter,
    record_id: IdInPath,
    item_id: IdInPath,
    body: BodyOf[RestrictionBody],
    services: ServicesOf,
) -> RestrictionAnswer:
    """Restrict one item of a record with its parts, while the rest of it serves on."""
    command = body.to_item_command(caller, RecordId(record_id), ItemId(item_id))
    return RestrictionAnswer.of(restrict_item(services, command))


@router.get("/restrictions", responses=call_problems())
def list_restrictions(
    caller: RestrictionReader,
    services: ServicesOf,
    *,
    is_open: IsOpen = True,
    limit: Limit = 50,
    before: Before = None,
) -> RestrictionListAnswer:
    """Return restrictions, newest first; a force sees those whose evidence it holds."""
    return RestrictionListAnswer.of(
        restrictions(services, caller, is_open=is_open, before=before, limit=limit)
    )


@router.get("/restrictions/{restriction_id}", responses=call_problems(NotFoundError))
def get_restriction(
    caller: RestrictionReader, restriction_id: IdInPath, services: ServicesOf
) -> RestrictionAnswer:
    """Return one restriction."""
    return RestrictionAnswer.of(restriction(services, caller, RestrictionId(restriction_id)))


@router.get("/restrictions/{restriction_id}/evidence", responses=call_problems(NotFoundError))
def get_restricted_evidence(
    caller: EvidenceHolder, restriction_id: IdInPath, services: ServicesOf
) -> RestrictedEvidenceAnswer:
    """Return the data that a restriction hides, to the force that holds the evidence."""
    return RestrictedEvidenceAnswer.of(
        restricted_evidence(services, caller, RestrictionId(restriction_id))
    )


@router.post(
    "/restrictions/{restriction_id}/lifting",
    responses=body_problems(NotFoundError, ConflictError, InvalidDateError, *INDEX_ERRORS),
)
def post_lifting(
    caller: Restricter, restriction_id: IdInPath, body: BodyOf[LiftingBody], services: ServicesOf
) -> RestrictionAnswer:
    """Lift a restriction of which the person was told before: everything is as it was."""
    return RestrictionAnswer.of(
        lift(services, body.to_command(caller, RestrictionId(restriction_id)))
    )
