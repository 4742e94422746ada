"""The steps that a case officer takes on a request; each returns to the request's page."""

import json
import re
from datetime import date

from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInputError
from domain.ids import CandidateId, DisclosureId, NoticeId, RequestId
from domain.requests.request_states import Step
from service.api.bodies import read_json
from service.api.people.captures import read_capture
from service.api.requests.request_steps_schemas import PersonSearchBody
from service.usecases.requests import identifying
from service.usecases.requests.assessing import Choice, ItemKey
from service.usecases.requests.deciding import Decide, ReadSecond, Verdict, decide, read_second
from service.usecases.requests.notices import acknowledge_disclosure, acknowledge_notice
from service.usecases.requests.stepping import TakeStep, take_step
from service.web.forms import NO_DAY, Form, FormOf, typed_day
from service.web.page_route import IdInPath, page_router
from service.web.requests.one_request import request_page
from service.web.visitors import CaseOfficerOf, Visit

router = page_router("/workbench/requests/{request_id}")


_IS_POUNDS = re.compile(r"£?[0-9]{1,5}(?:\.[0-9]{2})?").fullmatch


@router.post("/step")
def post_step(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Take a plain step."""
    with form.taking("words", "pence"):
        step = form.choice("step", Step, missing="Choose the step.")
        if step is not None:
            on = _day(form.text("on"))
            words = form.text("words")
            take_step(
                visit.services,
                TakeStep(
                    visit.caller,
                    RequestId(request_id),
                    form.number("version"),
                    step,
                    words,
                    on,
                    _pence(form.text("pence")),
                ),
            )
    return _taken(visit, request_id, form)


@router.post("/search")
def post_search(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Search for the person: by a file of prints if one was sent, else by details."""
    with form.taking("words"):
        body = _search_body(form)
        if form.text("use_sent_prints"):
            expected = body.expected_version
            sent = visit.use(identifying.sent_capture, RequestId(request_id), expected)
            body = body.with_prints(sent)
        prints = read_capture(body.impressions, visit.services.prints).kept()
        command = identifying.SearchPerson(
            visit.caller, RequestId(request_id), body.expected_version, **prints
        )
        identifying.search_person(visit.services, command)
    return _taken(visit, request_id, form)


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


@router.post("/identification")
def post_identification(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Record the identity of the person, or that it stays open."""
    with form.taking("words"):
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
    return _taken(visit, request_id, form)


@router.post("/decision")
def post_decision(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Record the decision or, if the decision needs two people, record a proposal."""
    with form.taking("words"):
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
    return _taken(visit, request_id, form)


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


@router.post("/second-reading")
def post_second_reading(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Agree with a proposal, or send it back."""
    with form.taking("words"):
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
    return _taken(visit, request_id, form)


@router.post("/acknowledgement")
def post_acknowledgement(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Record that an answer or a notice has arrived."""
    with form.taking("words"):
        if disclosure_id := form.text("disclosure"):
            visit.use(acknowledge_disclosure, DisclosureId(disclosure_id))
        if notice_id := form.text("notice"):
            visit.use(acknowledge_notice, NoticeId(notice_id))
    return _taken(visit, request_id, form)


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


def _taken(visit: Visit, request_id: str, form: Form) -> Response:
    """Return to the page; if the step is refused, the page shows why and keeps the words typed."""
    if form.errors:
        return request_page(visit, request_id, form, status=422)
    return RedirectResponse(f"/workbench/requests/{request_id}", status_code=303)
