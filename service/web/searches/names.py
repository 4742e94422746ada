"""A force's names enquiry: possible people found only by details, described in words."""

import json
from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from domain.access.access import Purpose
from domain.errors import LinkingError
from domain.people.people import Sex
from service.api.bodies import read_json
from service.api.searches.enquiries import EnquiryBody
from service.usecases.searches.enquiries import EnquireByNames, EnquiryAnswer, enquire
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.rendering import render
from service.web.searches.submission import said_details
from service.web.visitors import ForceOf

router = page_router("/workbench/names")

PURPOSES = (Purpose.ARREST, Purpose.IDENTITY_CHECK, Purpose.RECORD_MANAGEMENT)
"""Why a force asks by names."""


@router.get("")
def show_names_form(visit: ForceOf) -> Response:
    """Show the form."""
    return _page(visit.request, Form({}, {}), None)


@router.post("")
def post_names_enquiry(visit: ForceOf, form: FormOf) -> Response:
    """Search the records only by details, and show the forces to contact."""
    purpose = form.choice("purpose", Purpose, missing="Say why the enquiry is made.")
    details = said_details(form)
    if not details:
        form.errors["surname"] = "Enter at least a name or a date of birth."
    if purpose is None or form.errors:
        return _page(visit.request, form, None, status=422)
    try:
        body = read_json(EnquiryBody, json.dumps({"details": details}).encode())
        command = body.to(EnquireByNames, caller=replace(visit.caller, purpose=purpose))
        answer = enquire(visit.services, command)
    except LinkingError as error:
        is_date = "dates_of_birth" in (error.pointer or "")
        form.errors["date_of_birth" if is_date else "surname"] = error.detail
        return _page(visit.request, form, None, status=422)
    return _page(visit.request, form, answer)


def _page(
    request: Request, form: Form, answer: EnquiryAnswer | None, *, status: int = 200
) -> Response:
    values = {"form": form, "answer": answer, "purposes": PURPOSES, "sexes": list(Sex)}
    return render(request, "searches/names.html", values, status=status)
