"""People on record found by name, birth or number; and a force's names enquiry, in words."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from domain.access.access import Purpose, Role
from domain.errors import LinkingError, NotFoundError
from domain.ids import PersonId
from domain.people.people import Sex
from service.api.bodies import read_json
from service.api.searches.searches import EnquiryBody
from service.usecases.disclosure.finding import FINDERS, FoundPerson, find_people, person_named
from service.usecases.searches.enquiries import EnquireByNames, EnquiryAnswer, enquire
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.rendering import render
from service.web.searches.files import said_details
from service.web.visitors import ForceOf, Visit, roles

router = page_router("/workbench/find")

FinderOf = Annotated[Visit, roles(Role.FORCE, Role.SUPERVISOR, Role.AUDITOR, Role.CASE_OFFICER)]

_CAPTURES = ("Captures and the basis for keeping them", "/workbench/retention/people/{person_id}")
_ACTIONS: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.FORCE: (("Open the record", "/workbench/records/{record_id}"),),
    Role.AUDITOR: (
        ("Open the record", "/workbench/records/{record_id}"),
        ("Entries in the log", "/workbench/log?about={person_id}"),
        ("Who has viewed their data", "/workbench/people/{person_id}/consultations"),
        _CAPTURES,
    ),
    Role.CASE_OFFICER: (_CAPTURES,),
    Role.SUPERVISOR: (
        ("Restrict the person's data", "/workbench/restrictions?person={person_id}#person"),
        ("Restrict an item", "/workbench/restrictions?record={person_id}#record"),
        ("Ask for an erasure", "/workbench/erasures?person={person_id}#person"),
        ("Who has viewed their data", "/workbench/people/{person_id}/consultations"),
    ),
}
"""The steps of a role with a person, and their pages."""


@router.get("")
def show_find(visit: FinderOf) -> Response:
    """Show the form."""
    return _page(visit, Form({}, {}), None)


@router.post("")
def post_find(visit: FinderOf, form: FormOf) -> Response:
    """Show the people on record whom the words may describe."""
    found: tuple[FoundPerson, ...] | None = None
    with form.taking("words"):
        found = visit.use(find_people, form.text("words"))
    return _page(visit, form, found, status=422 if form.errors else 200)


def _page(
    visit: Visit, form: Form, found: tuple[FoundPerson, ...] | None, *, status: int = 200
) -> Response:
    actions = _ACTIONS[visit.caller.actor.role]
    people = [
        (one, [(words, at.format(**_ids(one))) for words, at in actions]) for one in found or ()
    ]
    shown = {"form": form, "people": people, "is_asked": found is not None}
    return visit.page("searches/find.html", shown, status=status)


def _ids(person: FoundPerson) -> dict[str, str]:
    return {"person_id": person.person_id, "record_id": person.record_id}


def picked_person(visit: Visit, form: Form, name: str, sent: str = "") -> FoundPerson | None:
    """Return the person that a form is about: chosen on the page that finds people, or sent.

    `sent` names the field with the person if it is another field. None for a hidden person.
    """
    person_id = form.text(sent or name) or visit.request.query_params.get(name, "")
    if not person_id or not FINDERS & visit.caller.actor.scopes:
        return None
    with suppress(NotFoundError):
        return visit.use(person_named, PersonId(person_id))
    return None


names = page_router("/workbench/names")

PURPOSES = (Purpose.ARREST, Purpose.IDENTITY_CHECK, Purpose.RECORD_MANAGEMENT)
"""Why a force asks by names."""


@names.get("")
def show_names_form(visit: ForceOf) -> Response:
    """Show the form."""
    return _names_page(visit.request, Form({}, {}), None)


@names.post("")
def post_names_enquiry(visit: ForceOf, form: FormOf) -> Response:
    """Search the records only by details, and show the forces to contact."""
    purpose = form.choice("purpose", Purpose, missing="Say why the enquiry is made.")
    details = said_details(form)
    if not details:
        form.errors["surname"] = "Enter at least a name or a date of birth."
    if purpose is None or form.errors:
        return _names_page(visit.request, form, None, status=422)
    try:
        body = read_json(EnquiryBody, json.dumps({"details": details}).encode())
        command = body.to(EnquireByNames, caller=replace(visit.caller, purpose=purpose))
        answer = enquire(visit.services, command)
    except LinkingError as error:
        is_date = "dates_of_birth" in (error.pointer or "")
        form.errors["date_of_birth" if is_date else "surname"] = error.detail
        return _names_page(visit.request, form, None, status=422)
    return _names_page(visit.request, form, answer)


def _names_page(
    request: Request, form: Form, answer: EnquiryAnswer | None, *, status: int = 200
) -> Response:
    values = {"form": form, "answer": answer, "purposes": PURPOSES, "sexes": list(Sex)}
    return render(request, "searches/names.html", values, status=status)
