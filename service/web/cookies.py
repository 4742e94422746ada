"""The cookies of the workbench, which scripts cannot read.

Other sites cannot cause them to be sent, except for the cookie of a departure to the identity
provider. A cookie is `Secure`, with the `__Host-` prefix that binds it to this host. A setting
allows plain HTTP on the machine's own loopback, for trying the workbench out without a proxy.
"""

import ipaddress
import secrets
from typing import Any

from fastapi import Request, Response

from service.usecases.workbench import Workbench

_SESSION = "identlink-session"
_VISIT = "identlink-visit"
"""Holds a random value before anybody is signed in, so that the sign-in form has a token too."""


_DEPARTURE = "identlink-departure"
"""The values that a sign-in at the identity provider needs when the browser comes back."""

_DEPARTURE_S = 600


def session_secret(request: Request) -> str:
    """Return the secret of the visitor's session, empty when there is none."""
    return request.cookies.get(_name(request, _SESSION), "")


def set_session(request: Request, response: Response, secret: str) -> None:
    """Give the browser the cookie of its session, which it forgets when it is closed."""
    _set(request, response, _SESSION, secret)
    _drop(request, response, _VISIT)


def drop_session(request: Request, response: Response) -> None:
    """Remove the session's cookie from the browser."""
    _drop(request, response, _SESSION)


def visit_secret(request: Request) -> str:
    """Return the random value of a visitor without a session, empty when there is none."""
    return request.cookies.get(_name(request, _VISIT), "")


def new_visit(request: Request, response: Response) -> str:
    """Give the browser a new random value, and return the value."""
    secret = secrets.token_urlsafe(32)
    _set(request, response, _VISIT, secret)
    return secret


def departure_text(request: Request) -> str:
    """Return the browser's value of a sign-in at the provider, empty when there is none."""
    return request.cookies.get(_name(request, _DEPARTURE), "")


def set_departure(request: Request, response: Response, text: str) -> None:
    """Give the browser the value that it brings back from the identity provider."""
    attributes = _attributes(request, "lax") | {"max_age": _DEPARTURE_S}
    response.set_cookie(_name(request, _DEPARTURE), text, **attributes)


def drop_departure(request: Request, response: Response) -> None:
    """Remove the departure's cookie, which is used only once."""
    response.delete_cookie(_name(request, _DEPARTURE), **_attributes(request, "lax"))


def may_be_plain(request: Request) -> bool:
    """Whether this request's cookies may lack `Secure`: if the setting allows it, on the loopback.

    A proxy in front may state the loopback as the host, as nginx does by default. The request then
    does not show where the browser is.
    """
    bench: Workbench = request.app.state.workbench
    return bench.sign_in.allows_plain_cookies and is_plain_loopback(request)


def is_plain_loopback(request: Request) -> bool:
    """Whether the request came by plain HTTP to an address that only this machine has."""
    host = request.url.hostname or ""
    if request.url.scheme != "http":
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(request: Request, name: str) -> str:
    return name if may_be_plain(request) else f"__Host-{name}"


def _set(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(_name(request, name), value, **_attributes(request, "strict"))


def _drop(request: Request, response: Response, name: str) -> None:
    # With the attributes of the cookie: a browser ignores a `__Host-` one that is not `Secure`.
    response.delete_cookie(_name(request, name), **_attributes(request, "strict"))


def _attributes(request: Request, samesite: str) -> dict[str, Any]:
    secure = not may_be_plain(request)
    return {"path": "/", "secure": secure, "httponly": True, "samesite": samesite}
