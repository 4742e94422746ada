"""The second factor of a person's own account: enrolled, looked at, removed."""

from __future__ import annotations

from collections.abc import Mapping

import segno
from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidInputError, NotPermittedError
from service.api.state import BenchOf
from service.usecases.access.one_time_codes import base32, enrolment_address
from service.usecases.access.second_factors import enrol, enrolment_secret, factor_state, remove
from service.usecases.access.sessions import Visitor
from service.usecases.workbench import Workbench
from service.web.access.own_tokens import first_page
from service.web.cookies import session_secret
from service.web.forms import FormOf
from service.web.page_route import SECOND_FACTOR, PageRoute
from service.web.rendering import render
from service.web.visitors import SignedInOf, caller_of

router = APIRouter(
    prefix="/workbench/second-factor", route_class=PageRoute, include_in_schema=False
)

_GROUP = 4


@router.get("")
def show_second_factor(request: Request, visitor: SignedInOf, bench: BenchOf) -> Response:
    """Show the second factor, or how to enrol one."""
    return _page(request, visitor, bench, errors={})


@router.post("")
def post_second_factor(
    request: Request, visitor: SignedInOf, form: FormOf, bench: BenchOf
) -> Response:
    """Enrol the authenticator whose code was entered, and show the recovery codes this once."""
    _check_has_password(visitor)
    secret = enrolment_secret(bench, visitor.account.user_id, session_secret(request))
    try:
        enrolled = enrol(bench, caller_of(visitor), secret, form.text("code"))
    except InvalidInputError as error:
        return _page(request, visitor, bench, errors={"code": error.detail})
    values = {"codes": enrolled.recovery_codes, "onward": first_page(bench, visitor)}
    return render(request, "access/recovery_codes.html", values)


@router.post("/removal")
def post_removal(request: Request, visitor: SignedInOf, form: FormOf, bench: BenchOf) -> Response:
    """Remove the second factor; its code proves that its owner asks."""
    try:
        remove(bench, caller_of(visitor), form.text("code"))
    except InvalidInputError as error:
        return _page(request, visitor, bench, errors={"code": error.detail})
    return RedirectResponse(SECOND_FACTOR, status_code=303)


def _page(
    request: Request, visitor: Visitor, bench: Workbench, *, errors: Mapping[str, str]
) -> Response:
    """Return the page of the second factor; with errors it answers 422."""
    _check_has_password(visitor)
    account = visitor.account
    state = factor_state(bench, account.user_id)
    secret = enrolment_secret(bench, account.user_id, session_secret(request))
    key = base32(secret)
    values = {
        "errors": errors,
        "state": state,
        "must_enrol": visitor.must_enrol,
        "picture": _picture(enrolment_address(secret, account)),
        "key": " ".join(key[at : at + _GROUP] for at in range(0, len(key), _GROUP)),
    }
    status = 422 if errors else 200
    return render(request, "access/second_factor.html", values, status=status)


def _check_has_password(visitor: Visitor) -> None:
    if not visitor.account.password_hash:
        raise NotPermittedError("The identity provider asks for your second factor, not we.")


def _picture(address: str) -> Markup:
    """Return the QR code of an address as SVG to stand in the page."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, border=4, light="#fff", title="QR code with the key below"
    )
    return Markup(drawn)  # noqa: S704 - drawn here; the address in it is dots, not text
