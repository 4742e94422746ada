"""Signing in and out, also through the identity provider: to the provider and back."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from domain.errors import (
    ConflictError,
    LinkingError,
    NotAuthenticatedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from domain.store_secrets import Mac, mac_under
from service.api.problems import problem_of
from service.api.state import BenchOf
from service.api.trace import current_request_id, note_problem
from service.usecases.access.provider import Arrival, Departure, arrive, depart
from service.usecases.access.sessions import SignIn, csrf_token, recognise, sign_in, sign_out
from service.usecases.workbench import Workbench
from service.web import cookies
from service.web.access.accounts import first_page
from service.web.access.second_factor import now_s, proof_of, proving
from service.web.cookies import departure_text, drop_departure, set_departure, set_session
from service.web.forms import Form, FormOf, check_token, read_form
from service.web.page_route import page_router
from service.web.rendering import home_of, render
from service.web.visitors import SignedInOf, VisitorOf

router = page_router("/workbench")


@router.get("")
def show_first_page(visitor: VisitorOf) -> Response:
    """Send a visitor to the first page of their role."""
    return RedirectResponse(home_of(visitor.account.role), status_code=303)


@router.get("/sign-in")
def show_sign_in(request: Request, bench: BenchOf) -> Response:
    """Show the form, with a link to the identity provider if there is one."""
    return sign_in_page(request, bench)


@router.post("/sign-in")
def post_sign_in(
    request: Request, form: Annotated[Form, Depends(read_form)], bench: BenchOf
) -> Response:
    """Begin a session, or show the form again with the fault."""
    visit = cookies.visit_secret(request)
    check_token(form, csrf_token(visit) if visit else "")
    name = form.text("name", missing="Enter your sign-in name.")
    password = form.fields.get("password", "")
    if not password:
        form.errors["password"] = "Enter your password."  # noqa: S105 - a message
    if form.errors:
        return sign_in_page(request, bench, name=name, errors=form.errors, status=422)
    address = request.client.host if request.client else ""
    try:
        proof = proof_of(request, bench, form, visit, field="code")
        secret = sign_in(bench, SignIn(name, password, address, current_request_id(), proof))
    except NotAuthenticatedError as error:
        return sign_in_page(request, bench, name=name, errors={"name": error.detail}, status=401)
    onward = first_page(bench, recognise(bench, secret), back=page_to_go_back_to(request))
    response = RedirectResponse(onward, status_code=303)
    cookies.set_session(request, response, secret)
    return response


@router.post("/sign-out")
def post_sign_out(
    request: Request, visitor: SignedInOf, _form: FormOf, bench: BenchOf
) -> Response:
    """End the session."""
    sign_out(bench, visitor, current_request_id())
    response = RedirectResponse("/workbench/sign-in?signed-out=yes", status_code=303)
    cookies.drop_session(request, response)
    return response


def sign_in_page(
    request: Request,
    bench: Workbench,
    *,
    name: str = "",
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    """Return the sign-in page; `notice` says why a sign-in at the identity provider failed."""
    values: dict[str, object] = {
        "name": name,
        "errors": errors or {},
        "notice": notice,
        "has_passwords": bench.sign_in.allows_passwords,
        "has_provider": bench.provider is not None,
        "back": page_to_go_back_to(request),
        "signed_out": "signed-out" in request.query_params,
        "kept": request.query_params.get("kept", ""),
        "was_sent_here": bool(page_to_go_back_to(request)) and not cookies.session_secret(request),
    }
    visit = cookies.visit_secret(request)
    # The token needs a random value of this browser: set on the very answer that uses it.
    carrier = Response()
    visit = visit or cookies.new_visit(request, carrier)
    values |= {"csrf": csrf_token(visit), **proving(request, bench, visit, now_s(bench))}
    page = render(request, "access/sign_in.html", values, status=status)
    if "set-cookie" in carrier.headers:
        page.headers.append("set-cookie", carrier.headers["set-cookie"])
    return page


def page_to_go_back_to(request: Request) -> str:
    """Return the page to go back to; empty unless it is one of ours."""
    back = request.query_params.get("back", "")
    is_ours = back.startswith("/workbench/") and "//" not in back and "\\" not in back
    return back if is_ours and "/sign-" not in back else ""


def seal(departure: Departure, mac: Mac) -> str:
    """Return a departure as a cookie's text, with a keyed digest that only this service can make.

    The cookie must be sent when the provider leads the browser back, so it is `SameSite=Lax`; it
    lives as long as a sign-in at the provider may take. The session's own cookie stays strict.
    """
    fields = {**asdict(departure), "begun_at": departure.begun_at.isoformat()}
    body = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
    return f"{body}.{mac(body.encode()).hex()}"


def unseal(text: str, mac: Mac) -> Departure | None:
    """Return the departure in a cookie; None if this service did not write the cookie."""
    body, _, stated = text.partition(".")
    if not hmac.compare_digest(stated.encode(), mac(body.encode()).hex().encode()):
        return None
    try:
        fields = json.loads(base64.urlsafe_b64decode(body))
        return Departure(**{**fields, "begun_at": datetime.fromisoformat(fields["begun_at"])})
    except (binascii.Error, ValueError, TypeError, KeyError):
        # Written by another release.
        return None


provider = page_router("/workbench/sign-in/provider")

Told = Annotated[str, Query(max_length=4_096)]


@provider.get("")
def begin_at_provider(request: Request, bench: BenchOf) -> Response:
    """Send the browser to the provider."""
    try:
        departure, address = depart(bench, back=page_to_go_back_to(request))
    except ProviderUnavailableError as error:
        return _refused(request, bench, error)
    response = RedirectResponse(address, status_code=303)
    set_departure(request, response, seal(departure, _mac(bench)))
    return response


@provider.get("/answer")
def take_answer(
    request: Request,
    bench: BenchOf,
    *,
    state: Told = "",
    code: Told = "",
    error: Told = "",
    iss: Told = "",
) -> Response:
    """Begin a session for the browser that returns, or state the fault on the sign-in page."""
    departure = unseal(departure_text(request), _mac(bench))
    address = request.client.host if request.client else ""
    arrival = Arrival(state, code, error, iss, address, current_request_id())
    try:
        secret = arrive(bench, departure, arrival)
    except (NotAuthenticatedError, ProviderUnavailableError, ConflictError) as refusal:
        return _refused(request, bench, refusal)
    # The browser follows from this page and not from the provider's: only then does it send the
    # session's strict cookie along.
    back = departure.back if departure else ""
    onward = first_page(bench, recognise(bench, secret), back=back)
    response = render(request, "access/signed_in.html", {"onward": onward})
    set_session(request, response, secret)
    drop_departure(request, response)
    return response


def _mac(bench: Workbench) -> Mac:
    return bench.provider.cookie_mac if bench.provider else mac_under(b"")


def _refused(request: Request, bench: Workbench, error: LinkingError) -> Response:
    """Show the sign-in page. Only the log states why the provider's answer was refused."""
    reason = f":{error.reason}" if isinstance(error, ProviderRefusedError) else ""
    note_problem(f"{error.code}{reason}")
    status = problem_of(error, request_id=current_request_id()).status
    response = sign_in_page(request, bench, notice=error.detail, status=status)
    drop_departure(request, response)
    return response
