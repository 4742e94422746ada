"""An agency's own requests: asked, followed, and answered when the office asks."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from domain.access import Caller
from domain.errors import LinkingError
from domain.ids import RequestId
from domain.people import Details, PartialDate, PersonName, Sex
from domain.requests import Ask
from domain.restrictions import UsePurpose
from service.usecases.agencies.agreements import own_agreement
from service.usecases.agencies.asking import (
    ASKED_BY_AGENCIES,
    AskAsAgency,
    answer_as_agency,
    ask_as_agency,
    list_own_requests,
    show_own_request,
)
from service.usecases.requests.kinds import kind_named
from service.usecases.requests.kinds.record_creation import DECIDED_ON, OFFENCE
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.visitors import AgencyOf, Visit

router = APIRouter(prefix="/workbench/agency", route_class=PageRoute, include_in_schema=False)

_FIELD_OF = {
    "/kind": "kind",
    "/subject/names": "surname",
    "/facts/offence": "offence",
    "/facts/prosecution-decided-on": "decided_on",
}
"""The fields of the form by the pointers of refusals; of any other, the purpose."""


@router.get("")
def show_own(visit: AgencyOf) -> Response:
    """Show the agreement and the requests of the agency, and the form of a new one."""
    return _page(visit, Form({}, {}))


@router.post("")
def post_own(visit: AgencyOf, form: FormOf) -> Response:
    """Ask within the agreement."""
    try:
        command = _command(form, visit.caller)
        if command is None or form.errors:
            return _page(visit, form, status=422)
        request_id = ask_as_agency(visit.services, command)
    except LinkingError as error:
        form.errors[_FIELD_OF.get(error.pointer or "", "purpose")] = error.detail
        return _page(visit, form, status=422)
    return RedirectResponse(f"/workbench/agency/{request_id}", status_code=303)


def _command(form: Form, caller: Caller) -> AskAsAgency | None:
    """Return the command of a form; None, with its errors, while something is missing."""
    kind = form.text("kind", missing="Choose what you ask for.")
    purpose = form.choice("purpose", UsePurpose, missing="Choose the purpose.")
    subject = _subject(form)
    if purpose is None or subject is None:
        return None
    stated = {OFFENCE: form.text("offence"), DECIDED_ON: form.text("decided_on")}
    facts = tuple((name, fact) for name, fact in sorted(stated.items()) if fact)
    ask = Ask(subject, form.text("words"), reference=form.text("reference"), facts=facts)
    return AskAsAgency(caller, kind, purpose, ask)


def _subject(form: Form) -> Details | None:
    born, sexes = form.text("date_of_birth"), {sex.value: sex for sex in Sex}
    name = PersonName(form.text("forename"), form.text("surname"))
    try:
        dates = (PartialDate.parse(born),) if born else ()
    except LinkingError as error:
        form.errors["date_of_birth"] = error.detail
        return None
    return Details(
        names=(name,) if name.display else (),
        dates_of_birth=dates,
        sex=sexes.get(form.text("sex")),
        place_of_birth=form.text("place_of_birth"),
    )


@router.get("/{request_id}")
def show_own_one(visit: AgencyOf, request_id: IdInPath) -> Response:
    """Show one request with its answer, or the question that waits."""
    return _one(visit, request_id, Form({}, {}))


@router.post("/{request_id}")
def post_own_answer(visit: AgencyOf, request_id: IdInPath, form: FormOf) -> Response:
    """Answer the question of the office."""
    try:
        answer_as_agency(visit.services, visit.caller, RequestId(request_id), form.text("words"))
    except LinkingError as error:
        form.errors["words"] = error.detail
        return _one(visit, request_id, form)
    return RedirectResponse(f"/workbench/agency/{request_id}", status_code=303)


def _one(visit: Visit, request_id: str, form: Form) -> Response:
    found = show_own_request(visit.services, visit.caller, RequestId(request_id))
    values = {"one": found, "title": kind_named(found.kind).title, "form": form}
    status = 422 if form.errors else 200
    return render(visit.request, "agencies/own_request.html", values, status=status)


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    agreement = own_agreement(visit.services, visit.caller)
    values = {
        "form": form,
        "agreement": agreement,
        "requests": list_own_requests(visit.services, visit.caller),
        "titles": {name: kind_named(name).title for name in ASKED_BY_AGENCIES},
        "kinds": [(name, kind_named(name).title, "") for name in ASKED_BY_AGENCIES],
        "purposes": [(one, one.capitalize(), "") for one in sorted(agreement.purposes)],
        "sexes": list(Sex),
        "is_in_force": agreement.is_in_force(visit.services.surroundings.clock().date()),
    }
    return render(visit.request, "agencies/own.html", values, status=status)
