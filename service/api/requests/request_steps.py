"""The steps of case officers on a request, and their answers to requests for one's own data."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import Field, StringConstraints

from domain import errors
from domain.errors import NotReleasableError, PdfNotInstalledError
from domain.ids import AnswerId, RequestId, UserId
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import ReplyOutcome
from domain.retention.disclosure import OwnField, Removal, RemovalGround
from service.adapters.documents.typesetting import own_data_pdf
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, LongText, Reason
from service.api.bodies import BodyOf, IdInPath
from service.api.call_routes import CAPTURE_ERRORS, INDEX_ERRORS, CallRouter
from service.api.people.captures import read_capture
from service.api.requests import request_steps_schemas as schemas
from service.api.requests.requests import IdentificationAnswer
from service.api.shapes import From, shows
from service.api.state import StateOf
from service.usecases.requests import identifying, own_answers
from service.usecases.requests.deciding import compute, decide, read_second
from service.usecases.requests.proving import check_proofs, show_proofs
from service.usecases.requests.stepping import take_step

router = CallRouter(prefix="/v1/requests/{request_id}", tags=["case officer"])


@router.post("/steps", errors.InvalidDateError)
def post_request_step(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[schemas.StepBody]
) -> schemas.StateAnswer:
    """Take a plain step: accept, ask, answer, close, withdraw, let lapse, or record identity or
    fees.
    """
    step = Step(body.step.value)
    return schemas.StateAnswer(
        state=call.carry_out(take_step, body, request_id=request_id, step=step)
    )


@router.post(
    "/search",
    *CAPTURE_ERRORS,
    errors.UnsupportedSearchError,
    errors.TooManyAttemptsError,
    status_code=201,
)
def post_person_search(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[schemas.PersonSearchBody], api: StateOf
) -> schemas.StartedSearchAnswer:
    """Search for the person: prints go to the examiners, details give candidates."""
    request = RequestId(request_id)
    if body.use_sent_prints:
        sent = identifying.sent_capture(api.services, call.caller, request, body.expected_version)
        body = body.with_prints(sent)
    prints = read_capture(body.impressions, api.services.prints).kept()
    command = identifying.SearchPerson(call.caller, request, body.expected_version, prints)
    return schemas.StartedSearchAnswer(search_id=identifying.search_person(api.services, command))


@router.get("/candidates")
def get_request_candidates(call: RequestWorker, request_id: IdInPath) -> schemas.NamedPeopleAnswer:
    """Return the candidates found by personal details, their records, and the waiting items."""
    named = call.use(identifying.named_people, RequestId(request_id))
    waiting = call.use(identifying.waiting_items, RequestId(request_id))
    return schemas.NamedPeopleAnswer(candidates=named, waiting=waiting)


@router.post("/identification", errors.EmptyProbeError, *INDEX_ERRORS)
def post_request_identification(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[schemas.IdentificationBody]
) -> IdentificationAnswer:
    """Record the identity of the person, or that it is undecided."""
    return IdentificationAnswer.of(
        call.carry_out(identifying.identify, body, request_id=request_id)
    )


@router.get("/proofs")
def get_request_proofs(call: RequestReader, request_id: IdInPath) -> schemas.ProofsAnswer:
    """Return the applicant's answers that documents must prove, and those that officers ticked."""
    return schemas.ProofsAnswer.of(call.use(show_proofs, RequestId(request_id)))


@router.post("/proofs")
def post_request_proofs(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[schemas.ProofsBody]
) -> schemas.ProofsAnswer:
    """Tick stated answers after checking the documents that prove them, or remove a tick."""
    call.carry_out(check_proofs, body, request_id=request_id)
    return schemas.ProofsAnswer.of(call.use(show_proofs, RequestId(request_id)))


@router.post("/assessment", errors.NotReleasableError)
def post_request_assessment(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[schemas.ExpectationBody]
) -> schemas.StateAnswer:
    """Compute the releasable convictions again, and record which versions were used."""
    call.use(compute, RequestId(request_id), body.expected_version)
    return schemas.StateAnswer(state=RequestState.DECIDING)


@router.post("/decision")
def post_request_decision(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[schemas.RequestDecisionBody]
) -> schemas.StateAnswer:
    """Decide a request, or propose a decision if two people must decide."""
    request, choice = RequestId(request_id), body.choice()
    return schemas.StateAnswer(
        state=call.carry_out(decide, body, request_id=request, choice=choice)
    )


@router.post("/second-reading")
def post_request_second_reading(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[schemas.SecondReadingBody]
) -> schemas.StateAnswer:
    """Agree with another person's proposal, so that the answer is sent, or send it back."""
    return schemas.StateAnswer(state=call.carry_out(read_second, body, request_id=request_id))


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

    expected_version: schemas.Expected
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


own_answer_router = CallRouter(prefix="/v1/requests/{request_id}/answer", tags=["case officer"])


@own_answer_router.post("", status_code=201)
def post_own_answer(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[OwnAnswerBody]
) -> OwnAnswerAnswer:
    """Prepare the answer to a person about their own data, which a second person must check."""
    return OwnAnswerAnswer.of(
        call.carry_out(own_answers.prepare_answer, body, request_id=request_id)
    )


@own_answer_router.get("", NotReleasableError)
def get_own_answer(call: RequestReader, request_id: IdInPath) -> OwnAnswerViewAnswer:
    """Return the answer that was prepared, and all data on file about the person."""
    return OwnAnswerViewAnswer.of(call.use(own_answers.show_answer, RequestId(request_id)))


@own_answer_router.get("/document")
def get_own_document(call: RequestReader, request_id: IdInPath) -> OwnDocumentAnswer:
    """Return the document for the person, once it has been released."""
    found = call.use(own_answers.released_answer, RequestId(request_id))
    return OwnDocumentAnswer.model_validate(
        own_answers.document_json(own_answers.own_document(*found))
    )


@own_answer_router.get(
    "/document.pdf",
    PdfNotInstalledError,
    response_class=Response,
    responses={
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
