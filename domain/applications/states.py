"""Applications: their documents, references and codes, and the state that applicants see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from domain.applications.declarations import Answers
from domain.ids import CODE_LETTERS, RequestId, UserId
from domain.office_days import office_day
from domain.requests.request_states import IN_WORK, WAITING, RequestState, Step
from domain.requests.requests import RequestFile

ApplicationId = NewType("ApplicationId", str)
DocumentId = NewType("DocumentId", str)
"""Opaque id of the document."""

SENT = 1
"""The number of the application's own content. Answers to questions are numbered from 2."""


@dataclass(frozen=True, slots=True)
class UploadedDocument:
    """A document that an applicant sent, without its content."""

    document_id: DocumentId
    application_id: ApplicationId
    number: int
    """`SENT`, or the number of the answer with which the document came."""
    slot: str
    """Name of the document that a form requests."""
    media_type: str
    """Media type of the file."""
    size_bytes: int
    """Size of the file in bytes."""
    added_at: datetime
    """When it was added."""


@dataclass(frozen=True, slots=True)
class DraftApplication:
    """An application that has not been sent. It is deleted some weeks after it was last saved."""

    application_id: ApplicationId
    reference: str
    kind: str
    answers: Answers
    version: int
    """Counts how often it was saved, so that two browsers do not overwrite each other."""
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
    """The account of the public pages through which it was sent."""
    submitted_at: datetime
    number: int = SENT


class PublicState(StrEnum):
    """The state of an application, as its applicant sees it.

    All work in the office is one state: the step that it has reached could reveal the finding.
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
    """Return the state that the applicant sees for a state of the request."""
    if state in WAITING:
        return PublicState.QUESTION
    if state in IN_WORK or state is RequestState.SECOND_READING:
        return PublicState.IN_WORK
    return _ENDS.get(state, PublicState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Stage:
    """A state shown to the applicant, and its first day."""

    state: PublicState
    on: date
    """First day of the state."""


def stages_of(file: RequestFile) -> tuple[Stage, ...]:
    """Return the states that the applicant has seen, each with its first day, oldest first."""
    found: list[Stage] = []
    for entry in file.entries:
        state = public_state(entry.state)
        if not found or found[-1].state is not state:
            found.append(Stage(state, office_day(entry.at)))
    return tuple(found)


def open_question(file: RequestFile) -> str:
    """Return the question that the applicant must answer; empty if there is none."""
    if file.state not in WAITING:
        return ""
    asked = (e for e in reversed(file.entries) if e.step in (Step.ASK, Step.WANT_IDENTITY))
    return next(asked).words


@dataclass(frozen=True, slots=True)
class Paper:
    """A document for the applicant."""

    name: str
    """A file name of letters, digits and hyphens, with one extension."""
    media_type: str
    """Media type of the file."""
    content: bytes


@dataclass(frozen=True, slots=True)
class HandedPaper:
    """A document that is available to the applicant, as described to the applicant."""

    name: str
    """Name of the file."""
    media_type: str
    """Media type of the file."""
    size_bytes: int
    """Size of the file in bytes."""
    last_day: date
    """The last day on which the document can be fetched."""
    fetches_left: int
    """The number of times the document can still be fetched."""


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as its applicant sees it."""

    reference: str
    """Reference of the application, used by applicant and office."""
    kind: str
    """Name of the kind of request."""
    state: PublicState
    version: int = 0
    """Version of a draft: the number of times it was saved."""
    answers: Answers | None = None
    """Only for a draft. A sent application is shown by the office."""
    documents: tuple[UploadedDocument, ...] = ()
    """Only for a draft."""
    submitted_on: date | None = None
    """Day on which the application was sent; None until then."""
    due_on: date | None = None
    """Last day for an answer in time; None if there is no clock, or while it is paused."""
    question: str = ""
    stages: tuple[Stage, ...] = ()
    """The states of a sent application with their first days, oldest first; none for a draft."""
    papers: tuple[Paper, ...] = ()
    handed: tuple[HandedPaper, ...] = ()
    """The documents that are available to the applicant."""


HandoverId = NewType("HandoverId", str)
"""Id of the handover."""

MOST_FETCHES = 5
"""The most downloads of a document: one may break off, or be lost with a telephone."""
DAYS = 30
"""The days for which a document is available, including the day on which it was handed over."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A document that is available to one applicant, without its content."""

    handover_id: HandoverId
    application_id: ApplicationId
    request_id: RequestId
    source_id: str
    """Id of the certificate or the answer that is made available."""
    name: str
    """A file name without personal data."""
    media_type: str
    document_sha256: str
    """SHA-256 of the document, hexadecimal."""
    size_bytes: int
    handed_by: UserId
    handed_at: datetime
    """When the document was made available."""
    last_day: date
    """The last day on which the document can be fetched."""
    fetched: int = 0
    """The number of times it was downloaded."""

    @property
    def fetches_left(self) -> int:
        """The number of downloads that are left."""
        return max(0, MOST_FETCHES - self.fetched)


def last_day_of(handed_at: datetime) -> date:
    """Return the last day on which a document is available."""
    return office_day(handed_at) + timedelta(days=DAYS - 1)


# Applicant and office name an application by its reference. The code is the secret that opens the
# application. Both are written in Crockford's base 32, without letters that look like digits.


_READ_AS = str.maketrans("OIL", "011")

REFERENCE_LENGTH = 10
"""50 bits: two applications do not get the same reference."""
CODE_LENGTH = 20
"""100 bits: with a few attempts per minute, nobody can guess a code."""


def new_text(length: int, random_bytes: Callable[[int], bytes]) -> str:
    """Return `length` random characters of the alphabet. `random_bytes` must be secure."""
    return "".join(CODE_LETTERS[byte & 31] for byte in random_bytes(length))


def read_text(text: str, length: int) -> str:
    """Return typed text in its canonical form; empty if it cannot be a reference or code.

    Letter case, blanks and hyphens are ignored; letters like digits are read as digits.
    """
    if len(text) > 4 * length:
        return ""
    kept = "".join(one for one in text.upper() if one.isalnum()).translate(_READ_AS)
    return kept if len(kept) == length and set(kept) <= set(CODE_LETTERS) else ""


def shown(text: str) -> str:
    """Return a reference or a code in groups of characters, as people write it down."""
    size = 4 if len(text) == CODE_LENGTH else 5
    return "-".join(text[at : at + size] for at in range(0, len(text), size))
