"""Find a person on record by name, birth or number; all forms use this page to choose a person."""

from contextlib import suppress
from typing import Annotated

from starlette.responses import Response

from domain.access.access import Role
from domain.errors import NotFoundError
from domain.ids import PersonId
from service.usecases.disclosure.finding import FINDERS, FoundPerson, find_people, person_named
from service.web.forms import Form, FormOf
from service.web.page_route import page_router
from service.web.visitors import Visit, roles

router = page_router("/workbench/find")

FinderOf = Annotated[Visit, roles(Role.FORCE, Role.SUPERVISOR, Role.AUDITOR, Role.CASE_OFFICER)]

_CAPTURES = ("Captures and their basis", "/workbench/retention/people/{person_id}")
_ACTIONS: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.FORCE: (("Open the record", "/workbench/records/{record_id}"),),
    Role.AUDITOR: (
        ("Open the record", "/workbench/records/{record_id}"),
        ("Entries of the log", "/workbench/log?about={person_id}"),
        ("Who has viewed their data", "/workbench/people/{person_id}/consultations"),
        _CAPTURES,
    ),
    Role.CASE_OFFICER: (_CAPTURES,),
    Role.SUPERVISOR: (
        ("Restrict the person", "/workbench/restrictions?person={person_id}#person"),
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
