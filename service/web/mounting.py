"""Puts the workbench on an application."""

from argon2 import PasswordHasher
from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from domain.errors import NotFoundError
from service.adapters import print_images
from service.adapters.capture_minutiae import CapturedMinutiae, WithMinutiae
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
from service.web.kept_pages import forms_by_page
from service.web.page_route import page_router, refusal_page
from service.web.reference_page import PATH, show_reference
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
    for path, page in ((PATH, show_reference), (glossary.PATH, glossary.show_glossary)):
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
