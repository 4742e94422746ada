"""The page on which anybody checks a certificate by its number and code, without signing in."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from domain.requests.certificates import MOST_TYPED, CheckAnswer
from domain.requests.watches import WatchAnswer
from service.api.certificates.checks import count_check
from service.api.state import ApiState, StateOf
from service.usecases.certificates.checking import check_certificate
from service.usecases.certificates.watching import check_watch
from service.web.forms import Form, read_form
from service.web.page_route import page_router
from service.web.rendering import render

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
        return _page(request, state, form, status=422)
    count_check(request, state)
    return _page(request, state, form, answer=check_certificate(state.services, number, code))


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
        return _page(request, state, form, status=422, is_watch=True)
    count_check(request, state)
    answer = check_watch(state.services, *asked)
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
    status: int = 200,
    is_watch: bool = False,
) -> Response:
    values = {
        "form": form,
        "answer": answer,
        "words": _WORDS[answer] if answer else "",
        "office": state.certificates.office if state.certificates else "",
        "is_watch": is_watch,
    }
    return render(request, "certificates/check.html", values, status=status)
