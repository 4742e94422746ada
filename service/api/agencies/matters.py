"""Court results and other matters: received, listed and decided; and the ASNs issued for them."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from pydantic import Field, StringConstraints

from domain import errors
from domain.agencies.agencies import ResultFate
from domain.ids import RequestId
from domain.people.people import DisposalType
from service.api.agencies.matters_schemas import (
    AnswerProposalBody,
    AttachMatterBody,
    InboxAnswer,
    LikelyRecordsAnswer,
    MatterAnswer,
    MatterBody,
    ReturnMatterBody,
    StepAnswer,
    ToldAnswer,
)
from service.api.authentication import AgreementReader, MatterTeller, RequestReader, RequestWorker
from service.api.base import Answer, Body, DateText, Next, OpaqueId, Words
from service.api.bodies import After, Before, BodyOf, IdInPath, Limit, media_type_of
from service.api.call_routes import CallRouter
from service.api.people.records import AmendedAnswer
from service.api.people.records_schemas import OffenceHead
from service.api.problems import UnsupportedMediaTypeError
from service.api.requests.requests import RequestIdAnswer
from service.usecases.agencies import asking, asns, deciding
from service.usecases.agencies.inbox import likely_records, list_matters, show_matter
from service.usecases.agencies.matters import TellCourtResult, tell_court_result, tell_matter

_XML = ("application/xml", "text/xml")
_TAKES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One message in the national format, with or without its envelope.",
        "content": {_XML[0]: {"schema": {"type": "string"}}},
    }
}


async def _xml(request: Request) -> bytes:
    if media_type_of(request) not in _XML:
        raise UnsupportedMediaTypeError(f"The media type is wrong: send a result as {_XML[0]}.")
    return await request.body()


router = CallRouter(prefix="/v1", tags=["case officer"])


@router.post(
    "/court-results",
    UnsupportedMediaTypeError,
    errors.NotTheirSourceError,
    status_code=201,
    openapi_extra=_TAKES,
)
def post_court_result(call: MatterTeller, body: Annotated[bytes, Depends(_xml)]) -> ToldAnswer:
    """Receive a court result: a rule attaches it to a record, or it waits in the inbox."""
    return ToldAnswer.of(tell_court_result(call.services, TellCourtResult(call.caller, body)))


@router.get("/matters")
def get_matters(call: RequestReader, after: After = None, limit: Limit = 50) -> InboxAnswer:
    """Return the matters that wait for a person's decision, oldest first."""
    return InboxAnswer.of(call.use(list_matters, after=after, limit=limit))


@router.get("/matters/{matter_id}")
def get_matter(call: RequestReader, matter_id: IdInPath) -> MatterAnswer:
    """Return a matter with its content and steps."""
    return MatterAnswer.of(call.use(show_matter, matter_id))


@router.post("/matters", errors.InvalidDateError, errors.NotTheirSourceError, status_code=201)
def post_matter(call: MatterTeller, body: BodyOf[MatterBody]) -> ToldAnswer:
    """Receive a matter in plain fields. A rule attaches a court's matter; other matters wait."""
    told = call.use(tell_matter, body.source, body.content())
    return ToldAnswer.of(told)


@router.get("/matters/{matter_id}/records")
def get_matter_records(call: RequestWorker, matter_id: IdInPath) -> LikelyRecordsAnswer:
    """Return the records that a waiting matter may belong to."""
    found = call.use(likely_records, matter_id)
    return LikelyRecordsAnswer(records=found)


@router.post("/matters/{matter_id}/attachment")
def post_matter_attachment(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[AttachMatterBody]
) -> StepAnswer:
    """Attach a matter to a record, or propose this if two people have to decide."""
    laid = tuple((one.offence, one.charge) for one in body.laid)
    return StepAnswer.of(
        call.carry_out(deciding.attach_matter, body, matter_id=matter_id, laid=laid)
    )


@router.post("/matters/{matter_id}/return")
def post_matter_return(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[ReturnMatterBody]
) -> StepAnswer:
    """Propose that a matter is sent back to its sender."""
    return StepAnswer.of(call.carry_out(deciding.return_matter, body, matter_id=matter_id))


@router.post("/matters/{matter_id}/withdrawal")
def post_matter_withdrawal(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[ReturnMatterBody]
) -> StepAnswer:
    """Propose that a matter is removed from the record to which it was added."""
    return StepAnswer.of(call.carry_out(deciding.withdraw_matter, body, matter_id=matter_id))


@router.post("/matters/{matter_id}/answer")
def post_matter_answer(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[AnswerProposalBody]
) -> StepAnswer:
    """Agree with another person's proposal, or reject it."""
    return StepAnswer.of(call.carry_out(deciding.answer_proposal, body, matter_id=matter_id))


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


@router.post("/requests/{request_id}/elsewhere", status_code=201)
def post_request_elsewhere(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[ElsewhereBody]
) -> RequestIdAnswer:
    """Answer that the record is on microfiche; return the request to convert it."""
    made = call.carry_out(asking.answer_elsewhere, body, request_id=request_id)
    return RequestIdAnswer(request_id=made)


@router.post("/requests/{request_id}/asn", status_code=201)
def post_request_asn(call: RequestWorker, request_id: IdInPath) -> AsnAnswer:
    """Issue the ASN of a record on behalf of an agency."""
    return AsnAnswer(asn=call.use(asns.issue_asn, RequestId(request_id)))


@router.get("/asns")
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


@router.post("/asns/{asn}/attachment", errors.InvalidDateError, status_code=201)
def post_attachment(
    call: RequestWorker,
    asn: Annotated[str, Path(pattern="^[A-Za-z0-9]{1,40}$", description="An ASN issued here.")],
    body: BodyOf[AttachmentBody],
) -> AmendedAnswer:
    """Attach the court result received for an ASN to a record, so that it no longer waits."""
    version = call.carry_out(asns.attach_result, body, asn=asn)
    return AmendedAnswer(record_id=body.record_id, version=version)


@router.post("/asn-results", errors.InvalidDateError, status_code=201)
def post_asn_result(call: RequestWorker, body: BodyOf[AsnResultBody]) -> ResultFateAnswer:
    """Store a court result with the ASN that the court gave."""
    return ResultFateAnswer(fate=call.carry_out(asns.receive_result, body))
