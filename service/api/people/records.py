"""Forces read and amend the records that they hold; auditors read any version of any record."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from domain.errors import (
    ConflictError,
    IdempotencyConflictError,
    InvalidDateError,
    InvalidIdentifierError,
    NotFoundError,
    PayloadErasedError,
    StaleRecordError,
    UnknownForceError,
)
from domain.ids import RecordId
from domain.people.claims import Claim
from domain.people.numbers import NumberKind
from service.api.authentication import RecordAmender, RecordBeginner, RecordReader
from service.api.base import Answer, Body, created
from service.api.bodies import Before, BodyOf, IdempotencyOf, IdInPath, Limit
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems, found_at
from service.api.people.amendments_schemas import (
    AmendedAnswer,
    AmendmentBody,
    RecordAnswer,
    RecordListAnswer,
    VersionListAnswer,
)
from service.api.people.encounters import BegunAnswer, NewRecordBody
from service.api.people.items_schemas import ItemAnswer
from service.api.shapes import shows
from service.usecases.people import records
from service.usecases.people.amending import AmendRecord, amend_record
from service.usecases.people.numbering import NumberedRecord, issue_number
from service.usecases.searches.beginning import begin_record

router = APIRouter(prefix="/v1/records", tags=["force"])

Version = Annotated[int, Path(ge=1, lt=2**53, description="The number of a version, from 1.")]


@router.get("", responses=call_problems())
def get_records(call: RecordReader, limit: Limit = 50, before: Before = None) -> RecordListAnswer:
    """Return the records of the caller's force, or of all forces for an auditor, without
    content.
    """
    return RecordListAnswer.of(call.use(records.list_records, before=before, limit=limit))


@router.post(
    "",
    status_code=201,
    response_model=BegunAnswer,
    responses=body_problems(
        NotFoundError,
        ConflictError,
        InvalidDateError,
        UnknownForceError,
        IdempotencyConflictError,
        *INDEX_ERRORS,
    )
    | found_at(201),
)
def post_record(call: RecordBeginner, body: BodyOf[NewRecordBody], key: IdempotencyOf) -> Response:
    """Begin a record of a person without prints; from then on names enquiries find the person.

    Prints taken later are added with `person_id` in `POST /v1/encounters`.
    """
    begun = begin_record(call.services, body.to_command(call.caller, key))
    return created(BegunAnswer.of(begun), f"/v1/records/{begun.record_id}")


@router.get("/{record_id}", responses=call_problems(NotFoundError, PayloadErasedError))
def get_record(call: RecordReader, record_id: IdInPath) -> RecordAnswer:
    """Return the live version of a record, item by item; reading it is recorded in the log."""
    return RecordAnswer.of(call.use(records.read_record, RecordId(record_id)))


@router.get("/{record_id}/versions", responses=call_problems(NotFoundError, PayloadErasedError))
def list_versions(call: RecordReader, record_id: IdInPath) -> VersionListAnswer:
    """Return the versions of a record, each with actor, time and reason, without content."""
    return VersionListAnswer(versions=call.use(records.record_versions, RecordId(record_id)))


@router.get(
    "/{record_id}/versions/{version}", responses=call_problems(NotFoundError, PayloadErasedError)
)
def get_version(call: RecordReader, record_id: IdInPath, version: Version) -> RecordAnswer:
    """Return one version of a record and its changes; reading it is recorded in the log."""
    return RecordAnswer.of(call.use(records.read_record, RecordId(record_id), version))


@shows(Claim)
class RecordClaimAnswer(Answer):
    """One detail of a person, with its source, its day, and how it ended."""

    item: ItemAnswer


class RecordClaimListAnswer(Answer):
    """What sources state about who a person is."""

    claims: tuple[RecordClaimAnswer, ...]


@router.get("/{record_id}/claims", responses=call_problems(NotFoundError, PayloadErasedError))
def get_claims(call: RecordReader, record_id: IdInPath) -> RecordClaimListAnswer:
    """Return each name, birth, address and other detail with its source, including withdrawn
    ones.
    """
    return RecordClaimListAnswer(claims=call.use(records.record_claims, RecordId(record_id)))


class NumberBody(Body):
    """The kind of number to issue."""

    kind: NumberKind
    expected_version: int = Field(ge=1, description="The version that the caller has read.")


@shows(NumberedRecord)
class NumberAnswer(Answer):
    """The number that was issued, and the version of the record that shows it."""


@router.post(
    "/{record_id}/numbers",
    status_code=201,
    responses=body_problems(
        NotFoundError,
        PayloadErasedError,
        ConflictError,
        StaleRecordError,
        InvalidIdentifierError,
    ),
)
def post_number(
    call: RecordAmender, record_id: IdInPath, body: BodyOf[NumberBody]
) -> NumberAnswer:
    """Issue the next PNC ID or CRO number for a record; a person gets at most one of each."""
    return NumberAnswer.of(call.carry_out(issue_number, body, record_id=record_id))


@router.post(
    "/{record_id}/amendments",
    status_code=201,
    responses=body_problems(
        NotFoundError,
        PayloadErasedError,
        ConflictError,
        StaleRecordError,
        InvalidDateError,
        UnknownForceError,
        IdempotencyConflictError,
    )
    | found_at(201),
)
def post_amendment(
    call: RecordAmender,
    record_id: IdInPath,
    body: BodyOf[AmendmentBody],
    key: IdempotencyOf,
    response: Response,
) -> AmendedAnswer:
    """Add, correct or withdraw items: this makes a new live version; the old one stays."""
    command = AmendRecord(
        call.caller, RecordId(record_id), body.expected_version, body.amendment(), key
    )
    version = amend_record(call.services, command)
    response.headers["Location"] = f"/v1/records/{record_id}/versions/{version}"
    return AmendedAnswer(record_id=record_id, version=version)
