"""Case officers prepare answers to people about their own data, and hand out the released ones."""

from __future__ import annotations

from fastapi import APIRouter, Response

from domain.errors import NotFoundError, NotReleasableError, PdfNotInstalledError
from domain.ids import RequestId
from service.adapters.documents.own_data_pdf import own_data_pdf
from service.api.authentication import RequestReader, RequestWorker
from service.api.bodies import BodyOf
from service.api.documentation import body_problems, call_problems
from service.api.parameters import IdInPath
from service.api.requests.own_answers_schemas import (
    OwnAnswerAnswer,
    OwnAnswerBody,
    OwnAnswerViewAnswer,
    OwnDocumentAnswer,
)
from service.api.requests.request_steps import STEP_ERRORS
from service.api.state import ServicesOf
from service.usecases.requests.own_answers import prepare_answer, released_answer, show_answer
from service.usecases.requests.own_document import document_json, own_document

router = APIRouter(prefix="/v1/requests/{request_id}/answer", tags=["case officer"])


@router.post("", status_code=201, responses=body_problems(*STEP_ERRORS, NotReleasableError))
def post_own_answer(
    caller: RequestWorker, request_id: IdInPath, body: BodyOf[OwnAnswerBody], services: ServicesOf
) -> OwnAnswerAnswer:
    """Prepare the answer to a person about their own data, for a second reader."""
    command = body.to_command(caller, RequestId(request_id))
    return OwnAnswerAnswer.of(prepare_answer(services, command))


@router.get("", responses=call_problems(NotFoundError, NotReleasableError))
def get_own_answer(
    caller: RequestReader, request_id: IdInPath, services: ServicesOf
) -> OwnAnswerViewAnswer:
    """Return the answer that was prepared, and everything that is held of the person."""
    return OwnAnswerViewAnswer.of(show_answer(services, caller, RequestId(request_id)))


@router.get("/document", responses=call_problems(NotFoundError))
def get_own_document(
    caller: RequestReader, request_id: IdInPath, services: ServicesOf
) -> OwnDocumentAnswer:
    """Return the document that the person gets, once it was released."""
    found = released_answer(services, caller, RequestId(request_id))
    return OwnDocumentAnswer.model_validate(document_json(own_document(*found)))


@router.get(
    "/document.pdf",
    response_class=Response,
    responses=call_problems(NotFoundError, PdfNotInstalledError)
    | {
        200: {
            "description": "The document as PDF.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def get_own_document_pdf(
    caller: RequestReader, request_id: IdInPath, services: ServicesOf
) -> Response:
    """Return the document that the person gets as PDF, once it was released."""
    found = released_answer(services, caller, RequestId(request_id))
    return Response(own_data_pdf(own_document(*found)), media_type="application/pdf")
