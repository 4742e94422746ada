"""API schemas of applications."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.applications import states
from domain.applications.declarations import UploadFault
from domain.applications.states import Paper
from domain.errors import UploadRefusedError
from domain.requests.disclosures import WatchCheck
from service.api.base import Answer, Body, LongText
from service.api.shapes import shows
from service.ports.uploads import MOST_BYTES
from service.usecases.applications import handing, showing

_MOST_FIELDS = 40
_MOST_VALUES = 100

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,60}$")]
"""The name of a kind, a page, a question or a slot."""

Base64 = Annotated[
    str,
    StringConstraints(max_length=4 * (MOST_BYTES // 3 + 2)),
    Field(json_schema_extra={"contentEncoding": "base64"}),
]

MOST_BODY_BYTES = 4 * (MOST_BYTES // 3 + 2) + 65_536
"""The largest body: a document in base64, and the text beside it."""


def unpacked(text: str) -> bytes:
    """Return the bytes of a document; raises UploadRefusedError for text that is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise UploadRefusedError(UploadFault.DAMAGED, pointer="/content") from None


class StartBody(Body):
    """The kind of application that is begun."""

    kind: Name
    """Name of the kind of request."""


class PageBody(Body):
    """One page of a form, as the applicant typed it."""

    reads_own_text: ClassVar[bool] = True
    page: Name
    """Name of the page."""
    expected_version: Annotated[int, Field(ge=1, lt=2**31)]
    """The version that you have read; the call is refused if there is a newer version."""
    typed: Annotated[
        dict[Name, Annotated[tuple[LongText, ...], Field(max_length=_MOST_VALUES)]],
        Field(max_length=_MOST_FIELDS),
    ] = Field(description="The fields of the page, by name; a date has three, each a text.")


class UploadedDocumentBody(Body):
    """A document for one slot of a form."""

    slot: Name
    """Name of the document that a form requests."""
    content: Base64
    """The file, base64 with padding."""


class QuestionAnswerBody(Body):
    """An applicant's answer to a question of the office."""

    words: LongText
    """The applicant's answer."""
    document: Base64 = ""
    """A document that supports the answer, in base64."""


class FormsAnswer(Answer):
    """The kinds of application for which a form is offered."""

    kinds: tuple[str, ...]


class StartedAnswer(Answer):
    """A form that was begun; its code is shown only now."""

    reference: str
    """Reference of the application."""
    code: str
    """The secret code, shown only now."""


class SavingAnswer(Answer):
    """The version of a form after it was saved."""

    version: int
    """The number of times the form has been saved."""


@shows(states.UploadedDocument, without=("application_id", "number"))
class UploadedAnswer(Answer):
    """A document that is stored with an application."""


@shows(Paper, without=("content",))
class PaperAnswer(Answer):
    """A document for the applicant, by its number in the list, from 1."""


@shows(states.HandedPaper)
class HandedAnswer(Answer):
    """A document that is available to the applicant, by its number in the list, from 1."""


@shows(states.Stage)
class StageAnswer(Answer):
    """A state shown to the applicant, and its first day."""


@shows(states.ApplicationView)
class ApplicationAnswer(Answer):
    """An application as its applicant sees it."""

    version: int = Field(description="Version of a draft: the number of its last saving.")
    answers: dict[str, tuple[str, ...]] | None = Field(description="Only for a draft.")
    documents: Annotated[tuple[UploadedAnswer, ...], Field(max_length=showing.MOST_DOCUMENTS)]
    """Documents of a draft; empty once the application has been sent."""
    question: str = Field(description="What the office asks; empty if there is no question.")
    stages: tuple[StageAnswer, ...]
    papers: tuple[PaperAnswer, ...]
    """Documents for the applicant, each of which is fetched by a separate call."""
    handed: tuple[HandedAnswer, ...]

    @classmethod
    def of(cls, view: states.ApplicationView) -> ApplicationAnswer:
        """Return the answer for an application."""
        answers = None if view.answers is None else dict(view.answers)
        return cls.showing(view, answers=answers)


@shows(WatchCheck, without=("check_id", "watch_id", "checked_by"))
class WatchQuestionAnswer(Answer):
    """Who asked with a holder's code, when, and what they were told."""

    organisation: str = Field(description="As they stated it; nobody has verified it.")


@shows(handing.Subscription)
class SubscriptionAnswer(Answer):
    """A holder's subscription."""

    code: str = Field(description="What the holder passes on; empty without a subscription.")
    checks: tuple[WatchQuestionAnswer, ...]


@shows(states.Handover, without=("application_id", "request_id", "media_type", "size_bytes"))
class HandoverAnswer(Answer):
    """A document that a case officer made available to an applicant."""

    fetches_left: int
    """The number of times the document can still be fetched."""


class HandoversAnswer(Answer):
    """The documents that were made available because of a request, oldest first."""

    handovers: tuple[HandoverAnswer, ...]


class DocumentsAnswer(Answer):
    """The documents of an application."""

    documents: tuple[UploadedAnswer, ...]
