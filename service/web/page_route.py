"""What every page shares: error pages, and the security headers that limit the browser."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from domain import errors
from service.api.problem_responses import met
from service.api.problems import problem_of
from service.api.trace import current_request_id, note_problem
from service.web.cookies import drop_session
from service.web.drafts import drop_sent_draft, page_of_late_form
from service.web.kept_pages import led_to_page, page_to_fetch
from service.web.rendering import render

SIGN_IN = "/workbench/sign-in"
SECOND_FACTOR = "/workbench/second-factor"

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Nothing inline, nothing evaluated, nothing from another host."""

WITH_OWN_PICTURES = CONTENT_SECURITY_POLICY.replace("img-src 'self'", "img-src 'self' data:")
"""For a page that carries its pictures itself."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), usb=()",
    "Cache-Control": "no-store",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route whose answers are pages, refusals included."""

    def get_route_handler(self) -> Handler:
        """Return the handler with errors turned into pages and headers added."""
        answer = super().get_route_handler()

        async def _page(request: Request) -> Response:
            try:
                response = await _answered(request, self.path, answer)
            except errors.NotAuthenticatedError as error:
                note_problem(error.code)
                response = await _to_sign_in(request, self.path)
            except errors.SecondFactorMissingError as error:
                note_problem(error.code)
                response = RedirectResponse(SECOND_FACTOR, status_code=303)
            except (errors.LinkingError, RequestValidationError, HTTPException) as error:
                response = refusal_page(request, _as_linking_error(error))
            if request.method == "POST":
                response = await led_to_page(request, response, self.path)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return _page


def page_router(prefix: str) -> APIRouter:
    """Return a router for pages below an address; they are left out of the API documentation."""
    return APIRouter(prefix=prefix, route_class=PageRoute, include_in_schema=False)


def refusal_page(request: Request, error: errors.LinkingError) -> Response:
    """Return the page of a refusal; it repeats no input."""
    refusal, headers = met(request.app, error)
    told = refusal or error
    note_problem(told.code)
    problem = problem_of(told, request_id=current_request_id())
    response = render(
        request,
        "refused.html",
        {
            "title": told.title,
            "detail": told.detail,
            "status": problem.status,
            "reference": current_request_id(),
        },
        status=problem.status,
    )
    response.headers.update(headers)
    return response


async def _answered(request: Request, route: str, answer: Handler) -> Response:
    """Answer a request; if a form was carried out, its draft is erased."""
    if request.method != "POST":
        return await page_to_fetch(request) or await answer(request)
    if request.query_params.get("keep") == "yes":
        return await _kept(request, route)
    response = await answer(request)
    if isinstance(response, RedirectResponse):
        await drop_sent_draft(request, route)
    return response


async def _kept(request: Request, route: str) -> Response:
    """Keep a form that is still being worked on, as if its session had ended."""
    page = await page_of_late_form(request, route)
    return Response(status_code=204 if page else 409)


async def _to_sign_in(request: Request, route: str) -> Response:
    """Send a visitor to the sign-in page, and back afterwards; their draft waits there."""
    if request.method == "GET":
        address = f"{SIGN_IN}?back={quote(request.url.path, safe='')}"
    else:
        back = await page_of_late_form(request, route)
        address = f"{SIGN_IN}?back={quote(back, safe='')}&kept={'yes' if back else 'no'}"
    response = RedirectResponse(address, status_code=303)
    drop_session(request, response)
    return response


def _as_linking_error(error: Exception) -> errors.LinkingError:
    if isinstance(error, errors.LinkingError):
        return error
    if isinstance(error, HTTPException) and error.status_code == 404:
        return errors.NotFoundError()
    if isinstance(error, RequestValidationError):
        # A parameter that no page of ours sends: an id that cannot exist, a filter made up.
        return errors.NotFoundError()
    return errors.InvalidInputError()
