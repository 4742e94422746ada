"""The application for the public pages: routes, headers, limits."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.public.again import AnsweredByRedirect
from service.public.desk import (
    MOST_UPLOAD_BYTES,
    Desk,
    ExpiredError,
    NotOpenError,
    TooManyError,
    desk_of,
)
from service.public.office import OfficeAwayError, OfficeRefusedError
from service.public.pages import ROUTES
from service.public.rendering import SHARED, STATIC, render

_MOST_BODY = MOST_UPLOAD_BYTES + 262_144
"""The largest body: a document, and the fields beside it."""

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), usb=()",
    "Cache-Control": "no-store",
}
"""Headers of every page. The pages have no scripts, and the browser must not run any."""

_HUNG_UP = 499
_FAULTS: dict[type[Exception], tuple[str, int]] = {
    TooManyError: ("too-many", 429),
    ExpiredError: ("expired", 403),
    NotOpenError: ("not-open", 403),
    OfficeAwayError: ("away", 503),
}


def create_public_app(desk: Desk) -> Starlette:
    """Return the application; its shutdown closes the connections to the office."""
    # A document stays in memory: nothing that an applicant sends is written to a disk here.
    MultiPartParser.spool_max_size = _MOST_BODY
    app = Starlette(
        routes=[
            Route("/healthz", _health, methods=["GET"]),
            Mount("/static/vendor", GZipMiddleware(StaticFiles(directory=SHARED))),
            Mount("/static", GZipMiddleware(StaticFiles(directory=STATIC))),
            *ROUTES,
        ],
        middleware=[
            Middleware(_Bounded),
            Middleware(_Visited, desk=desk),
            Middleware(AnsweredByRedirect, clock=time.monotonic),
        ],
        exception_handlers={
            **dict.fromkeys(_FAULTS, _fault_page),
            OfficeRefusedError: _refused_page,
            HTTPException: _http_page,
            ClientDisconnect: _nobody,
        },
        lifespan=_lifespan,
    )
    app.state.desk = desk
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    yield
    desk: Desk = app.state.desk
    await desk.office.close()


async def _health(request: Request) -> Response:
    del request
    return PlainTextResponse("ok")


def problem_page(request: Request, name: str, status: int) -> Response:
    """Return the page of a problem by its name in the catalogue."""
    return render(desk_of(request).shown(request), "problem.html", {"name": name}, status=status)


async def _fault_page(request: Request, error: Exception) -> Response:
    name, status = _FAULTS[type(error)]
    response = problem_page(request, name, status)
    if status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return response


async def _refused_page(request: Request, error: Exception) -> Response:
    """Show a refusal by the office for which there is no page of its own."""
    is_gone = isinstance(error, OfficeRefusedError) and error.status == 404
    name, status = ("not-open", 403) if is_gone else ("refused", 409)
    return problem_page(request, name, status)


async def _nobody(request: Request, error: Exception) -> Response:
    """Answer a caller who has disconnected, which is no error of the pages; send nothing."""
    del request, error
    return Response(status_code=_HUNG_UP)


async def _http_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    name = {404: "not-found", 405: "not-found", 413: "too-large"}.get(status, "refused")
    return problem_page(request, name, status)


class _Bounded:
    """Refuses a body beyond the limit, whether or not its length was announced."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > _MOST_BODY:
            refusal = PlainTextResponse("413", status_code=413, headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, _counted(receive), send)


def _counted(receive: Receive) -> Callable[[], Awaitable[Message]]:
    received = 0

    async def _receive() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > _MOST_BODY:
            raise HTTPException(413)
        return message

    return _receive


class _Visited:
    """Gives each request its session, and each answer its headers and the session's cookie."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        session = request.state.session = self._desk.sessions.read(request)
        is_page = not scope["path"].startswith(("/static/", "/healthz"))
        cookie = Response()
        self._desk.sessions.write(cookie, session)
        given = cookie.headers["set-cookie"] if is_page else ""
        headers = HEADERS if is_page else HEADERS | {"Cache-Control": "public, max-age=31536000"}

        async def _send(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(message, headers, given)
            await send(message)

        is_allowed = not is_page or self._desk.limits.pages.take(self._desk.source(request))
        if not is_allowed:
            response = render(
                self._desk.shown(request), "problem.html", {"name": "too-many"}, status=429
            )
            await response(scope, receive, _send)
            return
        await self._app(scope, receive, _send)


def _add(message: Message, headers: dict[str, str], cookie: str) -> None:
    """Add headers that an answer lacks, and the cookie unless it sets one."""
    present = {name for name, _ in message["headers"]}
    added = [
        (name.lower().encode(), value.encode())
        for name, value in headers.items()
        if name.lower().encode() not in present
    ]
    if cookie and b"set-cookie" not in present:
        added.append((b"set-cookie", cookie.encode("latin-1")))
    message["headers"] = [*message["headers"], *added]
