"""Pages of referrals: made by case officers, read and answered by a body outside the office."""

from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.ids import ReferralId, RequestId
from domain.requests.certificates import ReferralVerdict
from rules.intelligence_markers import intelligence_markers
from service.usecases.requests import referring
from service.web.drafts import begun_form
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf, options
from service.web.page_route import page_router
from service.web.tables import pages_of
from service.web.visitors import CaseOfficerOf, ReferralBodyOf, RequestReaderOf, Visit

router = page_router("/workbench")

_PAGE = 30


@router.get("/requests/{request_id}/referrals")
def show_referrals(visit: RequestReaderOf, request_id: IdInPath) -> Response:
    """Show the referrals of a request with their answers."""
    return _of_request(visit, request_id, begun_form(visit))


@router.post("/requests/{request_id}/referral")
def post_referral_form(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Refer a request to the referral body."""
    with form.taking("refer"):
        visit.use(referring.make_referral, RequestId(request_id))
        return RedirectResponse(f"/workbench/requests/{request_id}/referrals", status_code=303)
    return _of_request(visit, request_id, form, status=409)


@router.get("/referrals")
def show_open_referrals(visit: ReferralBodyOf) -> Response:
    """Show the referrals that wait for the referral body."""
    after = visit.request.query_params.get("after") or None
    page = visit.use(referring.open_referrals, after=after, limit=_PAGE)
    shown = {"found": page.items, "turning": pages_of(visit.request, "after", page.next_key)}
    return visit.page("certificates/referrals.html", shown)


@router.get("/referrals/{referral_id}")
def show_referral(visit: ReferralBodyOf, referral_id: IdInPath) -> Response:
    """Show one referral, with the form that answers it."""
    return _one(visit, referral_id, begun_form(visit))


@router.post("/referrals/{referral_id}")
def post_reply_form(visit: ReferralBodyOf, referral_id: IdInPath, form: FormOf) -> Response:
    """Answer a referral."""
    verdict = form.choice("verdict", ReferralVerdict, missing="Choose the answer.")
    markers = frozenset(one for one in intelligence_markers() if form.text(f"marker:{one}"))
    if verdict is not None:
        command = referring.AnswerReferral(
            visit.caller, ReferralId(referral_id), verdict, markers, form.text("words")
        )
        with form.taking("words"):
            referring.answer_referral(visit.services, command)
    if form.errors:
        return _one(visit, referral_id, form, status=422)
    return RedirectResponse("/workbench/referrals", status_code=303)


def _of_request(visit: Visit, request_id: str, form: Form, *, status: int = 200) -> Response:
    values = {
        "request_id": request_id,
        "found": visit.use(referring.referrals_of, RequestId(request_id)),
        "form": form,
        "markers": intelligence_markers(),
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
    }
    return visit.page("certificates/referrals_of_request.html", values, status=status)


def _one(visit: Visit, referral_id: str, form: Form, *, status: int = 200) -> Response:
    values = {
        "found": visit.use(referring.read_referral, ReferralId(referral_id)),
        "form": form,
        "verdicts": options(ReferralVerdict),
        "markers": intelligence_markers(),
    }
    return visit.page("certificates/referral.html", values, status=status)
