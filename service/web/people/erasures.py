"""A supervisor's pages on erasures, which two people decide, and on errors in the gallery."""

import re

from starlette.responses import RedirectResponse, Response

from domain.ids import ErasureId, GalleryCaseId, PersonId
from domain.people.disputes import GalleryCase, GalleryOutcome
from domain.retention.erasures import Erasure, ErasureBasis
from service.usecases.disclosure.finding import people_of_records
from service.usecases.people import integrity
from service.usecases.people.erasure import (
    AskErasure,
    ask_erasure,
    call_back_erasure,
    confirm_erasure,
    erasure,
    erasures,
    people_behind,
)
from service.web.form_pages import form_page
from service.web.forms import FormOf, options
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.searches.force import picked_person
from service.web.tables import Column, order_of, sorted_table
from service.web.visitors import SupervisorOf

router = page_router("/workbench/erasures")

_PAGE = 20
_IS_REFERENCE = re.compile(r"[A-Za-z0-9._:@/+=-]{1,100}").fullmatch
_LONGEST_ORDER = 200


@form_page(router)
def erasures_page(visit: SupervisorOf, form: BegunFormOf) -> Response:
    """Show pending erasures, those completed last, and the form for requesting an erasure."""
    before, ended_before = visit.cursor("before"), visit.cursor("ended-before")
    order = order_of(visit.request, _COLUMNS)
    ended_order = order_of(visit.request, _COLUMNS, key=_ENDED_SORT)
    waiting = visit.use(erasures, is_open=True, before=before, limit=_PAGE, order=order)
    ended = visit.use(erasures, is_open=False, before=ended_before, limit=_PAGE, order=ended_order)
    shown = {
        "waiting_table": sorted_table(visit.request, waiting.items, _COLUMNS),
        "ended_table": sorted_table(visit.request, ended.items, _COLUMNS, key=_ENDED_SORT),
        "waiting_pages": visit.turning("before", waiting.next_key),
        "ended_pages": visit.turning("ended-before", ended.next_key),
        "person": picked_person(visit, form, "person"),
        "people": people_of_records(
            visit.services, [one.person_id for one in (*waiting.items, *ended.items)]
        ),
        "names": people_behind(visit.services, (*waiting.items, *ended.items)),
        "bases": options(ErasureBasis),
    }
    return form.page(visit, "people/erasures.html", shown)


@erasures_page.post("", "person")
def post_erasure(visit: SupervisorOf, form: FormOf) -> None:
    """Request an erasure."""
    person_id = form.text("person", missing="Find the person first.")
    basis = form.choice("basis", ErasureBasis, missing="Choose the legal basis.")
    authority = form.text("authority", missing="Give the reference of the deciding authority.")
    order = form.text("court_order")
    if authority and _IS_REFERENCE(authority) is None:
        form.errors["authority"] = (
            "Write at most 100 letters, digits and punctuation marks, without spaces."
        )
    if len(order) > _LONGEST_ORDER:
        form.errors["court_order"] = f"Write at most {_LONGEST_ORDER} characters."
    if basis is None or form.errors:
        return
    command = AskErasure(visit.caller, PersonId(person_id), basis, authority, order)
    ask_erasure(visit.services, command)


@router.get("/{erasure_id}")
def show_erasure(visit: SupervisorOf, erasure_id: IdInPath) -> Response:
    """Show one erasure, with the steps that this supervisor can take."""
    found = visit.use(erasure, ErasureId(erasure_id))
    names = people_behind(visit.services, (found,))
    is_own = found.asked_by == visit.caller.actor.user_id
    people = people_of_records(visit.services, [found.person_id])
    shown = {
        "erasure": found,
        "person": people.get(found.person_id),
        "names": names,
        "is_own": is_own,
    }
    return visit.page("people/erasure.html", shown)


@router.post("/{erasure_id}/confirmation")
def post_confirmation(visit: SupervisorOf, erasure_id: IdInPath, _form: FormOf) -> Response:
    """Confirm another supervisor's request."""
    visit.use(confirm_erasure, ErasureId(erasure_id))
    return RedirectResponse(f"/workbench/erasures/{erasure_id}", status_code=303)


@router.post("/{erasure_id}/call-back")
def post_call_back(visit: SupervisorOf, erasure_id: IdInPath, _form: FormOf) -> Response:
    """Cancel an erasure."""
    visit.use(call_back_erasure, ErasureId(erasure_id))
    return RedirectResponse(f"/workbench/erasures/{erasure_id}", status_code=303)


_COLUMNS: tuple[Column[Erasure], ...] = (
    Column("Person"),
    Column("Authority", "authority"),
    Column("Basis", "basis"),
    Column("Asked for by", "by"),
    Column("Since", "since"),
    Column("State", "state"),
)
_ENDED_SORT = "ended"
"""The parameter that sorts the second list of the page."""


gallery_router = page_router("/workbench/gallery")

_GALLERY_PAGE = 100
_SETTLED_SORT = "settled"
"""The parameter that sorts the second list of the page."""


@gallery_router.get("")
def show_gallery(visit: SupervisorOf) -> Response:
    """Show the doubts that wait and those that were settled, in two paged lists."""
    waiting = visit.use(
        integrity.gallery_cases,
        is_open=True,
        before=visit.cursor("before"),
        limit=_GALLERY_PAGE,
        order=order_of(visit.request, _WAITING),
    )
    settled = visit.use(
        integrity.gallery_cases,
        is_open=False,
        before=visit.cursor("ended-before"),
        limit=_GALLERY_PAGE,
        order=order_of(visit.request, _SETTLED, key=_SETTLED_SORT),
    )
    shown = (*waiting.items, *settled.items)
    values = {
        "names": integrity.people_behind(visit.services, settled.items),
        "references": visit.use(integrity.references_in, shown),
        "waiting_table": sorted_table(visit.request, waiting.items, _WAITING),
        "settled_table": sorted_table(visit.request, settled.items, _SETTLED, key=_SETTLED_SORT),
        "waiting_pages": visit.turning("before", waiting.next_key),
        "settled_pages": visit.turning("ended-before", settled.next_key),
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


@form_page(gallery_router, "/{case_id}")
def gallery_case_page(visit: SupervisorOf, case_id: IdInPath, form: BegunFormOf) -> Response:
    """Show one doubt, and the form that settles it."""
    found = visit.use(integrity.gallery_case, GalleryCaseId(case_id))
    references = visit.use(integrity.references_in, (found,))
    names = integrity.people_behind(visit.services, (found,))
    values = {"case": found, "references": references, "names": names}
    return form.page(visit, "people/gallery_case.html", values)


@gallery_router.post("/{case_id}")
def post_gallery_case(visit: SupervisorOf, case_id: IdInPath, form: FormOf) -> Response:
    """Settle one doubt; choosing a survivor proposes a merge."""
    outcome = form.choice("outcome", GalleryOutcome, missing="Choose what you found.")
    reason = form.text("reason", missing="Give a reason for this conclusion.")
    if outcome is None or form.errors:
        return gallery_case_page.show(visit, case_id, form)
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
