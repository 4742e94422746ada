"""Forces enrol captures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from domain.errors import (
    DuplicatePositionError,
    EmptyProbeError,
    IdempotencyConflictError,
    InvalidDateError,
    InvalidMinutiaeError,
    InvalidQualityError,
    InvalidTemplateError,
    NotFoundError,
    PrintsBusyError,
    UnknownForceError,
    UnknownTemplateFormatError,
    UnreadablePrintError,
)
from domain.ids import EncounterId
from domain.prints import ImpressionType
from service.api.access.direct_route import DirectRoute
from service.api.authentication import Enroller
from service.api.base import created
from service.api.bodies import IdempotencyOf
from service.api.documentation import (
    INDEX_ERRORS,
    body_problems,
    call_problems,
    found_at,
    takes_capture,
)
from service.api.parameters import Before, IdInPath, Limit, ReferenceOf
from service.api.people.capture_bodies import Sent, capture_body
from service.api.people.captures import read_capture, read_files
from service.api.people.encounters_schemas import (
    EncounterAnswer,
    EncounterBody,
    EncounterListAnswer,
    EnrolledAnswer,
)
from service.api.state import ServicesOf
from service.usecases.people.encounters import encounters_under, own_encounter
from service.usecases.people.enrolment import enrol_capture

router = APIRouter(prefix="/v1/encounters", tags=["force"], route_class=DirectRoute)


@router.post(
    "",
    status_code=201,
    response_model=EnrolledAnswer,
    openapi_extra=takes_capture(EncounterBody),
    responses=body_problems(
        EmptyProbeError,
        InvalidTemplateError,
        UnknownTemplateFormatError,
        DuplicatePositionError,
        InvalidMinutiaeError,
        UnreadablePrintError,
        PrintsBusyError,
        InvalidQualityError,
        InvalidDateError,
        UnknownForceError,
        NotFoundError,
        IdempotencyConflictError,
        *INDEX_ERRORS,
    )
    | found_at(201),
)
def enrol_encounter(
    caller: Enroller,
    sent: Annotated[Sent[EncounterBody], Depends(capture_body(EncounterBody))],
    key: IdempotencyOf,
    services: ServicesOf,
) -> Response:
    """Enrol a capture of up to ten fingers, with or without a record; the next search finds it."""
    body = sent.body
    if sent.files:
        capture = read_files(sent.files, services.prints, ImpressionType.ROLLED)
    else:
        capture = read_capture(body.impressions, services.prints)
    enrolled = enrol_capture(services, body.to_command(caller, key, capture))
    answer = EnrolledAnswer.showing(enrolled, notes=capture.notes)
    return created(answer, f"/v1/encounters/{enrolled.encounter_id}")


@router.get("", responses=call_problems())
def list_encounters(
    caller: Enroller,
    reference: ReferenceOf,
    services: ServicesOf,
    limit: Limit = 50,
    before: Before = None,
) -> EncounterListAnswer:
    """Return the captures that the caller's force enrolled under a reference, newest first."""
    return EncounterListAnswer.of(
        encounters_under(services, caller, reference, before=before, limit=limit)
    )


@router.get("/{encounter_id}", responses=call_problems(NotFoundError))
def get_encounter(
    caller: Enroller, encounter_id: IdInPath, services: ServicesOf
) -> EncounterAnswer:
    """Return a capture that the caller's force enrolled, without its prints."""
    return EncounterAnswer.of(own_encounter(services, caller, EncounterId(encounter_id)))
