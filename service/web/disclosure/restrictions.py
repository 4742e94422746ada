"""Pages on restrictions, for supervisors and for forces that hold the evidence."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from domain.access.access import Role
from domain.forces import find_force
from domain.ids import PersonId, RecordId, RestrictionId, UserId
from domain.people.items import ItemId, content_of
from domain.retention.disclosure import Restriction, RestrictionGround
from service.api.shapes import read_day
from service.usecases.disclosure import restricting
from service.usecases.workbench import Workbench
from service.web.forms import Form, FormOf, options
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.searches.finding import picked_person
from service.web.tables import pages_of
from service.web.visitors import ForceOf, RestrictionReaderOf, SupervisorOf, Visit

router = page_router("/workbench/restrictions")

_PAGE = 30


@router.get("")
def show_restrictions(visit: RestrictionReaderOf) -> Response:
    """Show the restrictions in force and those lifted last, and the form to begin one."""
    return _list(visit, begun_form(visit))


@router.post("")
def post_restriction(visit: SupervisorOf, form: FormOf) -> Response:
    """Restrict a person."""
    person_id = form.text("person", missing="Find the person first.")
    ground = form.choice("ground", RestrictionGround, missing="Choose the ground.")
    holder = form.text("holder", missing="Enter the code of the force that holds the evidence.")
    reasons = form.text("reasons", missing="Give the reasons.")
    if ground is None or form.errors:
        return _list(visit, form, status=422)
    with form.taking("person"):
        force = find_force(holder).code
        restricting.restrict(
            visit.services,
            restricting.Restrict(visit.caller, PersonId(person_id), ground, force, reasons),
        )
        return RedirectResponse("/workbench/restrictions", status_code=303)
    return _list(visit, form, status=422)


@router.post("/items")
def post_item_restriction(visit: SupervisorOf, form: FormOf) -> Response:
    """Restrict one item of a record."""
    record_id = form.text("record", missing="Find the person first.")
    item_id = form.text("item", missing="Enter the item.")
    ground = form.choice("item_ground", RestrictionGround, missing="Choose the ground.")
    holder = form.text(
        "item_holder", missing="Enter the code of the force that holds the evidence."
    )
    reasons = form.text("item_reasons", missing="Give the reasons.")
    if ground is None or form.errors:
        return _list(visit, form, status=422)
    with form.taking("record"):
        at = (RecordId(record_id), ItemId(item_id), ground, find_force(holder).code)
        restricting.restrict_item(
            visit.services, restricting.RestrictItem(visit.caller, *at, reasons)
        )
        return RedirectResponse("/workbench/restrictions", status_code=303)
    return _list(visit, form, status=422)


@router.get("/{restriction_id}")
def show_restriction(visit: RestrictionReaderOf, restriction_id: IdInPath) -> Response:
    """Show one restriction, with the form that lifts it."""
    return _one(visit, restriction_id, begun_form(visit))


@router.post("/{restriction_id}/lifting")
def post_lifting(visit: SupervisorOf, restriction_id: IdInPath, form: FormOf) -> Response:
    """Lift a restriction."""
    reasons = form.text("reasons", missing="Give the reasons.")
    told = form.text("told_on", missing="State the day on which the person was told.")
    if form.errors:
        return _one(visit, restriction_id, form, status=422)
    with form.taking("told_on"):
        restricting.lift(
            visit.services,
            restricting.Lift(visit.caller, RestrictionId(restriction_id), read_day(told), reasons),
        )
        return RedirectResponse(f"/workbench/restrictions/{restriction_id}", status_code=303)
    return _one(visit, restriction_id, form, status=422)


@router.get("/{restriction_id}/evidence")
def show_evidence(visit: ForceOf, restriction_id: IdInPath) -> Response:
    """Show the data that a restriction hides, to the force that holds the evidence."""
    found = visit.use(restricting.restricted_evidence, RestrictionId(restriction_id))
    shown = {
        "evidence": found,
        "records": [(one, content_of(one.held)) for one in found.records],
    }
    return visit.page("disclosure/evidence.html", shown)


def _list(visit: Visit, form: Form, *, status: int = 200) -> Response:
    asked = visit.request.query_params
    standing, lifted = (
        visit.use(
            restricting.restrictions,
            is_open=is_open,
            before=asked.get(cursor) or None,
            limit=_PAGE,
        )
        for is_open, cursor in ((True, "before"), (False, "lifted"))
    )
    shown = {
        "standing": standing.items,
        "standing_pages": pages_of(visit.request, "before", standing.next_key),
        "lifted": lifted.items,
        "lifted_pages": pages_of(visit.request, "lifted", lifted.next_key),
        "person": picked_person(visit, form, "person"),
        "record": picked_person(visit, form, "record", "record_of"),
        "names": _names(visit.bench, *standing.items, *lifted.items),
        "form": form,
        "grounds": options(RestrictionGround),
        "may_restrict": visit.caller.actor.role is Role.SUPERVISOR,
    }
    return visit.page("disclosure/restrictions.html", shown, status=status)


def _one(visit: Visit, restriction_id: str, form: Form, *, status: int = 200) -> Response:
    found = visit.use(restricting.restriction, RestrictionId(restriction_id))
    shown = {
        "restriction": found,
        "names": _names(visit.bench, found),
        "form": form,
        "may_lift": found.is_open and visit.caller.actor.role is Role.SUPERVISOR,
        "may_read": found.is_open and visit.caller.actor.force == found.holder,
    }
    return visit.page("disclosure/restriction.html", shown, status=status)


def _names(bench: Workbench, *found: Restriction) -> Mapping[UserId, str]:
    return restricting.people_behind(bench.services, found)
