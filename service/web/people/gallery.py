"""A supervisor's pages on the gallery itself: probable duplicates, exchanged fingers."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller
from domain.gallery_cases import GalleryCase, GalleryOutcome
from domain.ids import GalleryCaseId, PersonId, UserId
from service.api.state import BenchOf
from service.usecases.people.integrity import (
    Conclude,
    conclude_gallery_case,
    gallery_case,
    gallery_cases,
    people_behind,
    references_in,
)
from service.usecases.workbench import Workbench
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.tables import Column, sorted_table
from service.web.visitors import SupervisorOf

router = APIRouter(prefix="/workbench/gallery", route_class=PageRoute, include_in_schema=False)

_SHOWN = 100
"""So many lines of each list; there are no more open ones on a good day."""


@router.get("")
def show_gallery(request: Request, caller: SupervisorOf, bench: BenchOf) -> Response:
    """Show the doubts that wait, and the last ones that were settled."""
    waiting, settled = (
        gallery_cases(bench.services, caller, is_open=is_open, before=None, limit=_SHOWN)
        for is_open in (True, False)
    )
    shown = (*waiting.cases, *settled.cases)
    names = people_behind(bench.services, settled.cases)
    values = {
        "names": names,
        "references": references_in(bench.services, caller, shown),
        "waiting": waiting,
        "waiting_table": sorted_table(request, waiting.cases, _WAITING),
        "settled_table": sorted_table(request, settled.cases, _settled(names), key="settled"),
    }
    return render(request, "people/gallery.html", values)


_WAITING: tuple[Column[GalleryCase], ...] = (
    Column("Case"),
    Column("Doubt", "doubt", lambda one: one.doubt.value),
    Column("Persons"),
    Column("Since", "since", lambda one: one.opened_at),
)


def _settled(names: Mapping[UserId, str]) -> tuple[Column[GalleryCase], ...]:
    return (
        Column("Case"),
        Column("Doubt", "doubt", lambda one: one.doubt.value),
        Column("Finding", "finding", lambda one: one.conclusion and one.conclusion.outcome.value),
        Column("By", "by", lambda one: one.conclusion and names[one.conclusion.concluded_by]),
        Column("When", "when", lambda one: one.conclusion and one.conclusion.concluded_at),
    )


@router.get("/{case_id}")
def show_gallery_case(
    request: Request, case_id: IdInPath, caller: SupervisorOf, bench: BenchOf
) -> Response:
    """Show one doubt, and the form that settles it."""
    return _page(request, bench, caller, case_id, Form({}, {}))


@router.post("/{case_id}")
def post_gallery_case(
    request: Request, case_id: IdInPath, caller: SupervisorOf, form: FormOf, bench: BenchOf
) -> Response:
    """Settle one doubt; choosing a survivor proposes a merge."""
    outcome = form.choice("outcome", GalleryOutcome, missing="Choose what you found.")
    reason = form.text("reason", missing="Give the reason for this conclusion.")
    if outcome is None or form.errors:
        return _page(request, bench, caller, case_id, form, status=422)
    surviving = form.text("surviving") if outcome is GalleryOutcome.CONFIRMED else ""
    conclude_gallery_case(
        bench.services,
        Conclude(
            caller,
            GalleryCaseId(case_id),
            outcome,
            reason,
            PersonId(surviving) if surviving else None,
        ),
    )
    return RedirectResponse("/workbench/gallery", status_code=303)


def _page(
    request: Request,
    bench: Workbench,
    caller: Caller,
    case_id: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    found = gallery_case(bench.services, caller, GalleryCaseId(case_id))
    references = references_in(bench.services, caller, (found,))
    names = people_behind(bench.services, (found,))
    values = {"case": found, "references": references, "names": names, "form": form}
    return render(request, "people/gallery_case.html", values, status=status)
