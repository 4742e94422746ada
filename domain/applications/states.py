"""Applications: their documents, references and codes, and where they stand for applicants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


HandoverId = NewType("HandoverId", str)

MOST_FETCHES = 5
"""Most fetches of a document: a download may break off, or be lost with a telephone."""
DAYS = 30
"""Days for which it is available, including the day of the handover."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A document that is available to one applicant, without its bytes."""

    handover_id: HandoverId
    application_id: ApplicationId
    request_id: RequestId
    source_id: str
    """Id of the certificate or the answer that is handed over."""
    name: str
    """A file name without personal data."""
    media_type: str
    document_sha256: str
    size_bytes: int
    handed_by: UserId
    handed_at: datetime
    last_day: date
    fetched: int = 0
    """How often it was fetched."""

    @property
    def fetches_left(self) -> int:
        """How often it can still be fetched."""
        return max(0, MOST_FETCHES - self.fetched)


def last_day_of(handed_at: datetime) -> date:
    """Return the last day on which a document is available."""
    return handed_at.date() + timedelta(days=DAYS - 1)


# The reference is its name between the applicant and the office; the code is the secret that opens
# it. Both are written in Crockford's base 32, which has no letter that looks like a digit.


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")

REFERENCE_LENGTH = 10
"""50 bits: two applications do not get the same."""
CODE_LENGTH = 20
"""100 bits: with a few attempts a minute, guessing one is hopeless."""


def new_text(length: int, random_bytes: Callable[[int], bytes]) -> str:
    """Return `length` random characters of the alphabet; `random_bytes` is a secure source."""
    return "".join(_ALPHABET[byte & 31] for byte in random_bytes(length))


def read_text(text: str, length: int) -> str:
    """Return the typed text in its one form; empty for anything that cannot be one.

    Capitals, blanks and dashes do not count, and letters that look like digits are read as these.
    """
    if len(text) > 4 * length:
        return ""
    kept = "".join(one for one in text.upper() if one.isalnum()).translate(_READ_AS)
    return kept if len(kept) == length and set(kept) <= set(_ALPHABET) else ""


def shown(text: str) -> str:
    """Return a reference or a code in groups, as it is written down."""
    size = 4 if len(text) == CODE_LENGTH else 5
    return "-".join(text[at : at + size] for at in range(0, len(text), size))
