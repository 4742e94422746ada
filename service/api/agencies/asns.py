"""ASNs issued, court results, and answers that a record is on microfiche."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field, StringConstraints

from domain import errors
from domain.agencies.agencies import ResultFate
from domain.ids import RequestId
from domain.people.people import DisposalType
from service.api.authentication import AgreementReader, RequestWorker
from service.api.base import Answer, Body, DateText, Next, OpaqueId, Words
from service.api.bodies import Before, BodyOf, IdInPath, Limit
from service.api.documentation import body_problems, call_problems
from service.api.people.records import AmendedAnswer
from service.api.people.records_schemas import OffenceHead
from service.api.requests.requests import RequestIdAnswer
from service.usecases.agencies import asns, elsewhere


class ElsewhereBody(Body):
    """The record is on microfiche."""

    expected_version: Annotated[int, Field(ge=1, lt=2**31)]
    """The version that you have read; the call is refused if there is a newer version."""
    words: Words


class AsnAnswer(Answer):
    """An ASN that was issued."""

    asn: str
    """Arrest Summons Number."""


class IssuedAsnAnswer(Answer):
    """An ASN issued for the record of a request."""

    asn: str
    """Arrest Summons Number."""
    request_id: RequestId
    agency: str
    """Code of the agency."""
    issued_at: datetime
    """When it was issued."""
    result_on: date | None
    """Day of the court result; null until there is one."""


class AsnResultAnswer(Answer):
    """A court result whose ASN was not issued here, or that has already been received."""

    result_id: str
    """Opaque id of the result."""
    asn: str
    """Arrest Summons Number."""
    fate: ResultFate
    result_on: date
    """Day of the court result."""
    received_at: datetime
    """When it was received."""


class AsnsAnswer(Answer):
    """ASNs issued, newest first; those overdue for a result; and results that match no ASN."""

    issued: tuple[IssuedAsnAnswer, ...]
    """ASNs issued, oldest first."""
    silent: tuple[IssuedAsnAnswer, ...]
    """ASNs that are overdue for a court result."""
    unmatched: tuple[AsnResultAnswer, ...]
    """Court results whose ASN was not issued here, or that had already been received."""
    next_before: Next
    next_unmatched_before: Next


class AsnResultBody(Body):
    """A court result, with the ASN that the court gave."""

    asn: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[\x20-\x7e]*$")]
    """Arrest Summons Number."""
    result_on: DateText
    """Day of the court result."""
    words: Words = ""


class AttachmentBody(Body):
    """The record that a court result belongs to, and what the court's wording means."""

    record_id: OpaqueId
    """Id of the record."""
    expected_version: Annotated[int, Field(ge=1, lt=2**53)]
    """The live version of the record that you have seen."""
    disposal: DisposalType
    offence: OffenceHead
    """Needed if the record does not list the ASN; otherwise the offence on record is kept."""


class ResultFateAnswer(Answer):
    """Where a court result belongs."""

    fate: ResultFate


router = APIRouter(prefix="/v1", tags=["case officer"])


@router.post(
    "/requests/{request_id}/elsewhere",
    status_code=201,
    responses=body_problems(
        errors.NotFoundError,
        errors.StaleRequestError,
        errors.RequestStepError,
        errors.NoAgreementError,
    ),
)
def post_request_elsewhere(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[ElsewhereBody]
) -> RequestIdAnswer:
    """Answer that the record is on microfiche; return the request to convert it."""
    made = call.carry_out(elsewhere.answer_elsewhere, body, request_id=request_id)
    return RequestIdAnswer(request_id=made)


@router.post(
    "/requests/{request_id}/asn",
    status_code=201,
    responses=call_problems(errors.NotFoundError, errors.RequestStepError, errors.ConflictError),
)
def post_request_asn(call: RequestWorker, request_id: IdInPath) -> AsnAnswer:
    """Issue the ASN of a record on behalf of an agency."""
    return AsnAnswer(asn=call.use(asns.issue_asn, RequestId(request_id)))


@router.get("/asns", responses=call_problems())
def get_asns(
    call: AgreementReader,
    before: Before = None,
    unmatched_before: Annotated[
        str | None,
        Query(
            pattern=r"^[A-Za-z0-9._:=+/-]{1,200}$",
            description="`next_unmatched_before` of the previous page.",
        ),
    ] = None,
    limit: Limit = 50,
) -> AsnsAnswer:
    """Return the ASNs issued, those overdue for a court result, and results that match no ASN."""
    found = call.use(asns.list_asns, before=before, unmatched_before=unmatched_before, limit=limit)
    return AsnsAnswer.of(found)


@router.post(
    "/asns/{asn}/attachment",
    status_code=201,
    responses=body_problems(
        errors.NotFoundError,
        errors.PayloadErasedError,
        errors.ConflictError,
        errors.SelfVerificationError,
        errors.StaleRecordError,
        errors.InvalidDateError,
    ),
)
def post_attachment(
    call: RequestWorker,
    asn: Annotated[str, Path(pattern="^[A-Za-z0-9]{1,40}$", description="An ASN issued here.")],
    body: BodyOf[AttachmentBody],
) -> AmendedAnswer:
    """Attach the court result received for an ASN to a record, so that it no longer waits."""
    version = call.carry_out(asns.attach_result, body, asn=asn)
    return AmendedAnswer(record_id=body.record_id, version=version)


@router.post("/asn-results", status_code=201, responses=body_problems(errors.InvalidDateError))
def post_asn_result(call: RequestWorker, body: BodyOf[AsnResultBody]) -> ResultFateAnswer:
    """Store a court result with the ASN that the court gave."""
    return ResultFateAnswer(fate=call.carry_out(asns.receive_result, body))
