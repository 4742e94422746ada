"""Forces download the prints of their own captures, as files in the standard formats."""

from typing import Any

from fastapi import APIRouter, Response

from domain.errors import NotFoundError
from domain.ids import EncounterId
from prints.minutiae.iso19794_2 import encode_record
from service.adapters.prints.nist_writer import Heading, SentImage, transaction
from service.api.authentication import Enroller
from service.api.documentation import call_problems
from service.api.parameters import IdInPath
from service.usecases.people.encounters import own_prints

router = APIRouter(prefix="/v1/encounters", tags=["force"])

NIST_TYPE = "application/octet-stream"
AGENCY = "IDENTLINK"
"""The originating agency (ORI) of the files written here."""

BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {NIST_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}
"""The documentation of an answer that is a file."""


@router.get(
    "/{encounter_id}/prints",
    response_class=Response,
    responses={**call_problems(NotFoundError), **BINARY},
)
def get_prints(call: Enroller, encounter_id: IdInPath) -> Response:
    """Return the pictures of a capture of the caller's force as an ANSI/NIST-ITL transaction.

    It has types 1, 2 and 14 in the traditional encoding, without details of the person, and type 9
    if people marked minutiae in a picture before it was sent here. 404 if no picture is stored.
    """
    found = call.use(own_prints, EncounterId(encounter_id))
    if not found.images:
        raise NotFoundError
    day = found.encounter.captured_at.date()
    heading = Heading(
        "CAR",
        call.services.surroundings.clock().date(),
        str(call.caller.actor.force or ""),
        AGENCY,
        encounter_id,
        answers=found.encounter.reference,
    )
    sent = [SentImage(image, one.impression_type, day) for one, image in found.images]
    return Response(transaction(heading, [], sent), media_type=NIST_TYPE)


@router.get(
    "/{encounter_id}/minutiae",
    response_class=Response,
    responses={**call_problems(NotFoundError), **BINARY},
)
def get_minutiae(call: Enroller, encounter_id: IdInPath) -> Response:
    """Return the minutiae of a capture of the caller's force: one record of ISO/IEC 19794-2:2011.

    404 if no minutiae are stored.
    """
    found = call.use(own_prints, EncounterId(encounter_id))
    if not found.minutiae:
        raise NotFoundError
    return Response(encode_record(found.minutiae), media_type=NIST_TYPE)
