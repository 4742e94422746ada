"""Case officers hand released documents over to applicants."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import (
    ConflictError,
    NotFoundError,
    PayloadErasedError,
    PdfNotInstalledError,
)
from domain.ids import RequestId
from service.adapters.documents.own_data_pdf import own_data_pdf
from service.api.applications.applications_schemas import HandoverAnswer, HandoversAnswer
from service.api.authentication import RequestReader, RequestWorker
from service.api.documentation import call_problems
from service.api.parameters import IdInPath
from service.usecases.applications.handing import hand_over, handovers_of

router = APIRouter(prefix="/v1/requests/{request_id}/handovers", tags=["case officer"])


@router.post(
    "",
    status_code=201,
    responses=call_problems(
        NotFoundError, ConflictError, PayloadErasedError, PdfNotInstalledError
    ),
)
def post_handover(call: RequestWorker, request_id: IdInPath) -> HandoverAnswer:
    """Put the released document on the pages of the public, only for its applicant."""
    return HandoverAnswer.of(
        hand_over(call.services, call.caller, RequestId(request_id), own_data_pdf)
    )


@router.get("", responses=call_problems(NotFoundError))
def list_handovers(call: RequestReader, request_id: IdInPath) -> HandoversAnswer:
    """Return what was made available because of a request, and how often it was fetched."""
    found = handovers_of(call.services, call.caller, RequestId(request_id))
    return HandoversAnswer(handovers=tuple(map(HandoverAnswer.of, found)))
