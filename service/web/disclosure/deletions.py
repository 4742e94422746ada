"""Pages of deletions: the office opens cases, forces decide, and the office carries them out."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Role
from domain.ids import DeletionId, EncounterId, RecordId, RequestId
from domain.retention.disclosure import DeletionPart, DeletionState
from rules.listed import deletion_grounds
from service.usecases.disclosure import deciding
from service.usecases.disclosure.deciding import carry_out_deletion
from service.usecases.disclosure.deletions import AskDeletion, ask_deletion, deletions_of
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.tables import pages_of
from service.web.visitors import CaseOfficerOf, ForceOf, RequestReaderOf, Visit

router = page_router("/workbench")

_PAGE = 30


@router.get("/requests/{request_id}/deletions")
def show_deletions(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show the arrests of a person, and the deletion cases opened for them."""
    return _of_request(visit, request_id, begun_form(visit))


@router.post("/requests/{request_id}/deletions")
def post_deletion(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Ask the force that owns an arrest to decide on its deletion."""
    record_id, _, item_id = form.text("arrest", missing="Choose the arrest.").partition("/")
    ground = form.text("ground", missing="Choose the ground.")
    parts = frozenset(part for part in DeletionPart if form.text(f"part:{part.value}"))
    captures = tuple(
        EncounterId(name.removeprefix("capture:"))
        for name in form.fields
        if name.startswith("capture:")
    )
    if not form.errors:
        command = AskDeletion(
            visit.caller,
            RequestId(request_id),
            RecordId(record_id),
            item_id,
            parts,
            captures,
            ground,
            form.text("words"),
        )
        with form.taking("arrest"):
            ask_deletion(visit.services, command)
    if form.errors:
        return _of_request(visit, request_id, form, status=422)
    return RedirectResponse(f"/workbench/requests/{request_id}/deletions", status_code=303)


@router.post("/requests/{request_id}/deletions/{deletion_id}/carrying-out")
def post_carrying_out(
    visit: CaseOfficerOf, request_id: IdInPath, deletion_id: IdInPath, form: FormOf
) -> Response:
    """Destroy the data that the force approved."""
    del form
    visit.use(carry_out_deletion, DeletionId(deletion_id))
    return RedirectResponse(f"/workbench/requests/{request_id}/deletions", status_code=303)


@router.get("/deletions")
def show_own_deletions(visit: ForceOf) -> Response:
    """Show the cases of the force, the oldest first."""
    after = visit.request.query_params.get("after") or None
    page = visit.use(deciding.own_deletions, after=after, limit=_PAGE)
    shown = {"found": page.items, "turning": pages_of(visit.request, "after", page.next_key)}
    return visit.page("disclosure/deletions.html", shown)


@router.get("/deletions/{deletion_id}")
def show_own_deletion(visit: ForceOf, deletion_id: IdInPath) -> Response:
    """Show one case of the force, with the form that decides it."""
    return _own(visit, deletion_id, begun_form(visit))


@router.post("/deletions/{deletion_id}/decision")
def post_decision(visit: ForceOf, deletion_id: IdInPath, form: FormOf) -> Response:
    """Decide on a deletion, or review another officer's decision."""
    ground = form.text("ground", missing="Choose the ground.")
    reasons = form.text("reasons", missing="Give the reasons.")
    approved = frozenset(part for part in DeletionPart if form.text(f"part:{part.value}"))
    if not form.errors:
        command = deciding.DecideDeletion(
            visit.caller, DeletionId(deletion_id), approved, ground, reasons
        )
        with form.taking("reasons"):
            deciding.decide_deletion(visit.services, command)
    if form.errors:
        return _own(visit, deletion_id, form, status=422)
    return RedirectResponse(f"/workbench/deletions/{deletion_id}", status_code=303)


def _of_request(visit: Visit, request_id: str, form: Form, *, status: int = 200) -> Response:
    found = visit.use(deletions_of, RequestId(request_id))
    shown = {
        "found": found,
        "request_id": request_id,
        "form": form,
        "grounds": _grounds(),
        "may_work": visit.caller.actor.role is Role.CASE_OFFICER,
    }
    return visit.page("disclosure/of_request.html", shown, status=status)


def _own(visit: Visit, deletion_id: str, form: Form, *, status: int = 200) -> Response:
    listed, arrest = visit.use(deciding.own_deletion, DeletionId(deletion_id))
    case = listed.case
    is_own = bool(case.decisions) and case.decisions[0].decided_by == visit.caller.actor.user_id
    may_decide = case.state in (DeletionState.WAITING, DeletionState.DECIDED) and not is_own
    shown = {
        "listed": listed,
        "case": case,
        "arrest": arrest,
        "form": form,
        "grounds": _grounds(),
        "ground_words": {code: one.words for code, one in deletion_grounds().items()},
        "may_decide": may_decide,
    }
    return visit.page("disclosure/deletion.html", shown, status=status)


def _grounds() -> list[tuple[str, str, str]]:
    """Return the grounds as choices. `docs/services.md` states whose wording is verified."""
    return [(code, one.words, "") for code, one in deletion_grounds().items()]
