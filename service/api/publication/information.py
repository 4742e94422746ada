"""Case officers answer requests for information; the requester is never published."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from domain.errors import NotFoundError, RequestStepError, SelfVerificationError, StaleRequestError
from domain.publication import InformationAnswer, InformationOutcome
from service.api.authentication import FigureReader, RequestWorker
from service.api.base import Answer, Body, Next, PageAnswer, Reason
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.api.requests.request_steps_schemas import StateAnswer
from service.usecases.publication.information import answer_information, disclosure_log

Section = Annotated[str, StringConstraints(pattern=r"^s[0-9]{1,3}[A-Z]?$")]
Matter = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,40}$")]


class InformationAnswerBody(Body):
    """An answer to a request for information."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    outcome: InformationOutcome = Field(description="The outcome.")
    question: Reason
    """The question as it is published; it must not name the requester."""
    answer: Reason = Field(description="The answer as it is published.")
    exemptions: tuple[Section, ...] = Field(default=(), strict=False)
    """For a refusal, the sections of the Act, such as s40."""
    matter: Matter = ""
    """A code that requests on the same matter share, so that their hours are added up."""
    hours: int = Field(default=0, ge=0, le=10_000)
    """Hours spent finding, locating, retrieving and extracting the information."""
    is_counted_here: bool = False
    """Whether the statistics contain the information; cost is then no ground for refusal."""


class PublishedAnswerAnswer(Answer):
    """An entry of the disclosure log, without the requester."""

    answered_on: date = Field(description="The day of the answer.")
    outcome: InformationOutcome = Field(description="The outcome.")
    exemptions: tuple[str, ...] = Field(description="Sections of the Act that were used.")
    question: str = Field(description="The question as it is published.")
    answer: str = Field(description="The answer as it is published.")


class DisclosureLogAnswer(PageAnswer):
    """The disclosure log, newest first."""

    answers: tuple[PublishedAnswerAnswer, ...] = Field(description="The answers.")
    next_before: Next


router = APIRouter(prefix="/v1/publication", tags=["figures"])


@router.post(
    "/information/{request_id}/answer",
    responses=body_problems(
        NotFoundError, StaleRequestError, RequestStepError, SelfVerificationError
    ),
)
def post_information_answer(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[InformationAnswerBody]
) -> StateAnswer:
    """Answer a request for information, and publish the answer without the requester."""
    answer = body.to(InformationAnswer)
    return StateAnswer(
        state=call.carry_out(answer_information, body, request_id=request_id, answer=answer)
    )


@router.get("/disclosure-log", responses=call_problems())
def get_disclosure_log(
    call: FigureReader, *, before: Before = None, limit: Limit = 50
) -> DisclosureLogAnswer:
    """Return the published answers, newest first."""
    return DisclosureLogAnswer.of(call.use(disclosure_log, before=before, limit=limit))
