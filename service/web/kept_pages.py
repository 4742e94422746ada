"""Answers every form with a redirect, errors too: Back and Reload never ask to send again.

The page that answers the form is kept for some minutes, sealed. The browser fetches it at the
address of the page that has the form.
"""

from collections.abc import Container, Iterable, Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from domain.errors import NotAuthenticatedError, StoreUnavailableError
from service.usecases.access.kept_pages import KeptPage, Owner, drop_page, keep_page, page_of_token
from service.usecases.workbench import Workbench
from service.web.cookies import new_visit, session_secret, visit_secret
from service.web.visitors import signed_in

_PARAMETER = "again"
SHOWN_ONCE = "x-shown-once"
"""The header of a page with secrets: it is fetched once."""
_OWN_HEADERS = frozenset({"set-cookie", "content-length"})
"""Those of the answer itself: a page that is fetched later does not have them."""


async def led_to_page(request: Request, response: Response, route: str) -> Response:
    """Keep a page and return the redirect to it; return any answer that is not a page unchanged.

    A page too large to keep, or with the store unavailable, is also returned unchanged.
    """
    if not isinstance(response, HTMLResponse) or "content-disposition" in response.headers:
        return response
    redirect = RedirectResponse("/", status_code=303)
    address = page_of(request, route)
    page = KeptPage(address, response.status_code, _kept_headers(response), bytes(response.body))
    bench: Workbench = request.app.state.workbench
    owner = _owner(request, redirect)
    try:
        token = await run_in_threadpool(keep_page, bench.services, owner, page)
    except StoreUnavailableError:
        token = ""
    if not token:
        return response
    query = request.url.query if address == request.scope["path"] else ""
    redirect.headers["location"] = f"{address}?{_with_token(query, token)}"
    for cookie in response.headers.getlist("set-cookie"):
        redirect.headers.append("set-cookie", cookie)
    return redirect


async def page_to_fetch(request: Request) -> Response | None:
    """Return the kept page that this request fetches; None if it does not fetch one of its own."""
    token = request.query_params.get(_PARAMETER, "")
    return await run_in_threadpool(_fetched, request, token) if token else None


def _fetched(request: Request, token: str) -> Response | None:
    bench: Workbench = request.app.state.workbench
    owners = (Owner(session_secret(request), True), Owner(visit_secret(request), False))
    page = page_of_token(bench.services, owners, token, request.scope["path"])
    if page is None or not _may_fetch(request, bench, page):
        return None
    if SHOWN_ONCE in dict(page.headers):
        drop_page(bench.services, token)
    return HTMLResponse(page.body, page.status, dict(page.headers))


def _may_fetch(request: Request, bench: Workbench, page: KeptPage) -> bool:
    """Whether the session of a kept page is still valid; a page of a visit has no session."""
    try:
        return not page.is_of_session or bool(signed_in(request, bench))
    except NotAuthenticatedError:
        return False


def _owner(request: Request, redirect: Response) -> Owner:
    """Return the owner of a kept page: the account or, before sign-in, the visit.

    The visit is the one that the visitor's cookie identifies.
    """
    if getattr(request.state, "visitor", None) is not None:
        return Owner(session_secret(request), True)
    return Owner(visit_secret(request) or new_visit(request, redirect), False)


def forms_by_page(routes: Iterable[BaseRoute]) -> Mapping[str, tuple[str, ...]]:
    """Return each page by its route, with the routes of its forms."""
    paths = [(route.path, route.methods or ()) for route in routes if isinstance(route, Route)]
    forms: dict[str, tuple[str, ...]] = {path: () for path, methods in paths if "GET" in methods}
    for path, methods in paths:
        if "POST" in methods:
            page = _nearest(path, forms)
            forms[page] = (*forms.get(page, ()), path)
    return forms


def page_of(request: Request, route: str) -> str:
    """Return the address of the page that has a form: the nearest above the form's own."""
    page = _nearest(route, request.app.state.forms)
    path: str = request.scope["path"]
    return "/".join(path.split("/")[: page.count("/") + 1]) or "/"


def _nearest(route: str, pages: Container[str]) -> str:
    while route and route not in pages:
        route = route.rpartition("/")[0]
    return route


def _with_token(query: str, token: str) -> str:
    others = [(name, value) for name, value in parse_qsl(query) if name != _PARAMETER]
    return urlencode([*others, (_PARAMETER, token)])


def _kept_headers(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value) for name, value in response.headers.items() if name not in _OWN_HEADERS
    )
