"""Court results and other matters: received, listed while they wait, and shown."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from domain import errors
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
from service.api.authentication import MatterTeller, RequestReader, RequestWorker
from service.api.bodies import After, BodyOf, IdInPath, Limit, media_type_of
from service.api.documentation import body_problems, call_problems
from service.api.problems import UnsupportedMediaTypeError
from service.usecases.agencies import deciding
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


router = APIRouter(prefix="/v1", tags=["case officer"])


@router.post(
    "/court-results",
    status_code=201,
    openapi_extra=_TAKES,
    responses=call_problems(UnsupportedMediaTypeError, errors.NotTheirSourceError),
)
def post_court_result(call: MatterTeller, body: Annotated[bytes, Depends(_xml)]) -> ToldAnswer:
    """Receive a court result: a rule attaches it to a record, or it waits in the inbox."""
    return ToldAnswer.of(tell_court_result(call.services, TellCourtResult(call.caller, body)))


@router.get("/matters", responses=call_problems())
def get_matters(call: RequestReader, after: After = None, limit: Limit = 50) -> InboxAnswer:
    """Return the matters that wait for a person's decision, oldest first."""
    return InboxAnswer.of(call.use(list_matters, after=after, limit=limit))


@router.get("/matters/{matter_id}", responses=call_problems(errors.NotFoundError))
def get_matter(call: RequestReader, matter_id: IdInPath) -> MatterAnswer:
    """Return a matter with its content and steps."""
    return MatterAnswer.of(call.use(show_matter, matter_id))


@router.post(
    "/matters",
    status_code=201,
    responses=body_problems(errors.InvalidDateError, errors.NotTheirSourceError),
)
def post_matter(call: MatterTeller, body: BodyOf[MatterBody]) -> ToldAnswer:
    """Receive a matter in plain fields. A rule attaches a court's matter; other matters wait."""
    told = call.use(tell_matter, body.source, body.content())
    return ToldAnswer.of(told)


@router.get("/matters/{matter_id}/records", responses=call_problems(errors.NotFoundError))
def get_matter_records(call: RequestWorker, matter_id: IdInPath) -> LikelyRecordsAnswer:
    """Return the records that a waiting matter may belong to."""
    found = call.use(likely_records, matter_id)
    return LikelyRecordsAnswer(records=found)


_STEPS = (
    *(
        errors.NotFoundError,
        errors.ConflictError,
        errors.SelfVerificationError,
        errors.StaleRecordError,
    ),
    errors.PayloadErasedError,
)


@router.post("/matters/{matter_id}/attachment", responses=body_problems(*_STEPS))
def post_matter_attachment(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[AttachMatterBody]
) -> StepAnswer:
    """Attach a matter to a record, or propose this if two people have to decide."""
    laid = tuple((one.offence, one.charge) for one in body.laid)
    return StepAnswer.of(
        call.carry_out(deciding.attach_matter, body, matter_id=matter_id, laid=laid)
    )


@router.post("/matters/{matter_id}/return", responses=body_problems(*_STEPS))
def post_matter_return(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[ReturnMatterBody]
) -> StepAnswer:
    """Propose that a matter is sent back to its sender."""
    return StepAnswer.of(call.carry_out(deciding.return_matter, body, matter_id=matter_id))


@router.post("/matters/{matter_id}/withdrawal", responses=body_problems(*_STEPS))
def post_matter_withdrawal(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[ReturnMatterBody]
) -> StepAnswer:
    """Propose that a matter is removed from the record to which it was added."""
    return StepAnswer.of(call.carry_out(deciding.withdraw_matter, body, matter_id=matter_id))


@router.post("/matters/{matter_id}/answer", responses=body_problems(*_STEPS))
def post_matter_answer(
    call: RequestWorker, matter_id: IdInPath, body: BodyOf[AnswerProposalBody]
) -> StepAnswer:
    """Agree with another person's proposal, or reject it."""
    return StepAnswer.of(call.carry_out(deciding.answer_proposal, body, matter_id=matter_id))
