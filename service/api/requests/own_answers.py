"""Case officers prepare answers to subject access requests, and read the documents."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from domain.errors import NotFoundError, NotReleasableError, PdfNotInstalledError
from domain.ids import AnswerId, RequestId, UserId
from domain.requests.requests import ReplyOutcome
from domain.retention.disclosure import OwnField, Removal, RemovalGround
from service.adapters.documents.certificate_pdf import own_data_pdf
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, LongText, Reason
from service.api.bodies import BodyOf, IdInPath
from service.api.documentation import body_problems, call_problems
from service.api.requests.request_steps import STEP_ERRORS
from service.api.requests.request_steps_schemas import Expected
from service.api.shapes import From, shows
from service.usecases.requests import own_answers

Place = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9/_-]{1,200}$"),
    Field(description="A place in the answer; everything below it is included."),
]


class RemovalBody(Body):
    """A place that is not disclosed, and why."""

    place: Place
    ground: RemovalGround


class OwnAnswerBody(Body):
    """An answer to prepare."""

    expected_version: Expected
    search: Reason
    """Where the office searched, and why no further search is reasonable."""
    authority: LongText = ""
    """The document that authorises a representative to act."""
    remove: Annotated[tuple[RemovalBody, ...], Field(max_length=2_000), From("removals")] = ()
    """The places that are removed."""
    keep: Annotated[tuple[Place, ...], Field(max_length=2_000)] = ()
    """Places that the schema would remove, but that stay in the answer."""


@shows(OwnField)
class OwnFieldAnswer(Answer):
    """One field of the data on file."""


class OwnSectionAnswer(Answer):
    """Fields under one heading."""

    key: str
    """Name of the section."""
    fields: tuple[OwnFieldAnswer, ...]
    """The fields of the section."""


@shows(Removal)
class RemovalAnswer(Answer):
    """A place that was removed, and why."""


class OwnAnswerAnswer(Answer):
    """An answer as it was prepared."""

    # The content is absent once it has been erased.
    answer_id: AnswerId
    outcome: ReplyOutcome
    prepared_by: UserId
    prepared_at: datetime
    """When it was prepared."""
    removals: tuple[RemovalAnswer, ...]
    """The places that were removed."""
    search: Annotated[str, From("content.search", "")]
    """Where the office searched, and why no further search is reasonable."""
    authority: Annotated[str, From("content.authority", "")]
    """The document that authorises a representative to act; empty if there is none."""
    sections: Annotated[tuple[OwnSectionAnswer, ...], From("content.sections", ())]
    """Fields under headings."""


class OwnAnswerViewAnswer(Answer):
    """The answer that was prepared, and all data about the person on file today."""

    answer: OwnAnswerAnswer | None
    """The last answer prepared; null if there is none."""
    sections: tuple[OwnSectionAnswer, ...]
    """Filled while the request is being decided; otherwise empty."""


class DocumentFieldAnswer(Answer):
    """One field given to the person."""

    label: str
    """What the field contains."""
    text: str
    """Text of the field."""


class DocumentSectionAnswer(Answer):
    """Fields under one heading."""

    heading: str
    """The heading."""
    fields: tuple[DocumentFieldAnswer, ...]
    """The fields of the section."""


class OwnDocumentAnswer(Answer):
    """The document as it is sent; nothing in it allows others to verify it."""

    title: str
    """The title."""
    reference: str
    """The id of the request."""
    date: str
    """The day of the answer."""
    statement: str
    """Whether data is given; the wording is the same for withheld data and for no data."""
    sections: tuple[DocumentSectionAnswer, ...]
    """Fields under headings."""
    about: tuple[str, ...]
    """What data the office processes, why, and for how long."""
    rights: tuple[str, ...]
    """The rights of the person."""
    no_certificate: str
    """Why others cannot check the document."""


router = APIRouter(prefix="/v1/requests/{request_id}/answer", tags=["case officer"])


@router.post("", status_code=201, responses=body_problems(*STEP_ERRORS, NotReleasableError))
def post_own_answer(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[OwnAnswerBody]
) -> OwnAnswerAnswer:
    """Prepare the answer to a person about their own data, which a second person must check."""
    return OwnAnswerAnswer.of(
        call.carry_out(own_answers.prepare_answer, body, request_id=request_id)
    )


@router.get("", responses=call_problems(NotFoundError, NotReleasableError))
def get_own_answer(call: RequestReader, request_id: IdInPath) -> OwnAnswerViewAnswer:
    """Return the answer that was prepared, and all data on file about the person."""
    return OwnAnswerViewAnswer.of(call.use(own_answers.show_answer, RequestId(request_id)))


@router.get("/document", responses=call_problems(NotFoundError))
def get_own_document(call: RequestReader, request_id: IdInPath) -> OwnDocumentAnswer:
    """Return the document for the person, once it has been released."""
    found = call.use(own_answers.released_answer, RequestId(request_id))
    return OwnDocumentAnswer.model_validate(
        own_answers.document_json(own_answers.own_document(*found))
    )


@router.get(
    "/document.pdf",
    response_class=Response,
    responses=call_problems(NotFoundError, PdfNotInstalledError)
    | {
        200: {
            "description": "The document as a PDF.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def get_own_document_pdf(call: RequestReader, request_id: IdInPath) -> Response:
    """Return the document for the person as a PDF, once it has been released."""
    found = call.use(own_answers.released_answer, RequestId(request_id))
    return Response(own_data_pdf(own_answers.own_document(*found)), media_type="application/pdf")
