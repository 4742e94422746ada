"""Forces enrol captures, list their own, and download their prints in the standard formats."""

from typing import Annotated, Any

from fastapi import Depends, Response
from pydantic import Field, StringConstraints

from domain import errors
from domain.access.access import Caller
from domain.ids import EncounterId, PersonId, RecordId
from domain.office_days import office_day
from domain.prints.prints import ImpressionType
from prints.minutiae.iso19794_2 import encode_record
from service.adapters.prints.nist_writer import Heading, SentImage, transaction
from service.api import documentation
from service.api.access.direct_calls import DirectRoute
from service.api.authentication import Enroller
from service.api.base import Answer, Body, Next, OpaqueId, PageAnswer, Reference, created
from service.api.bodies import Before, IdempotencyOf, IdInPath, Limit, ReferenceOf
from service.api.call_routes import BODY_ERRORS, CAPTURE_ERRORS, CallRouter, found_at
from service.api.people.capture_bodies import Notes, Sent, capture_body
from service.api.people.captures import CapturedImpressions, ReadCapture, read_capture, read_files
from service.api.people.records_schemas import RecordBody
from service.api.shapes import at, shows
from service.usecases.idempotency import IdempotencyKey
from service.usecases.people import encounters
from service.usecases.people.enrolment import Enrol, enrol_capture
from service.usecases.searches.beginning import BeginRecord

MomentText = Annotated[
    str,
    StringConstraints(max_length=40),
    Field(
        json_schema_extra={"format": "date-time"},
        description="RFC 3339 date and time with a UTC offset.",
    ),
]


class EncounterBody(Body):
    """A capture to enrol."""

    captured_at: MomentText
    impressions: CapturedImpressions
    record: RecordBody | None = None
    """A criminal record to begin with this capture."""
    person_id: OpaqueId | None = None
    """A person already known to the force; if absent, a new person."""

    reference: Reference | None = None

    def to_command(
        self, caller: Caller, key: IdempotencyKey | None, capture: ReadCapture
    ) -> Enrol:
        """Return the command; raises InvalidInputError with a pointer."""
        with at("/record"):
            record = None if self.record is None else self.record.to_record()
        kept = {"images": capture.images, "minutiae": capture.minutiae}
        given = {"record": record, "impressions": capture.impressions, **kept}
        return self.to(Enrol, caller=caller, idempotency=key, **given)


@shows(encounters.EnrolledEncounter)
class EncounterAnswer(Answer):
    """An enrolled capture, as the force that enrolled it sees it."""


class EnrolledAnswer(EncounterAnswer):
    """A capture that was enrolled just now."""

    notes: Notes = ()


class EncounterListAnswer(PageAnswer):
    """A page of captures, newest first."""

    encounters: tuple[EncounterAnswer, ...]
    next_before: Next


class NewRecordBody(RecordBody):
    """A criminal record of a person without prints: details and at least one entry.

    An entry is an arrest, a summons or a report, with its offences. Convictions are added by
    amendments, and each conviction names its source.
    """

    enquiry_id: OpaqueId | None = None
    """The names enquiry (`search_id`) in which you found people who may be this person."""
    excluded: Annotated[tuple[OpaqueId, ...], Field(max_length=100)] = ()
    """Candidates of that enquiry (`candidate_id`) who are other people."""

    def to_command(self, caller: Caller, key: IdempotencyKey | None) -> BeginRecord:
        """Return the command; raises InvalidInputError with a pointer."""
        return self.to(BeginRecord, caller=caller, content=self.to_record(), idempotency=key)


class BegunAnswer(Answer):
    """A record that began without prints."""

    record_id: RecordId
    person_id: PersonId


router = CallRouter(prefix="/v1/encounters", tags=["force"], route_class=DirectRoute)


@router.post(
    "",
    *BODY_ERRORS,
    *CAPTURE_ERRORS,
    errors.InvalidDateError,
    errors.UnknownForceError,
    status_code=201,
    response_model=EnrolledAnswer,
    openapi_extra=documentation.takes_capture(EncounterBody),
    responses=found_at(201),
)
def enrol_encounter(
    call: Enroller,
    sent: Annotated[Sent[EncounterBody], Depends(capture_body(EncounterBody))],
    key: IdempotencyOf,
) -> Response:
    """Enrol a capture of up to ten fingers, with or without a record; the next search finds it."""
    body = sent.body
    if sent.files:
        capture = read_files(sent.files, call.services.prints, ImpressionType.ROLLED)
    else:
        capture = read_capture(body.impressions, call.services.prints)
    enrolled = enrol_capture(call.services, body.to_command(call.caller, key, capture))
    answer = EnrolledAnswer.showing(enrolled, notes=capture.notes)
    return created(answer, f"/v1/encounters/{enrolled.encounter_id}")


@router.get("")
def list_encounters(
    call: Enroller, reference: ReferenceOf, limit: Limit = 50, before: Before = None
) -> EncounterListAnswer:
    """Return the captures that the caller's force enrolled under a reference, newest first."""
    return EncounterListAnswer.of(
        call.use(encounters.encounters_under, reference, before=before, limit=limit)
    )


@router.get("/{encounter_id}")
def get_encounter(call: Enroller, encounter_id: IdInPath) -> EncounterAnswer:
    """Return a capture that the caller's force enrolled, without its prints."""
    return EncounterAnswer.of(call.use(encounters.own_encounter, EncounterId(encounter_id)))


prints = CallRouter(prefix="/v1/encounters", tags=["force"])

NIST_TYPE = "application/octet-stream"
AGENCY = "IDENTLINK"
"""The originating agency (ORI) of the files written here."""

BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {NIST_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}
"""The documentation of an answer that is a file."""


@prints.get("/{encounter_id}/prints", response_class=Response, responses=BINARY)
def get_prints(call: Enroller, encounter_id: IdInPath) -> Response:
    """Return the pictures of a capture of the caller's force as an ANSI/NIST-ITL transaction.

    It has types 1, 2 and 14 in the traditional encoding, without details of the person, and type 9
    if people marked minutiae in a picture before it was sent here. 404 if no picture is stored.
    """
    found = call.use(encounters.own_prints, EncounterId(encounter_id))
    if not found.images:
        raise errors.NotFoundError
    day = office_day(found.encounter.captured_at)
    heading = Heading(
        "CAR",
        call.services.today(),
        str(call.caller.actor.force or ""),
        AGENCY,
        encounter_id,
        answers=found.encounter.reference,
    )
    sent = [SentImage(image, one.impression_type, day) for one, image in found.images]
    return Response(transaction(heading, [], sent), media_type=NIST_TYPE)


@prints.get("/{encounter_id}/minutiae", response_class=Response, responses=BINARY)
def get_minutiae(call: Enroller, encounter_id: IdInPath) -> Response:
    """Return the minutiae of a capture of the caller's force: one record of ISO/IEC 19794-2:2011.

    404 if no minutiae are stored.
    """
    found = call.use(encounters.own_prints, EncounterId(encounter_id))
    if not found.minutiae:
        raise errors.NotFoundError
    return Response(encode_record(found.minutiae), media_type=NIST_TYPE)
