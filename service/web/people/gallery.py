"""A supervisor's pages on the gallery itself: probable duplicates and exchanged fingers."""

from starlette.responses import RedirectResponse, Response

from domain.ids import GalleryCaseId, PersonId
from domain.people.gallery_cases import GalleryCase, GalleryOutcome
from service.usecases.people import integrity
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.tables import Column, order_of, pages_of, sorted_table
from service.web.visitors import SupervisorOf, Visit

router = page_router("/workbench/gallery")

_PAGE = 100
_SETTLED_SORT = "settled"
"""The parameter that sorts the second list of the page."""


@router.get("")
def show_gallery(visit: SupervisorOf) -> Response:
    """Show the doubts that wait and those that were settled, in two paged lists."""
    asked = visit.request.query_params
    before, ended = asked.get("before") or None, asked.get("ended-before") or None
    order, ended_order = (
        order_of(visit.request, _WAITING),
        order_of(visit.request, _SETTLED, key=_SETTLED_SORT),
    )
    waiting = visit.use(
        integrity.gallery_cases, is_open=True, before=before, limit=_PAGE, order=order
    )
    settled = visit.use(
        integrity.gallery_cases, is_open=False, before=ended, limit=_PAGE, order=ended_order
    )
    shown = (*waiting.items, *settled.items)
    values = {
        "names": integrity.people_behind(visit.services, settled.items),
        "references": visit.use(integrity.references_in, shown),
        "waiting_table": sorted_table(visit.request, waiting.items, _WAITING),
        "settled_table": sorted_table(visit.request, settled.items, _SETTLED, key=_SETTLED_SORT),
        "waiting_pages": pages_of(visit.request, "before", waiting.next_key),
        "settled_pages": pages_of(visit.request, "ended-before", settled.next_key),
    }
    return visit.page("people/gallery.html", values)


_WAITING: tuple[Column[GalleryCase], ...] = (
    Column("Case"),
    Column("Doubt", "doubt"),
    Column("Persons"),
    Column("Since", "since"),
)
_SETTLED: tuple[Column[GalleryCase], ...] = (
    Column("Case"),
    Column("Doubt", "doubt"),
    Column("Finding", "finding"),
    Column("Settled by", "by"),
    Column("When", "when"),
)


@router.get("/{case_id}")
def show_gallery_case(visit: SupervisorOf, case_id: IdInPath) -> Response:
    """Show one doubt, and the form that settles it."""
    return _page(visit, case_id, begun_form(visit))


@router.post("/{case_id}")
def post_gallery_case(visit: SupervisorOf, case_id: IdInPath, form: FormOf) -> Response:
    """Settle one doubt; choosing a survivor proposes a merge."""
    outcome = form.choice("outcome", GalleryOutcome, missing="Choose what you found.")
    reason = form.text("reason", missing="Give a reason for this conclusion.")
    if outcome is None or form.errors:
        return _page(visit, case_id, form, status=422)
    surviving = form.text("surviving") if outcome is GalleryOutcome.CONFIRMED else ""
    integrity.conclude_gallery_case(
        visit.services,
        integrity.Conclude(
            visit.caller,
            GalleryCaseId(case_id),
            outcome,
            reason,
            PersonId(surviving) if surviving else None,
        ),
    )
    return RedirectResponse("/workbench/gallery", status_code=303)


def _page(visit: Visit, case_id: str, form: Form, *, status: int = 200) -> Response:
    found = visit.use(integrity.gallery_case, GalleryCaseId(case_id))
    references = visit.use(integrity.references_in, (found,))
    names = integrity.people_behind(visit.services, (found,))
    values = {"case": found, "references": references, "names": names, "form": form}
    return visit.page("people/gallery_case.html", values, status=status)
