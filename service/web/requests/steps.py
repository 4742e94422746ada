"""The steps that a case officer takes on a request; each returns to the request's page.

The answer to a person about their own data is prepared field by field.
"""

import json
import re
from datetime import date

from starlette.responses import Response

from domain.access.access import Role
from domain.errors import InvalidInputError
from domain.ids import CandidateId, DisclosureId, NoticeId, RequestId
from domain.requests.request_states import RequestState, Step
from domain.retention.disclosure import FieldOwner, Removal, RemovalGround
from service.adapters.documents.typesetting import own_data_pdf
from service.api.bodies import read_json
from service.api.people.captures import read_capture
from service.api.requests.request_steps_schemas import PersonSearchBody
from service.usecases.requests import identifying, notices, own_answers, reading, stepping
from service.usecases.requests.assessing import Choice, ItemKey
from service.usecases.requests.deciding import Decide, ReadSecond, Verdict, decide, read_second
from service.web.form_pages import form_page
from service.web.forms import NO_DAY, Form, FormOf, typed_day
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.requests.one_request import request_page
from service.web.visitors import CaseOfficerOf, RequestReaderOf

_IS_POUNDS = re.compile(r"£?[0-9]{1,5}(?:\.[0-9]{2})?").fullmatch


@request_page.post("/step", "words", "pence")
def post_step(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Take a plain step."""
    step = form.choice("step", Step, missing="Choose the step.")
    if step is not None:
        on = _day(form.text("on"))
        words = form.text("words")
        stepping.take_step(
            visit.services,
            stepping.TakeStep(
                visit.caller,
                RequestId(request_id),
                form.number("version"),
                step,
                words,
                on,
                _pence(form.text("pence")),
            ),
        )


@request_page.post("/search", "words")
def post_search(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Search for the person: by a file of prints if one was sent, else by details."""
    body = _search_body(form)
    if form.text("use_sent_prints"):
        expected = body.expected_version
        sent = visit.use(identifying.sent_capture, RequestId(request_id), expected)
        body = body.with_prints(sent)
    prints = read_capture(body.impressions, visit.services.prints).kept()
    command = identifying.SearchPerson(
        visit.caller, RequestId(request_id), body.expected_version, prints
    )
    identifying.search_person(visit.services, command)


def _search_body(form: Form) -> PersonSearchBody:
    sent = form.files.get("capture", b"")
    try:
        capture = json.loads(sent) if sent else {}
    except (ValueError, RecursionError):
        capture = None
    if not isinstance(capture, dict):
        raise InvalidInputError("The file of the prints must be one JSON object in UTF-8.")
    stated = {
        "expected_version": form.number("version"),
        "impressions": capture.get("impressions", []),
    }
    return read_json(PersonSearchBody, json.dumps(stated).encode())


@request_page.post("/identification", "words")
def post_identification(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Record the identity of the person, or that it stays open."""
    chosen = form.text("candidate")
    identifying.identify(
        visit.services,
        identifying.Identify(
            visit.caller,
            RequestId(request_id),
            form.number("version"),
            CandidateId(chosen) if chosen else None,
            form.text("words"),
        ),
    )


@request_page.post("/decision", "words")
def post_decision(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Record the decision or, if the decision needs two people, record a proposal."""
    verdict = form.choice("decision", Verdict, missing="Choose: release or refuse.")
    if verdict is not None:
        refuses = verdict is Verdict.REFUSE
        command = Decide(
            visit.caller,
            RequestId(request_id),
            form.number("version"),
            verdict,
            form.text("words"),
            form.text("ground") if refuses else "",
            Choice() if refuses else _choice(form),
        )
        decide(visit.services, command)


def _choice(form: Form) -> Choice:
    """Return the boxes that were ticked or cleared against the computed result."""
    included: set[ItemKey] = set()
    withheld: set[ItemKey] = set()
    for name in form.fields:
        word, _, key = name.partition(":")
        record_id, _, item_id = key.partition("/")
        if word == "include":
            included.add((record_id, item_id))
        elif word == "withhold":
            withheld.add((record_id, item_id))
    return Choice(frozenset(included), frozenset(withheld))


@request_page.post("/second-reading", "words")
def post_second_reading(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Agree with a proposal, or send it back."""
    agrees = form.text("reading", missing="Choose: agree or send back.")
    if agrees:
        command = ReadSecond(
            visit.caller,
            RequestId(request_id),
            form.number("version"),
            agrees == "agree",
            form.text("words"),
        )
        read_second(visit.services, command)


@request_page.post("/acknowledgement", "words")
def post_acknowledgement(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Record that an answer or a notice has arrived."""
    del request_id
    if disclosure_id := form.text("disclosure"):
        visit.use(notices.acknowledge_disclosure, DisclosureId(disclosure_id))
    if notice_id := form.text("notice"):
        visit.use(notices.acknowledge_notice, NoticeId(notice_id))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(typed_day(text)) if text else None
    except ValueError:
        raise InvalidInputError(NO_DAY, pointer="/on") from None


def _pence(text: str) -> int | None:
    """Return an amount in pounds as pence; None if none was typed. Raises InvalidInputError."""
    if text and not _IS_POUNDS(text):
        raise InvalidInputError("Write the amount in pounds, as 65 or 65.00.", pointer="/pence")
    pounds, _, pence = text.removeprefix("£").partition(".")
    return int(pounds) * 100 + int(pence or 0) if text else None


own_answer_router = page_router("/workbench/requests/{request_id}/answer")

_MOST_FIELDS = 120
"""So many fields are listed one by one; of the rest whole sections are removed."""


@form_page(own_answer_router)
def own_answer_page(visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show everything that is held, and the answer prepared from it."""
    view = visit.use(own_answers.show_answer, RequestId(request_id))
    file = visit.use(reading.show_request, RequestId(request_id)).file
    may_prepare = (
        visit.caller.actor.role is Role.CASE_OFFICER and file.state is RequestState.DECIDING
    )
    fields = [one for section in view.sections for one in section.fields]
    shown = {
        "view": view,
        "file": file,
        "grounds": [(ground.value, ground.value) for ground in RemovalGround],
        "by_schema": {one.place for one in fields if one.owner is not FieldOwner.PERSON},
        "listed": {one.place for one in fields[:_MOST_FIELDS]},
        "may_prepare": may_prepare,
        "is_released": file.state in (RequestState.RELEASED, RequestState.CLOSED),
    }
    return form.page(visit, "requests/own_answer.html", shown)


@own_answer_page.post("", "search")
def post_own_answer(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
    """Prepare the answer."""
    search = form.text("search", missing="Say where you looked.")
    if form.errors:
        return
    chosen = {
        name.removeprefix("place:"): value
        for name, value in form.fields.items()
        if name.startswith("place:")
    }
    removals = tuple(
        Removal(place, RemovalGround(value))
        for place, value in chosen.items()
        if value in set(RemovalGround)
    )
    keep = frozenset(place for place, value in chosen.items() if value == "keep")
    own_answers.prepare_answer(
        visit.services,
        own_answers.PrepareAnswer(
            visit.caller,
            RequestId(request_id),
            form.number("version"),
            search,
            form.text("authority"),
            removals,
            keep,
        ),
    )


@own_answer_router.get("/document")
def show_own_document(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show the document as it was released."""
    found = visit.use(own_answers.released_answer, RequestId(request_id))
    document = own_answers.own_document(*found)
    shown = {
        "document": own_answers.document_json(document),
        "on": document.on,
        "request_id": request_id,
    }
    return visit.page("requests/own_document.html", shown)


@own_answer_router.get("/document.pdf")
def get_own_document_pdf(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Return the document as PDF."""
    found = visit.use(own_answers.released_answer, RequestId(request_id))
    return Response(own_data_pdf(own_answers.own_document(*found)), media_type="application/pdf")
