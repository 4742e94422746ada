"""Pages of referrals: made by case officers, read and answered by a body outside the office."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.access import Caller, Scope
from domain.certificates.referrals import ReferralVerdict
from domain.errors import LinkingError
from domain.ids import ReferralId, RequestId
from rules.intelligence_markers import intelligence_markers
from service.api.state import BenchOf
from service.usecases.requests.referring import (
    AnswerReferral,
    answer_referral,
    make_referral,
    open_referrals,
    read_referral,
    referrals_of,
)
from service.usecases.workbench import Workbench
from service.web.examination.desk import IdInPath
from service.web.forms import Form, FormOf
from service.web.page_route import PageRoute
from service.web.rendering import render
from service.web.visitors import CaseOfficerOf, ReferralBodyOf, RequestReaderOf

router = APIRouter(prefix="/workbench", route_class=PageRoute, include_in_schema=False)


@router.get("/requests/{request_id}/referrals")
def show_referrals(
    request: Request, request_id: IdInPath, caller: RequestReaderOf, bench: BenchOf
) -> Response:
    """Show the referrals of a request with their answers."""
    return _of_request(request, bench, caller, request_id, Form({}, {}))


@router.post("/requests/{request_id}/referral")
def post_referral_form(
    request: Request, request_id: IdInPath, caller: CaseOfficerOf, form: FormOf, bench: BenchOf
) -> Response:
    """Put a request before the body."""
    try:
        make_referral(bench.services, caller, RequestId(request_id))
    except LinkingError as error:
        form.errors["refer"] = error.detail or error.title
        return _of_request(request, bench, caller, request_id, form, status=409)
    return RedirectResponse(f"/workbench/requests/{request_id}/referrals", status_code=303)


@router.get("/referrals")
def show_open_referrals(request: Request, caller: ReferralBodyOf, bench: BenchOf) -> Response:
    """Show the referrals that wait for the body."""
    found = open_referrals(bench.services, caller)
    return render(request, "certificates/referrals.html", {"found": found})


@router.get("/referrals/{referral_id}")
def show_referral(
    request: Request, referral_id: IdInPath, caller: ReferralBodyOf, bench: BenchOf
) -> Response:
    """Show one referral, with the form that answers it."""
    return _one(request, bench, caller, referral_id, Form({}, {}))


@router.post("/referrals/{referral_id}")
def post_reply_form(
    request: Request, referral_id: IdInPath, caller: ReferralBodyOf, form: FormOf, bench: BenchOf
) -> Response:
    """Answer a referral."""
    verdict = form.choice("verdict", ReferralVerdict, missing="Choose the answer.")
    markers = frozenset(one for one in intelligence_markers() if form.text(f"marker:{one}"))
    if verdict is not None:
        command = AnswerReferral(
            caller, ReferralId(referral_id), verdict, markers, form.text("words")
        )
        try:
            answer_referral(bench.services, command)
        except LinkingError as error:
            form.errors["words"] = error.detail or error.title
    if form.errors:
        return _one(request, bench, caller, referral_id, form, status=422)
    return RedirectResponse("/workbench/referrals", status_code=303)


def _of_request(
    request: Request,
    bench: Workbench,
    caller: Caller,
    request_id: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    values = {
        "request_id": request_id,
        "found": referrals_of(bench.services, caller, RequestId(request_id)),
        "form": form,
        "markers": intelligence_markers(),
        "may_work": Scope.WORK_REQUESTS in caller.actor.scopes,
    }
    return render(request, "certificates/referrals_of_request.html", values, status=status)


def _one(
    request: Request,
    bench: Workbench,
    caller: Caller,
    referral_id: str,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    values = {
        "found": read_referral(bench.services, caller, ReferralId(referral_id)),
        "form": form,
        "verdicts": [(one.value, one.value.capitalize(), "") for one in ReferralVerdict],
        "markers": intelligence_markers(),
    }
    return render(request, "certificates/referral.html", values, status=status)
