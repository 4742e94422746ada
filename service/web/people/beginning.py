"""The form for putting a person on record without prints."""

import json
from dataclasses import replace
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from domain.access.access import Caller, Purpose, Role
from domain.errors import ConflictError, LinkingError
from domain.people.people import DisposalType, Sex
from service.api.bodies import read_json
from service.api.people.encounters import NewRecordBody
from service.usecases.searches.beginning import begin_record
from service.usecases.searches.enquiries import EnquireByNames, EnquiryAnswer, enquire
from service.web.drafts import begun_form
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.rendering import render
from service.web.searches.submission import said_details
from service.web.visitors import RecordBeginnerOf, Visit

router = page_router("/workbench/new-record")

_EXCLUDED = "other-"
"""The name of a box that says that a candidate is another person begins so."""

_PLACES = {
    "/dates_of_birth": "date_of_birth",
    "/pnc_ids": "pnc_id",
    "/arrest_reports/0/offences/0/disposals": "result_on",
    "/arrest_reports/0/offences/0/committed_on": "committed_on",
    "/arrest_reports/0/offences/0/code": "offence_code",
    "/arrest_reports/0/offences": "offence",
    "/arrest_reports/0/asn": "asn",
    "/arrest_reports": "on",
}
"""The field of the form for a place in the body, the longest first; else it is the surname."""


@router.get("")
def show_new_record_form(visit: RecordBeginnerOf) -> Response:
    """Show the form."""
    return _page(visit.request, begun_form(visit))


@router.post("")
def post_new_record(visit: RecordBeginnerOf, form: FormOf) -> Response:
    """Start the record, or first show the people on record who may be this person."""
    manager = replace(visit.caller, purpose=Purpose.RECORD_MANAGEMENT)
    sent = _body(form, manager)
    if form.errors:
        return _page(visit.request, form, status=422)
    try:
        body = read_json(NewRecordBody, json.dumps(sent).encode())
        begun = begin_record(visit.services, body.to_command(manager, None))
    except ConflictError:
        return _page(visit.request, form, met=_met(visit, manager, sent), status=409)
    except LinkingError as error:
        at = error.pointer or ""
        form.errors[next((f for p, f in _PLACES.items() if at.startswith(p)), "surname")] = (
            error.detail
        )
        return _page(visit.request, form, status=422)
    if visit.caller.actor.role is Role.FORCE:
        return RedirectResponse(f"/workbench/records/{begun.record_id}", status_code=303)
    return _page(visit.request, Form({}, {}), begun=begun.record_id)


def _body(form: Form, caller: Caller) -> dict[str, Any]:
    """Return the record in a form, as an API body."""
    excluded = [name.removeprefix(_EXCLUDED) for name in form.fields if name.startswith(_EXCLUDED)]
    details = said_details(form)
    if form.text("pnc_id"):
        details["pnc_ids"] = [form.text("pnc_id")]
    offence: dict[str, Any] = {
        "code": form.text("offence_code", missing="Enter the code of the offence."),
        "title": form.text("offence", missing="Enter the offence."),
        "is_recordable": bool(form.text("is_recordable")),
        "committed_on": form.text("committed_on", missing="Enter the day of the offence."),
    }
    if form.text("result"):
        on = form.text("result_on", missing="Enter the day of the result.")
        offence["disposals"] = [{"disposal": form.text("result"), "on": on}]
    entry = {
        "asn": form.text("asn", missing="Enter the Arrest Summons Number."),
        "force": caller.actor.force,
        "on": form.text("on", missing="Enter the day of the summons or report."),
        "offences": [offence],
    }
    asked = {"enquiry_id": form.text("enquiry_id"), "excluded": excluded}
    return {**details, "arrest_reports": [entry], **(asked if asked["enquiry_id"] else {})}


def _met(visit: Visit, caller: Caller, sent: dict[str, Any]) -> EnquiryAnswer:
    """Return the people whom the details may describe, by a names enquiry of the caller."""
    record = read_json(NewRecordBody, json.dumps(sent).encode()).to_record()
    return enquire(visit.services, EnquireByNames(caller, record.details))


def _page(
    request: Request,
    form: Form,
    *,
    met: EnquiryAnswer | None = None,
    begun: str = "",
    status: int = 200,
) -> Response:
    values = {
        "form": form,
        "met": met,
        "begun": begun,
        "sexes": list(Sex),
        "results": list(DisposalType),
    }
    return render(request, "people/new_record.html", values, status=status)
