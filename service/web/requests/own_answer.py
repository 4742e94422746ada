"""The answer to a person about their own data, prepared field by field; and documents made
available to an applicant.
"""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Role, Scope
from domain.applications.states import DAYS, MOST_FETCHES
from domain.ids import RequestId
from domain.requests.request_states import RequestState
from domain.retention.disclosure import FieldOwner, Removal, RemovalGround
from service.adapters.documents.certificate_pdf import own_data_pdf
from service.usecases.applications.handing import hand_over, handovers_of
from service.usecases.requests import own_answers
from service.usecases.requests.reading import show_request
from service.web.forms import Form, FormOf
from service.web.page_route import IdInPath, begun_form, page_router
from service.web.visitors import CaseOfficerOf, RequestReaderOf, Visit

router = page_router("/workbench/requests/{request_id}/answer")

_MOST_FIELDS = 120
"""So many fields are listed one by one; of the rest whole sections are removed."""


@router.get("")
def show_own_answer(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show everything that is held, and the answer prepared from it."""
    return _page(visit, request_id, begun_form(visit))


@router.post("")
def post_own_answer(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Prepare the answer."""
    search = form.text("search", missing="Say where you looked.")
    version = form.text("version")
    if form.errors:
        return _page(visit, request_id, form, status=422)
    chosen = {
        name.removeprefix("place:"): value
        for name, value in form.fields.items()
        if name.startswith("place:")
    }
    removals = tuple(
        Removal(place, RemovalGround(value))
        for place, value in chosen.items()
        if value in set(RemovalGround)
    )
    keep = frozenset(place for place, value in chosen.items() if value == "keep")
    with form.taking("search"):
        own_answers.prepare_answer(
            visit.services,
            own_answers.PrepareAnswer(
                visit.caller,
                RequestId(request_id),
                int(version) if version.isdecimal() else 0,
                search,
                form.text("authority"),
                removals,
                keep,
            ),
        )
        return RedirectResponse(f"/workbench/requests/{request_id}/answer", status_code=303)
    return _page(visit, request_id, form, status=422)


@router.get("/document")
def show_own_document(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show the document as it was released."""
    found = visit.use(own_answers.released_answer, RequestId(request_id))
    document = own_answers.own_document(*found)
    shown = {
        "document": own_answers.document_json(document),
        "on": document.on,
        "request_id": request_id,
    }
    return visit.page("requests/own_document.html", shown)


@router.get("/document.pdf")
def get_own_document_pdf(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Return the document as PDF."""
    found = visit.use(own_answers.released_answer, RequestId(request_id))
    return Response(own_data_pdf(own_answers.own_document(*found)), media_type="application/pdf")


def _page(visit: Visit, request_id: str, form: Form, *, status: int = 200) -> Response:
    view = visit.use(own_answers.show_answer, RequestId(request_id))
    file = visit.use(show_request, RequestId(request_id)).file
    may_prepare = (
        visit.caller.actor.role is Role.CASE_OFFICER and file.state is RequestState.DECIDING
    )
    fields = [one for section in view.sections for one in section.fields]
    shown = {
        "view": view,
        "file": file,
        "form": form,
        "grounds": [(ground.value, ground.value) for ground in RemovalGround],
        "by_schema": {one.place for one in fields if one.owner is not FieldOwner.PERSON},
        "listed": {one.place for one in fields[:_MOST_FIELDS]},
        "may_prepare": may_prepare,
        "is_released": file.state in (RequestState.RELEASED, RequestState.CLOSED),
    }
    return visit.page("requests/own_answer.html", shown, status=status)


handing = page_router("/workbench/requests/{request_id}/handovers")


@handing.get("")
def show_handovers(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show what is available, and how often it was fetched."""
    return _handing_page(visit, request_id, begun_form(visit))


@handing.post("")
def post_handover(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Make the released document available to the applicant."""
    with form.taking("hand"):
        visit.use(hand_over, RequestId(request_id), own_data_pdf)
        return RedirectResponse(f"/workbench/requests/{request_id}/handovers", status_code=303)
    return _handing_page(visit, request_id, form, status=409)


def _handing_page(visit: Visit, request_id: str, form: Form, *, status: int = 200) -> Response:
    shown = {
        "request_id": request_id,
        "found": visit.use(handovers_of, RequestId(request_id)),
        "form": form,
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
        "days": DAYS,
        "most": MOST_FETCHES,
    }
    return visit.page("requests/handovers.html", shown, status=status)
