"""Certificates: issued, revoked, checked by anybody without signing in, and referred."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from domain.access.access import Scope
from domain.ids import CertificateId, ReferralId, RequestId
from domain.requests.certificates import MOST_TYPED, CheckAnswer, ReferralVerdict, RevocationGround
from domain.requests.disclosures import WatchAnswer
from rules.data_files import intelligence_markers
from service.api.certificates.checks import count_check
from service.api.state import ApiState, CertificateDeskOf, StateOf
from service.usecases.certificates import checking, issuing
from service.usecases.requests import referring
from service.web.form_pages import form_page
from service.web.forms import Form, FormOf, options, read_form
from service.web.page_route import BegunFormOf, IdInPath, page_router
from service.web.rendering import render
from service.web.visitors import CaseOfficerOf, ReferralBodyOf, RequestReaderOf

router = page_router("/certificates")

_WORDS: dict[CheckAnswer | WatchAnswer, str] = {
    CheckAnswer.VALID: "This office issued the certificate, and what it says is still correct.",
    CheckAnswer.REVOKED: "The office revoked this certificate. Do not rely on it.",
    CheckAnswer.SUPERSEDED: "This certificate is no longer valid. Ask its holder for a new one.",
    CheckAnswer.UNKNOWN: "No certificate has this number with this code. Check what you typed.",
    WatchAnswer.UNCHANGED: "The record has not changed since the certificate was issued.",
    WatchAnswer.CHANGED: "Ask the holder for a new certificate. We tell nobody what has changed.",
    WatchAnswer.NONE: "The holder has no subscription with this code. Ask the holder.",
}


@router.get("")
def show_certificate_check(request: Request, state: StateOf) -> Response:
    """Show the form. With scripts, scanning a QR code fills it in."""
    return _page(request, state, Form({}, {}))


@router.post("")
def post_certificate_check_form(
    request: Request, state: StateOf, form: Annotated[Form, Depends(read_form)]
) -> Response:
    """Show whether the certificate is valid."""
    number = form.text("number", missing="Enter the number of the certificate.")
    code = form.text("code", missing="Enter the code of the certificate.")
    for name, typed in (("number", number), ("code", code)):
        if len(typed) > MOST_TYPED:
            form.errors[name] = f"Enter at most {MOST_TYPED} characters."
    if form.errors:
        return _page(request, state, form)
    count_check(request, state)
    return _page(
        request, state, form, answer=checking.check_certificate(state.services, number, code)
    )


@router.post("/changes")
def post_watch_check_form(
    request: Request, state: StateOf, form: Annotated[Form, Depends(read_form)]
) -> Response:
    """Show whether the record has changed, to whoever has the code of the certificate's holder."""
    asked = (
        form.text("number", missing="Enter the number of the certificate."),
        form.text("code", missing="Enter the code that the holder gave you."),
        form.text("organisation", missing="Enter the name of your organisation."),
    )
    for name, typed in zip(("number", "code", "organisation"), asked, strict=True):
        if len(typed) > MOST_TYPED:
            form.errors[name] = f"Enter at most {MOST_TYPED} characters."
    if form.errors:
        return _page(request, state, form, is_watch=True)
    count_check(request, state)
    answer = checking.check_watch(state.services, *asked)
    return _page(request, state, form, answer=answer, is_watch=True)


@router.get("/changes")
def show_watch_check(request: Request, state: StateOf) -> Response:
    """Show the form for whoever has the code of a certificate's holder."""
    return _page(request, state, Form({}, {}), is_watch=True)


def _page(
    request: Request,
    state: ApiState,
    form: Form,
    *,
    answer: CheckAnswer | WatchAnswer | None = None,
    is_watch: bool = False,
) -> Response:
    values = {
        "form": form,
        "answer": answer,
        "words": _WORDS[answer] if answer else "",
        "office": state.certificates.office if state.certificates else "",
        "is_watch": is_watch,
    }
    status = 422 if form.errors else 200
    return render(request, "certificates/check.html", values, status=status)


of_request = page_router("/workbench/requests")
documents = page_router("/workbench/certificates")


@form_page(of_request, "/{request_id}/certificates")
def certificates_page(visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show the certificates of an application, and whether each is valid now."""
    found = visit.use(checking.certificates_of, RequestId(request_id))
    values = {
        "request_id": request_id,
        "found": found,
        "grounds": options(RevocationGround),
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
    }
    return form.page(visit, "certificates/of_request.html", values)


@of_request.post("/{request_id}/certificate")
def post_certificate_form(
    visit: CaseOfficerOf, request_id: IdInPath, form: FormOf, desk: CertificateDeskOf
) -> Response:
    """Issue the certificate of a released application."""
    with form.taking("issue"):
        issuing.issue_certificate(visit.services, desk, visit.caller, RequestId(request_id))
        return RedirectResponse(f"/workbench/requests/{request_id}/certificates", status_code=303)
    return certificates_page.refused(visit, form, 409, request_id=request_id)


@documents.get("/{certificate_id}.pdf")
def show_certificate_document(visit: RequestReaderOf, certificate_id: IdInPath) -> Response:
    """Return the document of a certificate."""
    document = visit.use(checking.certificate_document, CertificateId(certificate_id))
    headers = {"Content-Disposition": 'attachment; filename="certificate.pdf"'}
    return Response(document, media_type="application/pdf", headers=headers)


@of_request.post("/{request_id}/certificates/{certificate_id}/revocation")
def post_revocation_form(
    visit: CaseOfficerOf, request_id: IdInPath, certificate_id: IdInPath, form: FormOf
) -> Response:
    """Revoke a certificate."""
    ground = form.choice("ground", RevocationGround, missing="Choose why.")
    words = form.text("words", missing="Give a reason.")
    if ground is None or form.errors:
        return certificates_page.show(visit, request_id, form)
    visit.use(checking.revoke_certificate, CertificateId(certificate_id), ground, words)
    return RedirectResponse(f"/workbench/requests/{request_id}/certificates", status_code=303)


referrals = page_router("/workbench")

_PAGE = 30


@form_page(referrals, "/requests/{request_id}/referrals")
def referrals_page(visit: RequestReaderOf, request_id: IdInPath, form: BegunFormOf) -> Response:
    """Show the referrals of a request with their answers."""
    values = {
        "request_id": request_id,
        "found": visit.use(referring.referrals_of, RequestId(request_id)),
        "markers": intelligence_markers(),
        "may_work": Scope.WORK_REQUESTS in visit.caller.actor.scopes,
    }
    return form.page(visit, "certificates/referrals_of_request.html", values)


@referrals.post("/requests/{request_id}/referral")
def post_referral_form(visit: CaseOfficerOf, request_id: IdInPath, form: FormOf) -> Response:
    """Refer a request to the referral body."""
    with form.taking("refer"):
        visit.use(referring.make_referral, RequestId(request_id))
        return RedirectResponse(f"/workbench/requests/{request_id}/referrals", status_code=303)
    return referrals_page.refused(visit, form, 409, request_id=request_id)


@referrals.get("/referrals")
def show_open_referrals(visit: ReferralBodyOf) -> Response:
    """Show the referrals that wait for the referral body."""
    page = visit.use(referring.open_referrals, after=visit.cursor("after"), limit=_PAGE)
    return visit.list_page("certificates/referrals.html", "found", page, "after")


@form_page(referrals, "/referrals/{referral_id}")
def referral_page(visit: ReferralBodyOf, referral_id: IdInPath, form: BegunFormOf) -> Response:
    """Show one referral, with the form that answers it."""
    values = {
        "found": visit.use(referring.read_referral, ReferralId(referral_id)),
        "verdicts": options(ReferralVerdict),
        "markers": intelligence_markers(),
    }
    return form.page(visit, "certificates/referral.html", values)


@referral_page.post("", "words")
def post_reply_form(visit: ReferralBodyOf, referral_id: IdInPath, form: FormOf) -> str | None:
    """Answer a referral."""
    verdict = form.choice("verdict", ReferralVerdict, missing="Choose the answer.")
    markers = frozenset(one for one in intelligence_markers() if form.text(f"marker:{one}"))
    if verdict is None:
        return None
    command = referring.AnswerReferral(
        visit.caller, ReferralId(referral_id), verdict, markers, form.text("words")
    )
    referring.answer_referral(visit.services, command)
    return "/workbench/referrals"


ROUTERS = (router, documents, of_request, referrals)
