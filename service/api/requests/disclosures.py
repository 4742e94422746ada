"""Recipients' acknowledgements of answers and of notices, and missing acknowledgements."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter

from domain.errors import NotFoundError
from domain.ids import DisclosureId, NoticeId
from domain.requests.disclosures import NoticeKind
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Next, PageAnswer
from service.api.documentation import call_problems
from service.api.parameters import After, IdInPath, Limit
from service.api.requests.requests import PartyAnswer
from service.api.shapes import From
from service.usecases.requests.notices import (
    acknowledge_disclosure,
    acknowledge_notice,
    unanswered_notices,
)


class UnansweredAnswer(Answer):
    """A recipient that has not acknowledged a notice."""

    notice_id: Annotated[str, From("notice.notice_id")]
    disclosure_id: Annotated[str, From("notice.disclosure_id")]
    request_id: str
    recipient: PartyAnswer
    kind: Annotated[NoticeKind, From("notice.kind")]
    given_on: Annotated[date, From("notice.given_on")]
    due_on: date | None
    is_late: bool


class UnansweredListAnswer(PageAnswer):
    """Recipients that have not acknowledged a notice, the oldest notice first."""

    notices: tuple[UnansweredAnswer, ...]
    next_after: Next


router = APIRouter(prefix="/v1", tags=["case officer"])


@router.post(
    "/disclosures/{disclosure_id}/acknowledgement",
    status_code=204,
    responses=call_problems(NotFoundError),
)
def post_acknowledgement(call: RequestWorker, disclosure_id: IdInPath) -> None:
    """Record that the recipient has received the answer."""
    call.use(acknowledge_disclosure, DisclosureId(disclosure_id))


@router.post(
    "/disclosure-notices/{notice_id}/acknowledgement",
    status_code=204,
    responses=call_problems(NotFoundError),
)
def post_notice_acknowledgement(call: RequestWorker, notice_id: IdInPath) -> None:
    """Record that the recipient has received the notice of a change."""
    call.use(acknowledge_notice, NoticeId(notice_id))


@router.get("/disclosure-notices/unanswered", responses=call_problems())
def get_unanswered_notices(
    call: RequestReader, after: After = None, limit: Limit = 200
) -> UnansweredListAnswer:
    """Return the recipients that have not acknowledged a notice, the oldest notice first."""
    return UnansweredListAnswer.of(call.use(unanswered_notices, after=after, limit=limit))
