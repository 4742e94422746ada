"""Puts the workbench on an application, perhaps below a path."""

import re
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.errors import NotFoundError
from service.adapters import print_images
from service.adapters.print_images import CapturedMinutiae, WithMinutiae
from service.ports.print_images import PrintImages
from service.usecases.services import Services
from service.usecases.workbench import DeskPolicy, ProviderDesk, SignInPolicy, Workbench
from service.web import (
    access,
    agencies,
    applications,
    certificates,
    conversion,
    disclosure,
    examination,
    exchange,
    glossary,
    links,
    log,
    models,
    people,
    publication,
    requests,
    retention,
    searches,
    today,
)
from service.web.glossary import REFERENCE_PATH, show_reference
from service.web.kept_pages import forms_by_page
from service.web.page_route import page_router, refusal_page
from service.web.rendering import STATIC
from service.web.visitors import VisitorOf

_ROOMS = (
    *(access, examination, people, links, exchange, searches, disclosure, requests),
    *(
        conversion,
        retention,
        publication,
        certificates,
        applications,
        agencies,
        log,
        models,
        today,
    ),
)


def build_workbench(
    services: Services,
    *,
    prints: PrintImages | None = None,
    passwords: PasswordHasher | None = None,
    sign_in_policy: SignInPolicy | None = None,
    desk_policy: DeskPolicy | None = None,
    identities: ProviderDesk | None = None,
) -> Workbench:
    """Return the services of the pages.

    `prints` provides pictures that did not come with a capture, such as synthetic drawings; if it
    has none, a placeholder says that there is no image. Passwords are hashed with the library's
    own parameters (RFC 9106, low memory) unless others are given.
    """
    captured = print_images.CapturedPrints(services.units)
    # Stored pictures are read each time: how long one takes must not tell who looked before.
    own = print_images.FirstOf(
        (captured,) if prints is None else (captured, print_images.CachedPrints(prints))
    )
    sources = (print_images.OwnOrSource(services.units, own), print_images.PlaceholderPrints())
    minutiae = print_images.OwnOrSource(services.units, CapturedMinutiae(services.units))
    return Workbench(
        services=services,
        prints=WithMinutiae(print_images.FirstOf(sources), minutiae),
        passwords=passwords or PasswordHasher(),
        sign_in=sign_in_policy or SignInPolicy(),
        desk=desk_policy or DeskPolicy(),
        provider=identities,
    )


def mount(app: FastAPI, bench: Workbench) -> None:
    """Add the pages under `/workbench`, and their static files; `/` redirects to them."""
    app.state.workbench = bench
    app.add_api_route("/", _to_workbench, methods=["GET"], include_in_schema=False)
    for path, page in ((REFERENCE_PATH, show_reference), (glossary.PATH, glossary.show_glossary)):
        app.add_api_route(path, page, methods=["GET"], include_in_schema=False)
    app.mount("/workbench/static", KeptFiles(directory=STATIC))
    routers = [router for room in _ROOMS for router in room.ROUTERS]
    app.state.forms = forms_by_page(route for router in routers for route in router.routes)
    for router in routers:
        app.include_router(router)
    # Last, so that it is asked for nothing that exists.
    app.include_router(_unknown)


class KeptFiles(StaticFiles):
    """Static files that a browser may keep, because their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a header that lets the browser keep the file for a long time."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


_unknown = page_router("/workbench")


@_unknown.get("/{rest:path}")
def show_unknown(request: Request, visitor: VisitorOf, rest: str) -> Response:
    """Tell signed-in visitors that there is no such page."""
    del visitor, rest
    return refusal_page(request, NotFoundError())


def _to_workbench() -> Response:
    return RedirectResponse("/workbench", status_code=303)


_ADDRESS = re.compile(
    rb'(\s(?:href|src|action|formaction|data-[a-z-]+)=")'
    rb"(?=/(?:workbench|docs|problems|openapi|glossary|certificates)\b)"
)


class PathPrefixMiddleware:
    """Serves an application below `prefix`, such as `/identlink`."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Work one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path == self._prefix or path.startswith(f"{self._prefix}/"):
            inner = path.removeprefix(self._prefix) or "/"
            scope = {**scope, "path": inner, "raw_path": inner.encode()}
        await self._app(scope, receive, _Outward(send, self._prefix).send)


@dataclass(slots=True)
class _Outward:
    """An answer being sent; a page is held until it is complete, because its length changes."""

    _send: Send
    _prefix: str
    _begun: Message | None = None
    _page: bytearray = field(default_factory=bytearray)

    async def send(self, message: Message) -> None:
        """Send the next part of the answer."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._begun is None:
            await self._send(message)
        else:
            self._page += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._begun)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        place = headers.get("location", "")
        if place.startswith("/") and not place.startswith("//"):
            headers["location"] = f"{self._prefix}{place}"
        if headers.get("content-type", "").startswith("text/html"):
            self._begun = message
        else:
            await self._send(message)

    async def _finish(self, begun: Message) -> None:
        prefix = self._prefix.encode()
        page = _ADDRESS.sub(lambda found: found[1] + prefix, bytes(self._page))
        if "content-length" in Headers(raw=begun["headers"]) and page:
            MutableHeaders(scope=begun)["content-length"] = str(len(page))
        await self._send(begun)
        await self._send({"type": "http.response.body", "body": page})
