"""Application forms begun, saved, sent and followed, by reference and code.

The public pages call this with a token whose only scope is to forward applications. The reference
and the code are sent in headers, because addresses appear in the logs of proxies.
"""

import base64
import binascii
from typing import Annotated, ClassVar, Self

from fastapi import Depends, Header, Path, Response
from pydantic import Field, StringConstraints

from domain import errors
from domain.applications import states
from domain.applications.declarations import UploadFault
from domain.requests.disclosures import WatchCheck
from service.api.authentication import ApplicationCarrier
from service.api.base import Answer, Body, LongText
from service.api.bodies import BodyOf, IdInPath
from service.api.call_routes import CallRouter, file_of
from service.api.shapes import shows
from service.api.state import ServicesOf, UploadsOf
from service.ports.uploads import MOST_BYTES
from service.usecases.applications import drafting, following, handing, showing
from service.usecases.applications.drafting import submit_application

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
        raise errors.UploadRefusedError(UploadFault.DAMAGED, pointer="/content") from None


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


@shows(states.Paper, without=("content",))
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
    def of(cls, view: states.ApplicationView) -> Self:
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


router = CallRouter(prefix="/v1", tags=["public pages"])

DOCUMENTS_PATH = "/v1/application/documents"
ANSWER_PATH = "/v1/application/answer"

_FILE = file_of("The document.", "application/octet-stream")


def _access(
    call: ApplicationCarrier,
    reference: Annotated[
        str,
        Header(
            alias="X-Application-Reference",
            max_length=100,
            description="The reference of the application.",
        ),
    ] = "",
    code: Annotated[
        str,
        Header(
            alias="X-Application-Code",
            max_length=100,
            description="The secret code of the application.",
        ),
    ] = "",
) -> drafting.Access:
    """Return the reference and the code that an applicant gave."""
    return drafting.Access(call.caller, reference, code)


AccessOf = Annotated[drafting.Access, Depends(_access)]


@router.get("/application-forms")
def get_application_forms(call: ApplicationCarrier) -> FormsAnswer:
    """Return the kinds of application that are offered."""
    return FormsAnswer(kinds=drafting.forms_offered(call.caller))


@router.post("/applications", status_code=201)
def post_application(call: ApplicationCarrier, body: BodyOf[StartBody]) -> StartedAnswer:
    """Begin a form; its code is shown only now."""
    started = call.use(drafting.start_application, body.kind)
    return StartedAnswer(reference=started.reference, code=started.code)


@router.get("/application")
def get_application(access: AccessOf, services: ServicesOf) -> ApplicationAnswer:
    """Return an application as its applicant sees it."""
    return ApplicationAnswer.of(following.show_application(services, access))


@router.post("/application/pages")
def post_application_page(
    access: AccessOf, body: BodyOf[PageBody], services: ServicesOf
) -> SavingAnswer:
    """Save one page of a form."""
    version = drafting.save_page(
        services, access, page=body.page, version=body.expected_version, typed=body.typed
    )
    return SavingAnswer(version=version)


@router.post("/application/documents", status_code=201)
def post_application_document(
    access: AccessOf, body: BodyOf[UploadedDocumentBody], services: ServicesOf, desk: UploadsOf
) -> UploadedAnswer:
    """Check a document and store it with a form; each slot holds one document."""
    data = unpacked(body.content)
    return UploadedAnswer.of(
        showing.add_document(services, desk, access, slot=body.slot, data=data)
    )


@router.delete("/application/documents/{document_id}", status_code=204)
def delete_application_document(
    access: AccessOf, document_id: IdInPath, services: ServicesOf
) -> None:
    """Remove a document from a form."""
    showing.remove_document(services, access, states.DocumentId(document_id))


@router.get(
    "/application/documents/{document_id}/picture",
    response_class=Response,
    responses=file_of("The picture.", "image/jpeg"),
)
def get_application_picture(
    access: AccessOf, document_id: IdInPath, services: ServicesOf, desk: UploadsOf
) -> Response:
    """Return a small picture of the first page of a document of a form."""
    picture = showing.show_own_picture(services, desk, access, states.DocumentId(document_id))
    return Response(picture, media_type="image/jpeg")


@router.post("/application/submission", errors.ConflictError)
def post_application_submission(access: AccessOf, services: ServicesOf) -> ApplicationAnswer:
    """Send a form; sending it again has no effect."""
    submit_application(services, access)
    return ApplicationAnswer.of(following.show_application(services, access))


@router.post("/application/answer")
def post_application_answer(
    access: AccessOf, body: BodyOf[QuestionAnswerBody], services: ServicesOf, desk: UploadsOf
) -> ApplicationAnswer:
    """Answer the question of the office."""
    command = following.AnswerQuestion(access, body.words, unpacked(body.document))
    return ApplicationAnswer.of(following.answer_question(services, desk, command))


@router.post("/application/withdrawal")
def post_application_withdrawal(access: AccessOf, services: ServicesOf) -> ApplicationAnswer:
    """Withdraw an application that has not been answered yet."""
    return ApplicationAnswer.of(following.withdraw_application(services, access))


@router.post("/application/handed/{number}/fetching", response_class=Response, responses=_FILE)
def post_application_fetching(
    access: AccessOf,
    number: Annotated[int, Path(ge=1, le=100, description="Position in the list, from 1.")],
    services: ServicesOf,
) -> Response:
    """Fetch a document that is available; the number of fetches is limited."""
    paper = handing.fetch_handed(services, access, number)
    return Response(paper.content, media_type=paper.media_type)


@router.get("/application/papers/{number}", response_class=Response, responses=_FILE)
def get_application_paper(
    access: AccessOf,
    number: Annotated[int, Path(ge=1, le=100, description="Position in the list, from 1.")],
    services: ServicesOf,
) -> Response:
    """Return a letter for the applicant."""
    paper = following.fetch_paper(services, access, number)
    return Response(paper.content, media_type=paper.media_type)


@router.get("/application/subscription")
def get_application_subscription(access: AccessOf, services: ServicesOf) -> SubscriptionAnswer:
    """Return the holder's subscription, with every question that was asked with its code."""
    return SubscriptionAnswer.of(handing.show_subscription(services, access))


@router.post("/application/subscription", status_code=201)
def post_application_subscription(access: AccessOf, services: ServicesOf) -> SubscriptionAnswer:
    """Let others ask for twelve months, with a code, whether the certificate still holds."""
    return SubscriptionAnswer.of(handing.subscribe(services, access))


@router.post("/application/subscription/end")
def post_application_subscription_end(
    access: AccessOf, services: ServicesOf
) -> SubscriptionAnswer:
    """End the subscription; its code stops working."""
    return SubscriptionAnswer.of(handing.end_subscription(services, access))
