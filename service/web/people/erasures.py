"""A supervisor's pages on erasures: asked for by one, confirmed by another, called back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller
from domain.erasures import Erasure, ErasureBasis
from domain.errors import LinkingError
from domain.ids import ErasureId, PersonId, UserId
from service.api.state import BenchOf
from service.usecases.people.erasure import (
    AskErasure,
    ask_erasure,
    call_back_erasure,
    confirm_erasure,
    erasure,
    erasures,
    people_behind,
)
from service.usecases.workbench import Workbench
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.tables import Column, sorted_table
from service.web.visitors import SupervisorOf

router = APIRouter(prefix="/workbench/erasures", route_class=PageRoute, include_in_schema=False)

_SHOWN = 100
_IS_REFERENCE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,100}").fullmatch
_LONGEST_ORDER = 200


@router.get("")
def show_erasures(request: Request, caller: SupervisorOf, bench: BenchOf) -> Response:
    """Show the erasures that wait, the last ones that ended, and the form that asks for one."""
    return _list(request, bench, caller, Form({}, {}))


@router.post("")
def post_erasure(request: Request, caller: SupervisorOf, form: FormOf, bench: BenchOf) -> Response:
    """Ask for an erasure."""
    person_id = form.text("person", missing="Give the id of the person.")
    basis = form.choice("basis", ErasureBasis, missing="Choose the legal basis.")
    authority = form.text("authority", missing="Give the reference of the deciding authority.")
    order = form.text("court_order")
    if authority and _IS_REFERENCE(authority) is None:
        form.errors["authority"] = "Write at most 100 letters, digits and marks, without blanks."
    if len(order) > _LONGEST_ORDER:
        form.errors["court_order"] = f"Write at most {_LONGEST_ORDER} characters."
    if basis is None or form.errors:
        return _list(request, bench, caller, form, status=422)
    command = AskErasure(caller, PersonId(person_id), basis, authority, order)
    try:
        ask_erasure(bench.services, command)
    except LinkingError as error:
        form.errors["person"] = error.detail
        return _list(request, bench, caller, form, status=422)
    return RedirectResponse("/workbench/erasures", status_code=303)


@router.get("/{erasure_id}")
def show_erasure(
    request: Request, erasure_id: IdInPath, caller: SupervisorOf, bench: BenchOf
) -> Response:
    """Show one erasure, with the steps that are open to this supervisor."""
    found = erasure(bench.services, caller, ErasureId(erasure_id))
    names = people_behind(bench.services, (found,))
    is_own = found.asked_by == caller.actor.user_id
    shown = {"erasure": found, "names": names, "is_own": is_own}
    return render(request, "people/erasure.html", shown)


@router.post("/{erasure_id}/confirmation")
def post_confirmation(
    erasure_id: IdInPath, caller: SupervisorOf, form: FormOf, bench: BenchOf
) -> Response:
    """Confirm another supervisor's request."""
    del form
    confirm_erasure(bench.services, caller, ErasureId(erasure_id))
    return RedirectResponse(f"/workbench/erasures/{erasure_id}", status_code=303)


@router.post("/{erasure_id}/call-back")
def post_call_back(
    erasure_id: IdInPath, caller: SupervisorOf, form: FormOf, bench: BenchOf
) -> Response:
    """Call an erasure back."""
    del form
    call_back_erasure(bench.services, caller, ErasureId(erasure_id))
    return RedirectResponse(f"/workbench/erasures/{erasure_id}", status_code=303)


def _columns(names: Mapping[UserId, str]) -> tuple[Column[Erasure], ...]:
    return (
        Column("Authority", "authority", lambda one: one.authority),
        Column("Basis", "basis", lambda one: one.basis.value),
        Column("Asked for by", "by", lambda one: names[one.asked_by]),
        Column("Since", "since", lambda one: one.asked_at),
        Column("State", "state", lambda one: one.state.value),
    )


def _list(
    request: Request, bench: Workbench, caller: Caller, form: Form, *, status: int = 200
) -> Response:
    waiting, ended = (
        erasures(bench.services, caller, is_open=is_open, before=None, limit=_SHOWN)
        for is_open in (True, False)
    )
    names = people_behind(bench.services, (*waiting.erasures, *ended.erasures))
    columns = _columns(names)
    shown = {
        "waiting": waiting,
        "waiting_table": sorted_table(request, waiting.erasures, columns),
        "ended_table": sorted_table(request, ended.erasures, columns, key="ended"),
        "names": names,
        "form": form,
        "bases": [(basis.value, basis.value.capitalize(), "") for basis in ErasureBasis],
    }
    return render(request, "people/erasures.html", shown, status=status)
