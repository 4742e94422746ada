"""Recipients that have not answered a notice."""

from __future__ import annotations

from datetime import date
from typing import Self

from domain.disclosures import NoticeKind
from service.api.base import Answer, Next, PageAnswer
from service.api.requests.requests_schemas import PartyAnswer
from service.usecases.requests.notices import Unanswered


class UnansweredAnswer(Answer):
    """A recipient that has not answered a notice."""

    notice_id: str
    disclosure_id: str
    request_id: str
    recipient: PartyAnswer
    kind: NoticeKind
    given_on: date
    due_on: date | None
    is_late: bool

    @classmethod
    def of(cls, one: Unanswered) -> Self:
        """Return the answer for a recipient."""
        notice = one.notice
        return cls.showing(
            one,
            notice_id=notice.notice_id,
            disclosure_id=notice.disclosure_id,
            kind=notice.kind,
            given_on=notice.given_on,
        )


class UnansweredListAnswer(PageAnswer):
    """Recipients that have not answered, the oldest notice first."""

    notices: tuple[UnansweredAnswer, ...]
    next_after: Next
