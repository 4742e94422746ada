"""Requests for information are answered by case officers and published without the asker."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import NotFoundError, RequestStepError, StaleRequestError
from domain.ids import RequestId
from service.api.authentication import FigureReader, RequestWorker
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.api.publication.information_schemas import (
    DisclosureLogAnswer,
    InformationAnswerBody,
)
from service.api.requests.request_steps_schemas import StateAnswer
from service.api.state import ServicesOf
from service.usecases.publication.information import answer_information, disclosure_log

router = APIRouter(prefix="/v1/publication", tags=["figures"])


@router.post(
    "/information/{request_id}/answer",
    responses=body_problems(NotFoundError, StaleRequestError, RequestStepError),
)
def post_information_answer(
    caller: RequestWorker,
    request_id: IdInPath,
    body: BodyOf[InformationAnswerBody],
    services: ServicesOf,
) -> StateAnswer:
    """Answer a request for information, and publish the answer without the asker."""
    command = body.to_command(caller, RequestId(request_id))
    return StateAnswer(state=answer_information(services, command))


@router.get("/disclosure-log", responses=call_problems())
def get_disclosure_log(
    caller: FigureReader, services: ServicesOf, *, before: Before = None, limit: Limit = 50
) -> DisclosureLogAnswer:
    """Return the published answers, newest first."""
    return DisclosureLogAnswer.of(disclosure_log(services, caller, before=before, limit=limit))
