"""Pages on restrictions, and on deletions that the office opens and forces decide."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from domain import ids
from domain.access.access import Role
from domain.forces import find_force
from domain.people.items import ItemId, content_of
from domain.retention.disclosure import DeletionPart, DeletionState, Restriction, RestrictionGround
from rules.data_files import deletion_grounds
from service.api.shapes import read_day
from service.usecases.disclosure import deciding, deletions, restricting
from service.usecases.workbench import Workbench
from service.web.forms import Form, FormOf, options
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.searches.force import picked_person
from service.web.visitors import (
    CaseOfficerOf,
    ForceOf,
    RequestReaderOf,
    RestrictionReaderOf,
    SupervisorOf,
    Visit,
)

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
        return _list(visit, form)
    with form.taking("person"):
        force = find_force(holder).code
        restricting.restrict(
            visit.services,
            restricting.Restrict(visit.caller, ids.PersonId(person_id), ground, force, reasons),
        )
        return RedirectResponse("/workbench/restrictions", status_code=303)
    return _list(visit, form)


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
        return _list(visit, form)
    with form.taking("record"):
        at = (ids.RecordId(record_id), ItemId(item_id), ground, find_force(holder).code)
        restricting.restrict_item(
            visit.services, restricting.RestrictItem(visit.caller, *at, reasons)
        )
        return RedirectResponse("/workbench/restrictions", status_code=303)
    return _list(visit, form)


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
        return _one(visit, restriction_id, form)
    with form.taking("told_on"):
        restricting.lift(
            visit.services,
            restricting.Lift(
                visit.caller, ids.RestrictionId(restriction_id), read_day(told), reasons
            ),
        )
        return RedirectResponse(f"/workbench/restrictions/{restriction_id}", status_code=303)
    return _one(visit, restriction_id, form)


@router.get("/{restriction_id}/evidence")
def show_evidence(visit: ForceOf, restriction_id: IdInPath) -> Response:
    """Show the data that a restriction hides, to the force that holds the evidence."""
    found = visit.use(restricting.restricted_evidence, ids.RestrictionId(restriction_id))
    shown = {
        "evidence": found,
        "records": [(one, content_of(one.held)) for one in found.records],
    }
    return visit.page("disclosure/evidence.html", shown)


def _list(visit: Visit, form: Form) -> Response:
    standing = visit.use(
        restricting.restrictions, is_open=True, before=visit.cursor("before"), limit=_PAGE
    )
    lifted = visit.use(
        restricting.restrictions, is_open=False, before=visit.cursor("lifted"), limit=_PAGE
    )
    shown = {
        "standing": standing.items,
        "standing_pages": visit.turning("before", standing.next_key),
        "lifted": lifted.items,
        "lifted_pages": visit.turning("lifted", lifted.next_key),
        "person": picked_person(visit, form, "person"),
        "record": picked_person(visit, form, "record", "record_of"),
        "names": _names(visit.bench, *standing.items, *lifted.items),
        "grounds": options(RestrictionGround),
        "may_restrict": visit.caller.actor.role is Role.SUPERVISOR,
    }
    return form.page(visit, "disclosure/restrictions.html", shown)


def _one(visit: Visit, restriction_id: str, form: Form) -> Response:
    found = visit.use(restricting.restriction, ids.RestrictionId(restriction_id))
    shown = {
        "restriction": found,
        "names": _names(visit.bench, found),
        "may_lift": found.is_open and visit.caller.actor.role is Role.SUPERVISOR,
        "may_read": found.is_open and visit.caller.actor.force == found.holder,
    }
    return form.page(visit, "disclosure/restriction.html", shown)


def _names(bench: Workbench, *found: Restriction) -> Mapping[ids.UserId, str]:
    return restricting.people_behind(bench.services, found)


deletions_router = page_router("/workbench")


@deletions_router.get("/requests/{request_id}/deletions")
def show_deletions(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show the arrests of a person, and the deletion cases opened for them."""
    return _of_request(visit, request_id, begun_form(visit))


@deletions_router.post("/requests/{request_id}/deletions")
def post_deletion(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Ask the force that owns an arrest to decide on its deletion."""
    record_id, _, item_id = form.text("arrest", missing="Choose the arrest.").partition("/")
    ground = form.text("ground", missing="Choose the ground.")
    parts = frozenset(part for part in DeletionPart if form.text(f"part:{part.value}"))
    captures = tuple(
        ids.EncounterId(name.removeprefix("capture:"))
        for name in form.fields
        if name.startswith("capture:")
    )
    if not form.errors:
        command = deletions.AskDeletion(
            visit.caller,
            ids.RequestId(request_id),
            ids.RecordId(record_id),
            item_id,
            parts,
            captures,
            ground,
            form.text("words"),
        )
        with form.taking("arrest"):
            deletions.ask_deletion(visit.services, command)
    if form.errors:
        return _of_request(visit, request_id, form)
    return RedirectResponse(f"/workbench/requests/{request_id}/deletions", status_code=303)


@deletions_router.post("/requests/{request_id}/deletions/{deletion_id}/carrying-out")
def post_carrying_out(
    visit: CaseOfficerOf, request_id: IdInPath, deletion_id: IdInPath, _form: FormOf
) -> Response:
    """Destroy the data that the force approved."""
    visit.use(deciding.carry_out_deletion, ids.DeletionId(deletion_id))
    return RedirectResponse(f"/workbench/requests/{request_id}/deletions", status_code=303)


@deletions_router.get("/deletions")
def show_own_deletions(visit: ForceOf) -> Response:
    """Show the cases of the force, the oldest first."""
    page = visit.use(deciding.own_deletions, after=visit.cursor("after"), limit=_PAGE)
    return visit.list_page("disclosure/deletions.html", "found", page, "after")


@deletions_router.get("/deletions/{deletion_id}")
def show_own_deletion(visit: ForceOf, deletion_id: IdInPath) -> Response:
    """Show one case of the force, with the form that decides it."""
    return _own(visit, deletion_id, begun_form(visit))


@deletions_router.post("/deletions/{deletion_id}/decision")
def post_decision(visit: ForceOf, deletion_id: IdInPath, form: FormOf) -> Response:
    """Decide on a deletion, or review another officer's decision."""
    ground = form.text("ground", missing="Choose the ground.")
    reasons = form.text("reasons", missing="Give the reasons.")
    approved = frozenset(part for part in DeletionPart if form.text(f"part:{part.value}"))
    if not form.errors:
        command = deciding.DecideDeletion(
            visit.caller, ids.DeletionId(deletion_id), approved, ground, reasons
        )
        with form.taking("reasons"):
            deciding.decide_deletion(visit.services, command)
    if form.errors:
        return _own(visit, deletion_id, form)
    return RedirectResponse(f"/workbench/deletions/{deletion_id}", status_code=303)


def _of_request(visit: Visit, request_id: str, form: Form) -> Response:
    found = visit.use(deletions.deletions_of, ids.RequestId(request_id))
    shown = {
        "found": found,
        "request_id": request_id,
        "grounds": _grounds(),
        "may_work": visit.caller.actor.role is Role.CASE_OFFICER,
    }
    return form.page(visit, "disclosure/of_request.html", shown)


def _own(visit: Visit, deletion_id: str, form: Form) -> Response:
    listed, arrest = visit.use(deciding.own_deletion, ids.DeletionId(deletion_id))
    case = listed.case
    is_own = bool(case.decisions) and case.decisions[0].decided_by == visit.caller.actor.user_id
    may_decide = case.state in (DeletionState.WAITING, DeletionState.DECIDED) and not is_own
    shown = {
        "listed": listed,
        "case": case,
        "arrest": arrest,
        "grounds": _grounds(),
        "ground_words": {code: one.words for code, one in deletion_grounds().items()},
        "may_decide": may_decide,
    }
    return form.page(visit, "disclosure/deletion.html", shown)


def _grounds() -> list[tuple[str, str, str]]:
    """Return the grounds as choices. `docs/services.md` states whose wording is verified."""
    return [(code, one.words, "") for code, one in deletion_grounds().items()]


ROUTERS = (router, deletions_router)
