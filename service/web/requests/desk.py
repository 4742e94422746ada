"""The list by due day, search by reference, the opening form, unanswered notices, and disputes."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

from starlette.responses import Response

from domain.access.access import Role
from domain.countries import country_names
from domain.forces import codes_by_name, force_name
from domain.ids import RecordId, RequestId
from domain.people.disputes import DECIDED, PROPOSED, DisputeState
from domain.people.people import Sex
from domain.plain_text import folded
from domain.requests.request_states import OPEN, RequestState
from domain.requests.requests import Ask, Channel, Party, PartyKind
from domain.restrictions import UsePurpose
from rules.data_files import legal_bases, letter_on
from service.usecases.people import disputing
from service.usecases.requests import disputes, kinds, notices, opening, reading
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf, options, said_person
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench/requests")

_PAGE = 30
_FIELDS = ("requester", "purpose", "legal_basis", "received_on", "surname")
"""To which a refusal may point; of any other, the fault is that of the kind."""


@router.get("")
def show_requests(visit: RequestReaderOf) -> Response:
    """Show the open requests, those in one state, or those with a reference, by due day."""
    reference = visit.request.query_params.get("reference", "").strip()
    state = _state(visit.request.query_params.get("state", ""))
    states = frozenset({state}) if state else frozenset(RequestState) if reference else OPEN
    wanted = reading.RequestsWanted(states, reference=reference or None)
    found = visit.use(reading.list_requests, wanted, after=visit.cursor("after"), limit=_PAGE)
    shown = {
        "found": found,
        "turning": visit.turning("after", found.next_after),
        "asks": reading.asks_of(
            visit.services, [one.file.request.request_id for one in found.requests]
        ),
        "agencies": reading.agency_names(visit.services),
        "names": reading.people_behind(visit.services, [one.file for one in found.requests]),
        "states": list(RequestState),
        "state": state,
        "reference": reference,
        "kinds": kinds.KINDS,
    }
    return visit.page("requests/requests.html", shown)


def _state(text: str) -> RequestState | None:
    return next((state for state in RequestState if state.value == text), None)


@form_page(router, "/new")
def new_request_page(visit: CaseOfficerOf, form: BegunFormOf) -> Response:
    """Show the form that opens a request."""
    values: dict[str, Any] = {
        "kinds": [(kind.name, kind.title, "") for kind in kinds.KINDS.values()],
        "themselves": [(str(_THEMSELVES), "The person themselves")],
        "requesters": [(group, _choices(named)) for group, named in _requesters(visit).items()],
        "legal_bases": legal_bases().items(),
        "purposes": options(UsePurpose),
        "sexes": list(Sex),
    }
    return form.page(visit, "requests/new_request.html", values)


@new_request_page.post("", "kind", *_FIELDS)
def post_request(visit: CaseOfficerOf, form: FormOf) -> str | None:
    """Open a request that came by letter or call."""
    command = _command(form, visit)
    if command is not None and not form.errors:
        request_id = opening.open_request(visit.services, command)
        return f"/workbench/requests/{request_id}"
    return None


_THEMSELVES = Party(PartyKind.PERSON)


def _requesters(visit: Visit) -> Mapping[str, Mapping[Party, str]]:
    """Return the names of all who may ask except the person themselves, in groups."""
    named = {
        "Agencies": (PartyKind.AGENCY, reading.agency_names(visit.services)),
        "Forces": (PartyKind.FORCE, {code: force_name(code) for code in codes_by_name()}),
        "Countries": (PartyKind.STATE, country_names()),
    }
    return {
        group: {Party(kind, code): name for code, name in names.items()}
        for group, (kind, names) in named.items()
    }


def _choices(named: Mapping[Party, str]) -> list[tuple[str, str]]:
    return sorted(
        ((str(one), name) for one, name in named.items()), key=lambda one: folded(one[1])
    )


def _requester(form: Form, visit: Visit) -> Party | None:
    """Return who asks; None, with an error in the form, if nobody of the list was chosen."""
    known = (_THEMSELVES, *chain.from_iterable(_requesters(visit).values()))
    requester = {str(one): one for one in known}.get(form.text("requester"))
    if requester is None:
        form.errors["requester"] = "Choose who asks."
    return requester


def _command(form: Form, visit: Visit) -> opening.OpenRequest | None:
    """Build the command from a form; None, with errors in the form, if a field is missing."""
    kind = form.text("kind", missing="Choose the kind of request.")
    requester = _requester(form, visit)
    purpose = form.choice("purpose", UsePurpose, missing="Choose the purpose.")
    received_on = form.day("received_on")
    subject = said_person(form)
    if requester is None or purpose is None or received_on is None or subject is None:
        return None
    return opening.OpenRequest(
        visit.caller,
        kind,
        Channel.DESK,
        requester,
        purpose,
        form.text("legal_basis"),
        received_on,
        Ask(
            subject,
            form.text("words"),
            on_behalf_of=form.text("on_behalf_of"),
            reference=form.text("reference"),
        ),
    )


unanswered = page_router("/workbench")


@unanswered.get("/unanswered-notices")
def show_unanswered(visit: RequestReaderOf) -> Response:
    """Show the recipients that have not acknowledged, the oldest notice first."""
    page = visit.use(notices.unanswered_notices, after=visit.cursor("after"), limit=_PAGE)
    named = {
        "asks": reading.asks_of(visit.services, {one.request_id for one in page.items}),
        "agencies": reading.agency_names(visit.services),
    }
    return visit.list_page("requests/unanswered.html", "found", page, "after", **named)


disputes_router = page_router("/workbench")


@disputes_router.get("/disputes")
def show_disputes(visit: RequestReaderOf) -> Response:
    """Show the disputes that wait for a decision, oldest first."""
    page = visit.use(disputes.undecided_disputes, after=visit.cursor("after"), limit=_PAGE)
    return visit.list_page("requests/disputes.html", "disputes", page, "after")


@form_page(disputes_router, "/requests/{request_id}/disputes")
def request_disputes_page(
    visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf
) -> Response:
    """Show which entries the person of a request disputes, and a form to open a dispute."""
    raised, choices = visit.use(disputes.disputes_in, RequestId(request_id))
    values = {
        "request_id": request_id,
        "raised": raised,
        "choices": choices,
        "records": list(dict.fromkeys(one.record_id for one in choices)),
        "may_decide": visit.caller.actor.role is Role.CASE_OFFICER,
    }
    return form.page(visit, "requests/request_disputes.html", values)


@request_disputes_page.post("", "entry", "words")
def post_request_dispute(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> str | None:
    """Open a dispute about an entry, or about the whole record."""
    words = form.text("words", missing="Write what is disputed, and why.")
    entry = form.text("entry", missing="Choose what is disputed.")
    record_id, _, item_id = entry.partition(" ")
    by_person = form.text("doubted_by", missing="Choose who disputes it.") != "officer"
    if form.errors:
        return None
    command = disputing.OpenDispute(
        visit.caller,
        RecordId(record_id),
        item_id,
        words,
        RequestId(request_id) if by_person else None,
    )
    return f"/workbench/disputes/{disputing.open_dispute(visit.services, command).dispute_id}"


@form_page(disputes_router, "/disputes/{dispute_id}")
def dispute_page(visit: RequestReaderOf, dispute_id: IdInPath, form: BegunFormOf) -> Response:
    """Show a dispute with its evidence."""
    shown = visit.use(disputes.show_dispute, dispute_id)
    state, steps = shown.dispute.state, shown.dispute.steps
    is_decided = state in DECIDED
    values = {
        "shown": shown,
        "may_decide": visit.caller.actor.role is Role.CASE_OFFICER and not is_decided,
        "is_proposed": state in PROPOSED,
        "says_theirs": state is DisputeState.PROPOSED_THEIRS,
        "is_own": bool(steps) and steps[-1].stepped_by == visit.caller.actor.user_id,
        "letter": letter_on("dispute", state.value) if is_decided else None,
    }
    return form.page(visit, "requests/dispute.html", values)


@dispute_page.post("/proposal", "words")
def post_proposal(visit: CaseOfficerOf, dispute_id: IdInPath, form: FormOf) -> None:
    """Propose a decision on a disputed entry."""
    choice = form.text("theirs", missing="Choose whose entry it is.")
    words = form.text("words", missing="Give a reason.")
    if not form.errors:
        command = disputing.ProposeDecision(
            visit.caller, dispute_id, form.number("step"), choice == "yes", words
        )
        disputing.propose_decision(visit.services, command)


@dispute_page.post("/answer", "words")
def post_dispute_answer(visit: CaseOfficerOf, dispute_id: IdInPath, form: FormOf) -> None:
    """Agree or disagree with another officer's proposal."""
    command = disputing.AnswerDecision(
        visit.caller,
        dispute_id,
        form.number("step"),
        form.fields.get("agrees") == "yes",
        form.text("words"),
    )
    disputing.answer_decision(visit.services, command)
