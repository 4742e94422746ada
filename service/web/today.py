"""The first page of the office's roles: open and late work, and requests over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from service.api.state import ApiState, StateOf
from service.usecases.today import DayOfRequests, Turn, WorkKind, open_work, requests_by_day, turns
from service.web.forms import FormOf
from service.web.page_route import begun_pages, discard, page_router
from service.web.rendering import NAVIGATION
from service.web.visitors import DUTY_READERS, AnyoneOf, Visit

_PAGES = {
    WorkKind.REQUESTS: "/workbench/requests",
    WorkKind.NOTICES: "/workbench/unanswered-notices",
    WorkKind.DUTIES: "/workbench/exchange",
    WorkKind.MATTERS: "/workbench/matters",
    WorkKind.QUARANTINE: "/workbench/matters",
    WorkKind.KEEPINGS: "/workbench/matters",
    WorkKind.MISUSE: "/workbench/log/misuse",
    WorkKind.MODEL: "/workbench/model-checks",
}
_TURN_PAGES = {
    Turn.REQUESTS: "/workbench/requests?state=second+reading",
    Turn.MATTERS: "/workbench/matters",
    Turn.DISPUTES: "/workbench/disputes",
    Turn.FACTS: "/workbench/retention/facts",
    Turn.ERASURES: "/workbench/erasures",
    Turn.PURGES: "/workbench/retention",
    Turn.DIFFERENCES: "/workbench/differences",
    Turn.DOUBTS: "/workbench/gallery",
    Turn.DELETIONS: "/workbench/deletions",
    Turn.REFERRALS: "/workbench/referrals",
}
_PART_OF = {
    "/workbench/unanswered-notices": "/workbench/requests",
    "/workbench/log/misuse": "/workbench/log",
    "/workbench/model-checks": "/workbench/statistics",
}
"""Pages that stand behind another one, and are open to the same roles."""
_STEP_PX = 22
_HEIGHT_PX = 120

router = page_router("/workbench/today")
ROUTERS = (router,)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart, in pixels from its top left corner."""

    x_px: int
    y_px: float
    height_px: float
    is_ended: bool


@router.get("")
def show_today(visit: AnyoneOf, state: StateOf) -> Response:
    """Show what waits for the visitor; to roles that read duties, also the work of the office."""
    values = {
        "turns": turns(state.services, visit.caller),
        "turn_pages": _TURN_PAGES,
        "drafts": begun_pages(visit),
        "works": (),
    }
    if visit.caller.actor.role in DUTY_READERS:
        values |= _office(visit, state)
    return visit.page("today.html", values)


@router.post("/drafts")
def post_discard(visit: AnyoneOf, form: FormOf) -> Response:
    """Erase a form that the visitor typed but did not send."""
    discard(visit, form.text("page"))
    return RedirectResponse("/workbench/today", status_code=303)


def _office(visit: Visit, state: ApiState) -> dict[str, Any]:
    """Return the open and late work of the office, and requests of the last four weeks."""
    days = requests_by_day(state.services)
    open_to = {address for _, address in NAVIGATION[visit.caller.actor.role]}
    return {
        "works": open_work(state.services, state.exchange, state.services.scorer.digest),
        "page_of": lambda kind: _page(kind, open_to),
        "days": days,
        "bars": _bars(days),
        "width_px": _STEP_PX * len(days),
        "height_px": _HEIGHT_PX,
    }


def _page(kind: WorkKind, open_to: set[str]) -> str:
    """Return the address of the page listing this work; empty if the visitor may not open it."""
    page = _PAGES[kind]
    return page if _PART_OF.get(page, page) in open_to else ""


def _bars(days: Sequence[DayOfRequests]) -> list[Bar]:
    """Return two bars for each day, received and ended; the highest fills the chart.

    A single day has no bars, because they would say no more than the sentence above.
    """
    if sum(bool(day.received or day.ended) for day in days) < 2:
        return []
    most = max(1, *(max(day.received, day.ended) for day in days))
    scale = _HEIGHT_PX / most
    return [
        Bar(
            number * _STEP_PX + 2 + 9 * is_ended,
            round(_HEIGHT_PX - count * scale, 1),
            round(count * scale, 1),
            bool(is_ended),
        )
        for number, day in enumerate(days)
        for is_ended, count in enumerate((day.received, day.ended))
        if count
    ]
