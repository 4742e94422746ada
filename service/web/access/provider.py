"""Signing in through the identity provider: to the provider and back."""

import base64
import binascii
import hmac
import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import RedirectResponse, Response

from domain.errors import (
    ConflictError,
    LinkingError,
    NotAuthenticatedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from domain.keyed import Mac, mac_under
from service.api.problems import problem_of
from service.api.state import BenchOf
from service.api.trace import current_request_id, note_problem
from service.usecases.access.provider import Arrival, Departure, arrive, depart
from service.usecases.access.sessions import recognise
from service.usecases.workbench import Workbench
from service.web.access.own_tokens import first_page
from service.web.access.sign_in import page_to_go_back_to, sign_in_page
from service.web.cookies import departure_text, drop_departure, set_departure, set_session
from service.web.page_route import page_router
from service.web.rendering import render


def seal(departure: Departure, mac: Mac) -> str:
    """Return a departure as the text of a cookie, with a keyed digest that only this service can
    make.

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


router = page_router("/workbench/sign-in/provider")

Told = Annotated[str, Query(max_length=4_096)]


@router.get("")
def begin_at_provider(request: Request, bench: BenchOf) -> Response:
    """Send the browser to the provider."""
    try:
        departure, address = depart(bench, back=page_to_go_back_to(request))
    except ProviderUnavailableError as error:
        return _refused(request, bench, error)
    response = RedirectResponse(address, status_code=303)
    set_departure(request, response, seal(departure, _mac(bench)))
    return response


@router.get("/answer")
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
