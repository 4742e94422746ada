"""A supervisor's pages on erasures: asked for by one, confirmed by another, called back."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller
from domain.erasures import Erasure, ErasureBasis
from domain.errors import LinkingError
from domain.ids import ErasureId, PersonId
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
from service.web.searches.finding import picked_person
from service.web.tables import Column, order_of, pages_of, sorted_table
from service.web.visitors import SupervisorOf

router = APIRouter(prefix="/workbench/erasures", route_class=PageRoute, include_in_schema=False)

_PAGE = 100
_IS_REFERENCE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,100}").fullmatch
_LONGEST_ORDER = 200


@router.get("")
def show_erasures(request: Request, caller: SupervisorOf, bench: BenchOf) -> Response:
    """Show the erasures that wait, the last ones that ended, and the form that asks for one."""
    return _list(request, bench, caller, Form({}, {}))


@router.post("")
def post_erasure(request: Request, caller: SupervisorOf, form: FormOf, bench: BenchOf) -> Response:
    """Ask for an erasure."""
    person_id = form.text("person", missing="Find the person first.")
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


_COLUMNS: tuple[Column[Erasure], ...] = (
    Column("Authority", "authority"),
    Column("Basis", "basis"),
    Column("Asked for by", "by"),
    Column("Since", "since"),
    Column("State", "state"),
)
_ENDED_SORT = "ended"
"""The parameter that sorts the second list of the page."""


def _list(
    request: Request, bench: Workbench, caller: Caller, form: Form, *, status: int = 200
) -> Response:
    asked = request.query_params
    before, ended_before = asked.get("before") or None, asked.get("ended-before") or None
    order = order_of(request, _COLUMNS)
    ended_order = order_of(request, _COLUMNS, key=_ENDED_SORT)
    waiting = erasures(
        bench.services, caller, is_open=True, before=before, limit=_PAGE, order=order
    )
    ended = erasures(
        bench.services, caller, is_open=False, before=ended_before, limit=_PAGE, order=ended_order
    )
    shown = {
        "waiting_table": sorted_table(request, waiting.items, _COLUMNS),
        "ended_table": sorted_table(request, ended.items, _COLUMNS, key=_ENDED_SORT),
        "waiting_pages": pages_of(request, "before", waiting.next_key),
        "ended_pages": pages_of(request, "ended-before", ended.next_key),
        "person": picked_person(request, bench, caller, form, "person"),
        "names": people_behind(bench.services, (*waiting.items, *ended.items)),
        "form": form,
        "bases": [(basis.value, basis.value.capitalize(), "") for basis in ErasureBasis],
    }
    return render(request, "people/erasures.html", shown, status=status)
