"""An applicant's answers beside their proofs: the officer ticks, or asks for a better document."""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from domain.access.access import Role
from domain.applications.states import DocumentId
from domain.countries import country_name
from domain.ids import RequestId
from domain.requests.proofs import Claim, ProofCheck, ProofVerdict, StatedClaim
from domain.requests.request_states import IN_WORK, WAITING, RequestState, Step
from service.api.state import UploadsOf
from service.usecases.applications.showing import ShownPage, UploadDesk, show_pages
from service.usecases.requests import proving, reading, stepping
from service.web.forms import Form, FormOf
from service.web.page_route import WITH_OWN_PICTURES, IdInPath, begun_form, page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench/requests/{request_id}")

_BESIDE_PX, _LARGE_PX = 720, 1_600
"""The width of a picture beside the answers, and of one that fills the window."""


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """An applicant's answer, and whether an officer has seen it proved by a document."""

    claim: Claim
    stated: tuple[str, ...]
    tick: ProofCheck | None


@dataclass(frozen=True, slots=True)
class Group:
    """A document, and the answers that it proves or should prove."""

    page: ShownPage | None
    """None for paper that came by letter."""
    claims: tuple[ClaimShown, ...]


@router.get("/proofs")
def show_request_proofs(
    visit: RequestReaderOf, request_id: IdInPath, uploads: UploadsOf
) -> Response:
    """Show each stated answer beside the document that proves it."""
    return _page(visit, uploads, request_id, begun_form(visit))


@router.post("/proofs")
def post_request_proofs(
    visit: CaseOfficerOf, request_id: IdInPath, form: FormOf, uploads: UploadsOf
) -> Response:
    """Store which answers were ticked as proved, or ask the applicant for a better document."""
    asks = form.text("do") == "ask"
    with form.taking("words" if asks else "answers"):
        if asks:
            _ask(visit, request_id, form)
        else:
            _tick(visit, request_id, form)
    if form.errors:
        return _page(visit, uploads, request_id, form)
    back = f"/workbench/requests/{request_id}"
    return RedirectResponse(back if asks else f"{back}/proofs", status_code=303)


@router.get("/documents/{document_id}/view")
def show_document_page(
    visit: RequestReaderOf, request_id: IdInPath, document_id: IdInPath, uploads: UploadsOf
) -> Response:
    """Show one page of a document at the width of the window."""
    asked = visit.request.query_params.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1
    only = (DocumentId(document_id), max(page, 1))
    (shown,) = show_pages(
        visit.services, uploads, visit.caller, RequestId(request_id), width_px=_LARGE_PX, only=only
    )
    return _with_pictures(
        visit.page("requests/document_page.html", {"request_id": request_id, "shown": shown})
    )


def _tick(visit: Visit, request_id: str, form: Form) -> None:
    """Store the changes: an answer that was ticked, and whose box is now empty, loses its tick."""
    view = visit.use(proving.show_proofs, RequestId(request_id))
    checks = []
    for one in view.claims:
        name = one.claim.value
        if f"asked:{name}" not in form.fields:
            continue
        is_seen = bool(form.text(f"seen:{name}"))
        if is_seen and one.claim not in view.proved:
            document = form.text(f"document:{name}")
            checks.append(proving.Check(one.claim, ProofVerdict.SHOWN, document))
        elif not is_seen and one.claim in view.proved:
            checks.append(proving.Check(one.claim, ProofVerdict.NOT_SHOWN))
    expected = form.number("version")
    proving.check_proofs(
        visit.services,
        proving.CheckProofs(visit.caller, RequestId(request_id), expected, tuple(checks)),
    )


def _ask(visit: Visit, request_id: str, form: Form) -> None:
    words = form.text("words", missing="Say which document you need, and what it has to show.")
    if form.errors:
        return
    view = visit.use(proving.show_proofs, RequestId(request_id))
    # While the person is being looked for, a question is the step that waits for the applicant.
    is_searching = view.file.state is RequestState.SEARCHING
    step = Step.ASK if is_searching else Step.WANT_IDENTITY
    stepping.take_step(
        visit.services,
        stepping.TakeStep(visit.caller, RequestId(request_id), view.file.version, step, words),
    )


def _page(visit: Visit, uploads: UploadDesk, request_id: str, form: Form) -> Response:
    request = RequestId(request_id)
    view = visit.use(proving.show_proofs, request)
    pages: tuple[ShownPage, ...] = ()
    if view.documents:
        pages = show_pages(visit.services, uploads, visit.caller, request, width_px=_BESIDE_PX)
    checkers = {one.checked_by for one in view.proved.values()}
    state = view.file.state
    is_at_work = visit.caller.actor.role is Role.CASE_OFFICER
    shown = {
        "view": view,
        "request_id": request_id,
        "groups": _groups(view, pages),
        "names": reading.names_of(visit.services, checkers),
        "may_tick": is_at_work and state in IN_WORK | WAITING,
        "may_ask": is_at_work and state in IN_WORK,
        "wanted": "Please send a document that shows your "
        + ", ".join(one.claim.value for one in view.missing)
        + ".",
    }
    return _with_pictures(form.page(visit, "requests/proofs.html", shown))


def _groups(view: proving.ProofView, pages: tuple[ShownPage, ...]) -> tuple[Group, ...]:
    """Return the documents in order of arrival, each with its answers."""
    by_place: dict[str, list[ClaimShown]] = {one.document.document_id: [] for one in pages}
    by_place[""] = []
    for one in view.claims:
        tick = view.proved.get(one.claim)
        place = tick.document_id if tick is not None else _usual_place(one, pages)
        shown = ClaimShown(one.claim, _words(one), tick)
        by_place.setdefault(place, by_place[""]).append(shown)
    groups = [Group(one, tuple(by_place[one.document.document_id])) for one in pages]
    loose = by_place[""]
    return (*groups, *([Group(None, tuple(loose))] if loose else ()))


def _usual_place(claim: StatedClaim, pages: tuple[ShownPage, ...]) -> str:
    """Return the newest document of the kind that usually proves an answer, or None."""
    for slot in claim.slots:
        found = [one.document.document_id for one in pages if one.document.slot == slot]
        if found:
            return found[-1]
    return ""


def _words(claim: StatedClaim) -> tuple[str, ...]:
    if claim.claim is Claim.NATIONALITY:
        return tuple(map(country_name, claim.stated))
    return claim.stated


def _with_pictures(page: Response) -> Response:
    page.headers["Content-Security-Policy"] = WITH_OWN_PICTURES
    return page
