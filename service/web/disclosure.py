"""Pages on restrictions, and on deletions that the office opens and forces decide."""

from collections.abc import Mapping

from starlette.responses import RedirectResponse, Response

from domain import ids
from domain.access.access import Role
from domain.forces import find_force
from domain.people.items import ItemId, content_of
from domain.retention.disclosure import DeletionPart, DeletionState, Restriction, RestrictionGround
from rules.data_files import deletion_grounds
from service.usecases.disclosure import deciding, deletions, restricting
from service.usecases.workbench import Workbench
from service.web.form_pages import form_page
from service.web.forms import FormOf, options
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.searches.force import picked_person
from service.web.visitors import (
    CaseOfficerOf,
    ForceOf,
    RequestReaderOf,
    RestrictionReaderOf,
    SupervisorOf,
)

router = page_router("/workbench/restrictions")

_PAGE = 30


@form_page(router)
def restrictions_page(visit: RestrictionReaderOf, form: BegunFormOf) -> Response:
    """Show the restrictions in force and those lifted last, and the form to begin one."""
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


@restrictions_page.post("", "person")
def post_restriction(visit: SupervisorOf, form: FormOf) -> None:
    """Restrict a person."""
    person_id = form.text("person", missing="Find the person first.")
    ground = form.choice("ground", RestrictionGround, missing="Choose the ground.")
    holder = form.text("holder", missing="Choose the force that holds the evidence.")
    reasons = form.text("reasons", missing="Give the reasons.")
    if ground is None or form.errors:
        return
    force = find_force(holder).code
    restricting.restrict(
        visit.services,
        restricting.Restrict(visit.caller, ids.PersonId(person_id), ground, force, reasons),
    )


@restrictions_page.post("/items", "record")
def post_item_restriction(visit: SupervisorOf, form: FormOf) -> None:
    """Restrict one item of a record."""
    record_id = form.text("record", missing="Find the person first.")
    item_id = form.text("item", missing="Enter the item.")
    ground = form.choice("item_ground", RestrictionGround, missing="Choose the ground.")
    holder = form.text("item_holder", missing="Choose the force that holds the evidence.")
    reasons = form.text("item_reasons", missing="Give the reasons.")
    if ground is None or form.errors:
        return
    at = (ids.RecordId(record_id), ItemId(item_id), ground, find_force(holder).code)
    restricting.restrict_item(visit.services, restricting.RestrictItem(visit.caller, *at, reasons))


@form_page(router, "/{restriction_id}")
def restriction_page(
    visit: RestrictionReaderOf, restriction_id: IdInPath, form: BegunFormOf
) -> Response:
    """Show one restriction, with the form that lifts it."""
    found = visit.use(restricting.restriction, ids.RestrictionId(restriction_id))
    shown = {
        "restriction": found,
        "names": _names(visit.bench, found),
        "may_lift": found.is_open and visit.caller.actor.role is Role.SUPERVISOR,
        "may_read": found.is_open and visit.caller.actor.force == found.holder,
    }
    return form.page(visit, "disclosure/restriction.html", shown)


@restriction_page.post("/lifting", "told_on")
def post_lifting(visit: SupervisorOf, restriction_id: IdInPath, form: FormOf) -> None:
    """Lift a restriction."""
    reasons = form.text("reasons", missing="Give the reasons.")
    told = form.day("told_on")
    if told is None or form.errors:
        return
    restricting.lift(
        visit.services,
        restricting.Lift(visit.caller, ids.RestrictionId(restriction_id), told, reasons),
    )


@router.get("/{restriction_id}/evidence")
def show_evidence(visit: ForceOf, restriction_id: IdInPath) -> Response:
    """Show the data that a restriction hides, to the force that holds the evidence."""
    found = visit.use(restricting.restricted_evidence, ids.RestrictionId(restriction_id))
    shown = {
        "evidence": found,
        "records": [(one, content_of(one.held)) for one in found.records],
    }
    return visit.page("disclosure/evidence.html", shown)


def _names(bench: Workbench, *found: Restriction) -> Mapping[ids.UserId, str]:
    return restricting.people_behind(bench.services, found)


deletions_router = page_router("/workbench")


@form_page(deletions_router, "/requests/{request_id}/deletions")
def deletions_page(visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show the arrests of a person, and the deletion cases opened for them."""
    found = visit.use(deletions.deletions_of, ids.RequestId(request_id))
    shown = {
        "found": found,
        "request_id": request_id,
        "grounds": _grounds(),
        "may_work": visit.caller.actor.role is Role.CASE_OFFICER,
    }
    return form.page(visit, "disclosure/of_request.html", shown)


@deletions_page.post("", "arrest")
def post_deletion(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> None:
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
        deletions.ask_deletion(visit.services, command)


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


@form_page(deletions_router, "/deletions/{deletion_id}")
def own_deletion_page(visit: ForceOf, deletion_id: IdInPath, form: BegunFormOf) -> Response:
    """Show one case of the force, with the form that decides it."""
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


@own_deletion_page.post("/decision", "reasons")
def post_decision(visit: ForceOf, deletion_id: IdInPath, form: FormOf) -> None:
    """Decide on a deletion, or review another officer's decision."""
    ground = form.text("ground", missing="Choose the ground.")
    reasons = form.text("reasons", missing="Give the reasons.")
    approved = frozenset(part for part in DeletionPart if form.text(f"part:{part.value}"))
    if not form.errors:
        command = deciding.DecideDeletion(
            visit.caller, ids.DeletionId(deletion_id), approved, ground, reasons
        )
        deciding.decide_deletion(visit.services, command)


def _grounds() -> list[tuple[str, str, str]]:
    """Return the grounds as choices. `docs/services.md` states whose wording is verified."""
    return [(code, one.words, "") for code, one in deletion_grounds().items()]


ROUTERS = (router, deletions_router)
