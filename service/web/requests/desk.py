"""The list by due day, search by reference, the opening form, and unanswered notices."""

from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from domain.access.access import Caller
from domain.people.people import Sex
from domain.requests.request_states import OPEN, RequestState
from domain.requests.requests import Ask, Channel, Party, PartyKind
from domain.restrictions import UsePurpose
from rules.listed import legal_bases
from service.usecases.requests.kinds import KINDS
from service.usecases.requests.notices import unanswered_notices
from service.usecases.requests.opening import OpenRequest, open_request
from service.usecases.requests.reading import RequestsWanted, asks_of, list_requests, people_behind
from service.web.forms import Form, FormOf, options, said_person
from service.web.page_route import begun_form, page_router
from service.web.rendering import render
from service.web.tables import pages_of
from service.web.visitors import CaseOfficerOf, RequestReaderOf

router = page_router("/workbench/requests")

_PAGE = 30
_FIELDS = ("asker_kind", "purpose", "legal_basis", "received_on", "surname")
"""To which a refusal may point; of any other, the fault is that of the kind."""


@router.get("")
def show_requests(visit: RequestReaderOf) -> Response:
    """Show the open requests, those in one state, or those with a reference, by due day."""
    reference = visit.request.query_params.get("reference", "").strip()
    state = _state(visit.request.query_params.get("state", ""))
    states = frozenset({state}) if state else frozenset(RequestState) if reference else OPEN
    wanted = RequestsWanted(states, reference=reference or None)
    after = visit.request.query_params.get("after") or None
    found = visit.use(list_requests, wanted, after=after, limit=_PAGE)
    shown = {
        "found": found,
        "turning": pages_of(visit.request, "after", found.next_after),
        "asks": asks_of(visit.services, found),
        "names": people_behind(visit.services, [one.file for one in found.requests]),
        "states": list(RequestState),
        "state": state,
        "reference": reference,
        "kinds": KINDS,
    }
    return visit.page("requests/requests.html", shown)


def _state(text: str) -> RequestState | None:
    return next((state for state in RequestState if state.value == text), None)


@router.get("/new")
def show_new_request(visit: CaseOfficerOf) -> Response:
    """Show the form that opens a request."""
    return _form_page(visit.request, begun_form(visit))


@router.post("/new")
def post_request(visit: CaseOfficerOf, form: FormOf) -> Response:
    """Open a request that came by letter or call."""
    with form.taking("kind", *_FIELDS):
        command = _command(form, visit.caller)
        if command is None or form.errors:
            return _form_page(visit.request, form, status=422)
        request_id = open_request(visit.services, command)
        return RedirectResponse(f"/workbench/requests/{request_id}", status_code=303)
    return _form_page(visit.request, form, status=422)


def _command(form: Form, caller: Caller) -> OpenRequest | None:
    """Build the command from a form; None, with errors in the form, if a field is missing."""
    kind = form.text("kind", missing="Choose the kind of request.")
    asker_kind = form.choice("asker_kind", PartyKind, missing="Choose who asks.")
    purpose = form.choice("purpose", UsePurpose, missing="Choose the purpose.")
    received_on = form.day("received_on")
    subject = said_person(form)
    if asker_kind is None or purpose is None or received_on is None or subject is None:
        return None
    return OpenRequest(
        caller,
        kind,
        Channel.DESK,
        Party(asker_kind, form.text("asker_code")),
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


def _form_page(request: Request, form: Form, *, status: int = 200) -> Response:
    values: dict[str, Any] = {
        "form": form,
        "kinds": [(kind.name, kind.title, "") for kind in KINDS.values()],
        "askers": options(PartyKind),
        "legal_bases": legal_bases().items(),
        "purposes": options(UsePurpose),
        "sexes": list(Sex),
    }
    return render(request, "requests/new_request.html", values, status=status)


unanswered = page_router("/workbench")


@unanswered.get("/unanswered-notices")
def show_unanswered(visit: RequestReaderOf) -> Response:
    """Show the recipients that have not acknowledged, the oldest notice first."""
    after = visit.request.query_params.get("after") or None
    page = visit.use(unanswered_notices, after=after, limit=_PAGE)
    shown = {"found": page.items, "turning": pages_of(visit.request, "after", page.next_key)}
    return visit.page("requests/unanswered.html", shown)
