"""Pages of deletions: cases opened by the office, decided by forces, and carried out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller, Role
from domain.disclosure.deletions import DeletionPart, DeletionState
from domain.errors import LinkingError
from domain.ids import DeletionId, EncounterId, RecordId, RequestId
from rules.deletion_grounds import deletion_grounds
from service.api.state import BenchOf
from service.usecases.disclosure.carrying_out import carry_out_deletion
from service.usecases.disclosure.deciding import (
    DecideDeletion,
    decide_deletion,
    own_deletion,
    own_deletions,
)
from service.usecases.disclosure.deletions import AskDeletion, ask_deletion, deletions_of
from service.usecases.workbench import Workbench
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.visitors import CaseOfficerOf, ForceOf, RequestReaderOf

router = APIRouter(prefix="/workbench", route_class=PageRoute, include_in_schema=False)


@router.get("/requests/{request_id}/deletions")
def show_deletions(
    request: Request, request_id: IdInPath, caller: RequestReaderOf, bench: BenchOf
) -> Response:
    """Show the arrests of the person, and the cases that were opened."""
    return _of_request(request, bench, caller, request_id, Form({}, {}))


@router.post("/requests/{request_id}/deletions")
def post_deletion(
    request: Request, request_id: IdInPath, caller: CaseOfficerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Put an arrest before the force that owns it."""
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
            caller,
            RequestId(request_id),
            RecordId(record_id),
            item_id,
            parts,
            captures,
            ground,
            form.text("words"),
        )
        try:
            ask_deletion(bench.services, command)
        except LinkingError as error:
            form.errors["arrest"] = error.detail
    if form.errors:
        return _of_request(request, bench, caller, request_id, form, status=422)
    return RedirectResponse(f"/workbench/requests/{request_id}/deletions", status_code=303)


@router.post("/requests/{request_id}/deletions/{deletion_id}/carrying-out")
def post_carrying_out(
    request_id: IdInPath,
    deletion_id: IdInPath,
    caller: CaseOfficerOf,
    form: FormOf,
    bench: BenchOf,
) -> Response:
    """Destroy the data that the force approved."""
    del form
    carry_out_deletion(bench.services, caller, DeletionId(deletion_id))
    return RedirectResponse(f"/workbench/requests/{request_id}/deletions", status_code=303)


@router.get("/deletions")
def show_own_deletions(request: Request, caller: ForceOf, bench: BenchOf) -> Response:
    """Show the cases of the force, the oldest first."""
    return render(
        request, "disclosure/deletions.html", {"found": own_deletions(bench.services, caller)}
    )


@router.get("/deletions/{deletion_id}")
def show_own_deletion(
    request: Request, deletion_id: IdInPath, caller: ForceOf, bench: BenchOf
) -> Response:
    """Show one case of the force, with the form that decides it."""
    return _own(request, bench, caller, deletion_id, Form({}, {}))


@router.post("/deletions/{deletion_id}/decision")
def post_decision(
    request: Request, deletion_id: IdInPath, caller: ForceOf, form: FormOf, bench: BenchOf
) -> Response:
    """Decide, or review the decision of another officer."""
    ground = form.text("ground", missing="Choose the ground.")
    reasons = form.text("reasons", missing="State the reasons.")
    approved = frozenset(part for part in DeletionPart if form.text(f"part:{part.value}"))
    if not form.errors:
        command = DecideDeletion(caller, DeletionId(deletion_id), approved, ground, reasons)
        try:
            decide_deletion(bench.services, command)
        except LinkingError as error:
            form.errors["reasons"] = error.detail
    if form.errors:
        return _own(request, bench, caller, deletion_id, form, status=422)
    return RedirectResponse(f"/workbench/deletions/{deletion_id}", status_code=303)


def _of_request(
    request: Request,
    bench: Workbench,
    caller: Caller,
    request_id: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    found = deletions_of(bench.services, caller, RequestId(request_id))
    shown = {
        "found": found,
        "request_id": request_id,
        "form": form,
        "grounds": _grounds(),
        "may_work": caller.actor.role is Role.CASE_OFFICER,
    }
    return render(request, "disclosure/of_request.html", shown, status=status)


def _own(
    request: Request,
    bench: Workbench,
    caller: Caller,
    deletion_id: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    listed, arrest = own_deletion(bench.services, caller, DeletionId(deletion_id))
    case = listed.case
    is_own = bool(case.decisions) and case.decisions[0].decided_by == caller.actor.user_id
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
    return render(request, "disclosure/deletion.html", shown, status=status)


def _grounds() -> list[tuple[str, str, str]]:
    """Return the grounds as choices; `docs/services.md` says whose wording is verified."""
    return [(code, one.words, "") for code, one in deletion_grounds().items()]
