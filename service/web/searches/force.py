"""A force's pages: searches with their outcomes, people found by name, and names enquiries."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

from starlette.responses import RedirectResponse, Response

from domain.access.access import Purpose, Role
from domain.errors import LinkingError, NotFoundError
from domain.ids import PersonId, SearchId
from domain.people.people import Sex
from domain.searches.searches import SearchType
from service.api.bodies import read_json
from service.api.people.captures import ReadCapture, read_capture
from service.api.problems import MalformedRequestError
from service.api.searches.searches import EnquiryBody, SearchBody
from service.usecases.disclosure.finding import FINDERS, FoundPerson, find_people, person_named
from service.usecases.links.outcomes import SearchStanding, search_standing, search_standings
from service.usecases.searches import enquiries, searching
from service.usecases.workbench import Workbench
from service.web.forms import Form, FormOf
from service.web.page_route import WITH_OWN_PICTURES, IdInPath, page_router
from service.web.searches import files
from service.web.tables import Column, order_of, sorted_table
from service.web.visitors import ForceOf, Visit, roles

finding_router = page_router("/workbench/find")

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


@finding_router.get("")
def show_find(visit: FinderOf) -> Response:
    """Show the form."""
    return _page(visit, Form({}, {}), None)


@finding_router.post("")
def post_find(visit: FinderOf, form: FormOf) -> Response:
    """Show the people on record whom the words may describe."""
    found: tuple[FoundPerson, ...] | None = None
    with form.taking("words"):
        found = visit.use(find_people, form.text("words"))
    return _page(visit, form, found)


def _page(visit: Visit, form: Form, found: tuple[FoundPerson, ...] | None) -> Response:
    actions = _ACTIONS[visit.caller.actor.role]
    people = [
        (one, [(words, at.format(**_ids(one))) for words, at in actions]) for one in found or ()
    ]
    shown = {"people": people, "is_asked": found is not None}
    return form.page(visit, "searches/find.html", shown)


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

FINDING_PURPOSES = (Purpose.ARREST, Purpose.IDENTITY_CHECK, Purpose.RECORD_MANAGEMENT)
"""Why a force asks by names."""


@names.get("")
def show_names_form(visit: ForceOf) -> Response:
    """Show the form."""
    return _names_page(visit, Form({}, {}), None)


@names.post("")
def post_names_enquiry(visit: ForceOf, form: FormOf) -> Response:
    """Search the records only by details, and show the forces to contact."""
    purpose = form.choice("purpose", Purpose, missing="Say why the enquiry is made.")
    details = files.said_details(form)
    if not details:
        form.errors["surname"] = "Enter at least a name or a date of birth."
    if purpose is None or form.errors:
        return _names_page(visit, form, None)
    answer = None
    with form.taking("surname"):
        body = read_json(EnquiryBody, json.dumps({"details": details}).encode())
        command = body.to(enquiries.EnquireByNames, caller=replace(visit.caller, purpose=purpose))
        answer = enquiries.enquire(visit.services, command)
    return _names_page(visit, form, answer)


def _names_page(visit: Visit, form: Form, answer: enquiries.EnquiryAnswer | None) -> Response:
    values = {"answer": answer, "purposes": FINDING_PURPOSES, "sexes": list(Sex)}
    return form.page(visit, "searches/names.html", values)


router = page_router("/workbench/searches")

PURPOSES = (Purpose.ARREST, Purpose.CRIME_SCENE, Purpose.IDENTITY_CHECK)
"""Why a force searches with prints."""

_LONGEST_REFERENCE = 64
_PAGE = 50
_REFERENCE = "/reference"

_TYPES = tuple(kind for kind in SearchType if kind is not SearchType.NAMES)


@router.get("")
def show_searches(visit: ForceOf) -> Response:
    """Show the force's searches, newest first."""
    sought = visit.request.query_params.get("reference", "").strip()[:_LONGEST_REFERENCE]
    page = visit.use(
        search_standings,
        before=visit.cursor("before"),
        limit=_PAGE,
        reference=sought or None,
        order=order_of(visit.request, _COLUMNS),
    )
    shown = {
        "table": sorted_table(visit.request, page.items, _COLUMNS),
        "turning": visit.turning("before", page.next_key),
        "sought": sought,
    }
    return visit.page("searches/searches.html", shown)


_COLUMNS: tuple[Column[SearchStanding], ...] = (
    # References are sealed one by one: the database finds them by their digest, but sorts none.
    Column("Search"),
    Column("Type", "type"),
    Column("Submitted", "submitted"),
    Column("State", "state"),
    Column("Outcome", "outcome"),
)


@router.get("/new")
def show_new_search(visit: ForceOf) -> Response:
    """Show the form."""
    return _form_page(visit, Form({}, {}))


@router.post("/new")
def post_search(visit: ForceOf, form: FormOf) -> Response:
    """Show the prints in the files, submit the search, or show the form again with the fault."""
    search_type = form.choice("search_type", SearchType, missing="Choose the type of search.")
    purpose = form.choice("purpose", Purpose, missing="Say why the search is made.")
    if not form.uploads and not form.fields.get(files.CARRIED):
        form.errors["capture"] = "Choose the file of the capture."
    if search_type is None or purpose is None or form.errors:
        if form.uploads:
            form.errors.setdefault(
                "capture", "Choose the files again: browsers do not keep chosen files."
            )
        return _form_page(visit, form)
    try:
        body, capture = _read(form, search_type, visit.bench)
        if form.errors:
            return _form_page(visit, form)
        if isinstance(capture, files.ShownCapture):
            return _prints_page(visit, form, capture)
        command = body.to_command(replace(visit.caller, purpose=purpose), None, capture)
        search_id = searching.submit_search(visit.services, command)
    except LinkingError as error:
        form.errors[_field_of(error)] = _sentence(error)
        return _form_page(visit, form)
    return RedirectResponse(f"/workbench/searches/{search_id}", status_code=303)


def _read(
    form: Form, search_type: SearchType, bench: Workbench
) -> tuple[SearchBody, ReadCapture | files.ShownCapture]:
    """Return the search. Also return its capture or, if the files are new, what they show."""
    desk = bench.services.prints
    if files.is_json(form.uploads):
        body = files.read_submission(form, search_type)
        return body, read_capture(body.impressions, desk)
    sent = files.sent_files(form)
    found = files.read_files(desk, sent, search_type)
    body = files.read_details(form, search_type)
    if form.fields.get("step") != "search":
        return body, files.shown_capture(found, sent)
    return body, ReadCapture(found.impressions, found.images, found.minutiae)


@router.get("/{search_id}")
def show_search(visit: ForceOf, search_id: IdInPath) -> Response:
    """Show the state of a search: the step it waits for and since when, or its outcome."""
    standing = visit.use(search_standing, SearchId(search_id))
    return visit.page("searches/search.html", {"standing": standing, "now": visit.services.now()})


def _prints_page(visit: Visit, form: Form, shown: files.ShownCapture) -> Response:
    page = visit.page("searches/prints.html", {"form": form, "shown": shown})
    # The pictures are in the page itself: nothing of them is kept that an address could show.
    page.headers["Content-Security-Policy"] = WITH_OWN_PICTURES
    return page


def _form_page(visit: Visit, form: Form) -> Response:
    values = {
        "types": _TYPES,
        "purposes": PURPOSES,
        "sexes": list(Sex),
        "reads_pictures": visit.bench.services.prints.fmt.features is not None,
    }
    return form.page(visit, "searches/new_search.html", values)


def _field_of(error: LinkingError) -> str:
    """Return the field that a refusal belongs to; details and reference have their own fields."""
    pointer = error.pointer or ""
    if isinstance(error, MalformedRequestError) and {f.pointer for f in error.faults} == {
        _REFERENCE
    }:
        return "reference"
    return "date_of_birth" if "dates_of_birth" in pointer else "capture"


def _sentence(error: LinkingError) -> str:
    if _field_of(error) == "reference":
        return "Write at most 64 letters, digits or punctuation marks, a letter or digit first."
    if isinstance(error, MalformedRequestError):
        places = ", ".join(sorted({fault.pointer or "/" for fault in error.faults})[:5])
        return f"The file does not have the format of a capture: check {places}."
    return error.detail
