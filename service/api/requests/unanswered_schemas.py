"""Recipients that have not answered a notice."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from domain.disclosures import NoticeKind
from service.api.base import Answer, Next, PageAnswer
from service.api.requests.requests_schemas import PartyAnswer
from service.api.shapes import From


class UnansweredAnswer(Answer):
    """A recipient that has not answered a notice."""

    notice_id: Annotated[str, From("notice.notice_id")]
    disclosure_id: Annotated[str, From("notice.disclosure_id")]
    request_id: str
    recipient: PartyAnswer
    kind: Annotated[NoticeKind, From("notice.kind")]
    given_on: Annotated[date, From("notice.given_on")]
    due_on: date | None
    is_late: bool


class UnansweredListAnswer(PageAnswer):
    """Recipients that have not answered, the oldest notice first."""

    notices: tuple[UnansweredAnswer, ...]
    next_after: Next
