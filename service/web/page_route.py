"""What every page shares: security headers, error pages, and drafts of forms sent too late.

A form sent after its session ended is kept, and filled in after the next sign-in: every form that
people fill in, except enquiries. An enquiry is quick to type again, and so no details of a person
are kept for it.
"""

import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from domain import errors
from service.api.problem_responses import met
from service.api.problems import problem_of
from service.api.state import BenchOf
from service.api.trace import current_request_id, note_problem
from service.usecases.access import kept_pages
from service.usecases.workbench import Workbench
from service.web.cookies import drop_session, session_secret
from service.web.forms import Form, read_form
from service.web.kept_pages import led_to_page, page_of, page_to_fetch
from service.web.rendering import render
from service.web.visitors import Visit, VisitorOf, caller_of

_LONGEST = 20_000
"""Two hundred point pairs have fewer characters."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FINGER = re.compile(r"finger=[0-9]{1,2}")
_PLACE = "/workbench/"
_AT = "at:"
"""The name of the field with the address of the page; no form has a field of that name."""

ASKING = frozenset({"find", "names", "searches/new", "today/drafts"})
"""Forms that ask, or discard a draft, by their routes."""
_SECRET = re.compile(r"csrf|.*password.*|code|proof.*|key|carried")
"""Secrets, proofs of this moment, and files that came back in a field."""


async def page_of_late_form(request: Request, route: str) -> str:
    """Keep the form of a late request; return the page to go back to, or "" if none is kept."""
    secret, about_id = session_secret(request), _about(request)
    step = route.removeprefix(_PLACE)
    if not secret or step in ASKING or not _ID.fullmatch(about_id or "none"):
        return ""
    form = await read_form(request)
    typed = {
        name: value for name, value in form.fields.items() if value and not _SECRET.fullmatch(name)
    }
    if not typed or any(len(value) > _LONGEST for value in typed.values()):
        return ""
    page = page_of(request, route)
    token = form.fields.get("csrf", "")
    late = kept_pages.LateForm(
        secret, token, step, about_id, {**typed, _AT: page}, request_id=current_request_id()
    )
    bench: Workbench = request.app.state.workbench
    if not await run_in_threadpool(kept_pages.keep_draft, bench, late):
        return ""
    finger = request.url.query if _FINGER.fullmatch(request.url.query) else ""
    return page + (f"?{finger}" if finger else "")


async def drop_sent_draft(request: Request, route: str) -> None:
    """Erase the visitor's draft of a form that has just been carried out."""
    visitor = getattr(request.state, "visitor", None)
    if visitor is None:
        return
    bench: Workbench = request.app.state.workbench
    step, caller = route.removeprefix(_PLACE), caller_of(visitor)
    await run_in_threadpool(kept_pages.drop_draft, bench, caller, step, _about(request))


def begun_form(visit: Visit) -> Form:
    """Return the form of a page: empty, or filled from the caller's drafts."""
    request = visit.request
    forms: tuple[str, ...] = request.app.state.forms.get(request.scope["route"].path, ())
    steps = tuple(route.removeprefix(_PLACE) for route in forms)
    path = request.scope["path"]
    found = [
        one
        for one in kept_pages.kept_drafts(visit.bench, visit.caller, steps, _about(request))
        if one.fields.get(_AT) == path
    ]
    if not found:
        return Form({}, {})
    fields = {name: value for one in found for name, value in one.fields.items()}
    return Form(fields, {}, kept_at=found[-1].kept_at)


def _begun_form(request: Request, visitor: VisitorOf, bench: BenchOf) -> Form:
    return begun_form(Visit(caller_of(visitor), bench.services, request, bench))


BegunFormOf = Annotated[Form, Depends(_begun_form)]
"""The form of a page that is opened."""


def begun_pages(visit: Visit) -> list[tuple[str, datetime]]:
    """Return the pages for which the caller has drafts, and when they were typed, oldest first."""
    return [
        (one.fields.get(_AT, ""), one.kept_at)
        for one in kept_pages.drafts_of(visit.bench, visit.caller)
    ]


def discard(visit: Visit, page: str) -> None:
    """Erase the caller's drafts of the forms on a page."""
    for one in kept_pages.drafts_of(visit.bench, visit.caller):
        if one.fields.get(_AT, "") == page:
            kept_pages.drop_draft(visit.bench, visit.caller, one.step, one.about_id)


def _about(request: Request) -> str:
    """Return the id of the thing that a page is about; empty for a page about no single thing."""
    return next(iter(request.path_params.values()), "")


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


IdInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""An id of this service; any other is not found."""


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
        try:
            back = await page_of_late_form(request, route)
        except errors.LinkingError:
            # Too large, or with a text that is refused: the form cannot be kept.
            back = ""
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
