"""Application forms begun, saved, sent and followed, by reference and code.

The public pages call this with a token whose only scope is to forward applications. The reference
and the code are sent in headers, because addresses appear in the logs of proxies.
"""

from typing import Annotated

from fastapi import Depends, Header, Path, Response

from domain import errors
from domain.applications.states import DocumentId
from service.api.applications.applications_schemas import (
    ApplicationAnswer,
    FormsAnswer,
    PageBody,
    QuestionAnswerBody,
    SavingAnswer,
    StartBody,
    StartedAnswer,
    SubscriptionAnswer,
    UploadedAnswer,
    UploadedDocumentBody,
    unpacked,
)
from service.api.authentication import ApplicationCarrier
from service.api.bodies import BodyOf, IdInPath
from service.api.call_routes import CallRouter, file_of
from service.api.state import ServicesOf, UploadsOf
from service.usecases.applications import drafting, following, handing
from service.usecases.applications.drafting import submit_application
from service.usecases.applications.showing import add_document, remove_document, show_own_picture

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
    return UploadedAnswer.of(add_document(services, desk, access, slot=body.slot, data=data))


@router.delete("/application/documents/{document_id}", status_code=204)
def delete_application_document(
    access: AccessOf, document_id: IdInPath, services: ServicesOf
) -> None:
    """Remove a document from a form."""
    remove_document(services, access, DocumentId(document_id))


@router.get(
    "/application/documents/{document_id}/picture",
    response_class=Response,
    responses=file_of("The picture.", "image/jpeg"),
)
def get_application_picture(
    access: AccessOf, document_id: IdInPath, services: ServicesOf, desk: UploadsOf
) -> Response:
    """Return a small picture of the first page of a document of a form."""
    picture = show_own_picture(services, desk, access, DocumentId(document_id))
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
