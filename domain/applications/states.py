"""Applications, their documents, and their states for their applicants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from domain.applications.declarations import Answers
from domain.ids import RequestId, UserId
from domain.request_states import IN_WORK, WAITING, RequestState, Step
from domain.requests import RequestFile

ApplicationId = NewType("ApplicationId", str)
DocumentId = NewType("DocumentId", str)

SENT = 1
"""The number of the application's own content; answers to questions count from 2."""


@dataclass(frozen=True, slots=True)
class UploadedDocument:
    """A document that an applicant sent, without its bytes."""

    document_id: DocumentId
    application_id: ApplicationId
    number: int
    """`SENT`, or the number of the answer that it came with."""
    slot: str
    media_type: str
    size_bytes: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class DraftApplication:
    """An application that is not sent yet. It is forgotten some weeks after it was saved last."""

    application_id: ApplicationId
    reference: str
    kind: str
    answers: Answers
    version: int
    """Counts the savings, so that two browsers do not overwrite each other."""
    started_at: datetime
    saved_at: datetime
    documents: tuple[UploadedDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """An application that was sent, and the request that it became."""

    application_id: ApplicationId
    reference: str
    kind: str
    request_id: RequestId
    submitted_by: UserId
    """The account of the pages that it came through."""
    submitted_at: datetime
    number: int = SENT


class PublicState(StrEnum):
    """State of an application, as its applicant sees it.

    The work in the office has one state: which step it has reached could betray the finding.
    """

    DRAFT = "draft"
    IN_WORK = "in work"
    QUESTION = "question"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


_ENDS = {
    RequestState.WITHDRAWN: PublicState.WITHDRAWN,
    RequestState.LAPSED: PublicState.LAPSED,
}


def public_state(state: RequestState) -> PublicState:
    """Return the applicant's view of a state of the request."""
    if state in WAITING:
        return PublicState.QUESTION
    if state in IN_WORK or state is RequestState.SECOND_READING:
        return PublicState.IN_WORK
    return _ENDS.get(state, PublicState.ANSWERED)


def open_question(file: RequestFile) -> str:
    """Return the question that waits for the applicant; empty if there is none."""
    if file.state not in WAITING:
        return ""
    asked = (e for e in reversed(file.entries) if e.step in (Step.ASK, Step.WANT_IDENTITY))
    return next(asked).words


@dataclass(frozen=True, slots=True)
class Paper:
    """A document for the applicant."""

    name: str
    """A file name: letters, digits, dashes and one ending."""
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class HandedPaper:
    """A document that is available to the applicant, as they are told of it."""

    name: str
    media_type: str
    size_bytes: int
    last_day: date
    fetches_left: int


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as its applicant sees it."""

    reference: str
    kind: str
    state: PublicState
    version: int = 0
    """Version of a draft: the number of its last saving."""
    answers: Answers | None = None
    """Only for a draft: the office shows a sent application."""
    documents: tuple[UploadedDocument, ...] = ()
    """Only for a draft."""
    submitted_on: date | None = None
    due_on: date | None = None
    """Day on which an answer is due; None without a clock, and while it stands still."""
    question: str = ""
    papers: tuple[Paper, ...] = ()
    handed: tuple[HandedPaper, ...] = ()
    """The documents that are available."""
