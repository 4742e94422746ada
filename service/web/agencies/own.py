"""An agency's own requests: asked, followed, and answered when the office asks."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Caller
from domain.ids import RequestId
from domain.people.people import Sex
from domain.requests.requests import Ask
from domain.restrictions import UsePurpose
from service.usecases.agencies import agreements, asking
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.kinds.office_work import DECIDED_ON, OFFENCE
from service.web.forms import Form, FormOf, said_person
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.tables import pages_of
from service.web.visitors import AgencyOf, Visit

router = page_router("/workbench/agency")

_PAGE = 30
_FIELDS = ("kind", "surname", "offence", "decided_on")
"""To which a refusal may point; of any other, the fault is that of the purpose."""


@router.get("")
def show_own(visit: AgencyOf) -> Response:
    """Show the agreement and the requests of the agency, and the form of a new one."""
    return _page(visit, begun_form(visit))


@router.post("")
def post_own(visit: AgencyOf, form: FormOf) -> Response:
    """Submit the agency's request, within the terms of its agreement."""
    with form.taking("purpose", *_FIELDS):
        command = _command(form, visit.caller)
        if command is None or form.errors:
            return _page(visit, form, status=422)
        request_id = asking.ask_as_agency(visit.services, command)
        return RedirectResponse(f"/workbench/agency/{request_id}", status_code=303)
    return _page(visit, form, status=422)


def _command(form: Form, caller: Caller) -> asking.AskAsAgency | None:
    """Build the command from a form; None, with errors in the form, if a field is missing."""
    kind = form.text("kind", missing="Choose what you are asking for.")
    purpose = form.choice("purpose", UsePurpose, missing="Choose the purpose.")
    subject = said_person(form)
    if purpose is None or subject is None:
        return None
    stated = {OFFENCE: form.text("offence"), DECIDED_ON: form.text("decided_on")}
    facts = tuple((name, fact) for name, fact in sorted(stated.items()) if fact)
    ask = Ask(subject, form.text("words"), reference=form.text("reference"), facts=facts)
    return asking.AskAsAgency(caller, kind, purpose, ask)


@router.get("/{request_id}")
def show_own_one(visit: AgencyOf, request_id: IdInPath) -> Response:
    """Show one request with its answer, or with the office's question."""
    return _one(visit, request_id, begun_form(visit))


@router.post("/{request_id}")
def post_own_answer(visit: AgencyOf, request_id: IdInPath, form: FormOf) -> Response:
    """Answer the question of the office."""
    with form.taking("words"):
        visit.use(asking.answer_as_agency, RequestId(request_id), form.text("words"))
        return RedirectResponse(f"/workbench/agency/{request_id}", status_code=303)
    return _one(visit, request_id, form)


_WATCH_ACTS = {
    "begin": agreements.watch_case,
    "confirm": agreements.confirm_watch,
    "end": agreements.end_watch,
}


@router.post("/{request_id}/watch")
def post_own_watch(visit: AgencyOf, request_id: IdInPath, form: FormOf) -> Response:
    """Begin, confirm or end the watch of a case."""
    act = _WATCH_ACTS.get(form.text("act"))
    with form.taking("act"):
        if act is not None:
            visit.use(act, RequestId(request_id))
        return RedirectResponse(f"/workbench/agency/{request_id}", status_code=303)
    return _one(visit, request_id, form)


def _one(visit: Visit, request_id: str, form: Form) -> Response:
    found = visit.use(asking.show_own_request, RequestId(request_id))
    watch = visit.use(agreements.watch_of, RequestId(request_id))
    title = kind_named(found.kind).title
    values = {"one": found, "title": title, "form": form, "watch": watch}
    status = 422 if form.errors else 200
    return visit.page("agencies/own_request.html", values, status=status)


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    agreement = visit.use(agreements.own_agreement)
    before = visit.request.query_params.get("before") or None
    page = visit.use(asking.list_own_requests, before=before, limit=_PAGE)
    values = {
        "form": form,
        "agreement": agreement,
        "requests": page.items,
        "turning": pages_of(visit.request, "before", page.next_key),
        "titles": {name: kind_named(name).title for name in asking.ASKED_BY_AGENCIES},
        "kinds": [(name, kind_named(name).title, "") for name in asking.ASKED_BY_AGENCIES],
        "purposes": [(one, one.capitalize(), "") for one in sorted(agreement.purposes)],
        "sexes": list(Sex),
        "is_in_force": agreement.is_in_force(visit.services.surroundings.clock().date()),
    }
    return visit.page("agencies/own.html", values, status=status)
