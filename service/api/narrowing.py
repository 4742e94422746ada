"""Finds the route of a call among those whose path begins like the call's, not among all routes.

The framework asks one router after another: with four hundred routes this took up to a millisecond
of each call.
"""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

_SEGMENTS = 2
"""The number of path segments that select routes: `/v1/searches`, `/workbench/cases`."""


def narrow_routes(app: FastAPI) -> None:
    """Make the router of an application select routes by the first segments of a path."""
    app.router.middleware_stack = _Narrowed(app.router)


class _Narrowed:
    """A router split by the beginning of the path; other paths use the whole router."""

    def __init__(self, whole: APIRouter) -> None:
        self._whole = whole
        self._routes: dict[str, list[BaseRoute]] = {}
        self._of = 0
        self._parts: dict[str, APIRouter] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call to the router for its path."""
        part = self._whole
        if scope["type"] == "http":
            part = self._part(scope["path"].removeprefix(scope.get("root_path", "")))
            scope["router"] = self._whole
        await part.app(scope, receive, send)

    def _part(self, path: str) -> APIRouter:
        # Routes may still be added after the application has been made.
        if self._of != len(self._whole.routes):
            self._of, self._parts = len(self._whole.routes), {}
            self._routes = _routes_by_start(self._whole.routes)
        start = _start(path)
        if start not in self._routes:
            return self._whole
        if start not in self._parts:
            self._parts[start] = APIRouter(routes=self._routes[start], redirect_slashes=False)
        return self._parts[start]


def _routes_by_start(routes: Sequence[BaseRoute]) -> dict[str, list[BaseRoute]]:
    """Return the routes that may match a call, in order, by the beginning of its path."""
    starts = [{_start(one.path or "") for one in iter_route_contexts([each])} for each in routes]
    # A route with a parameter in its first segments may match paths with any beginning.
    wanted = {start for each in starts for start in each if "{" not in start}
    return {
        start: [
            route
            for route, each in zip(routes, starts, strict=True)
            if start in each or any(_is_open_to(start, one) for one in each if "{" in one)
        ]
        for start in wanted
    }


def _start(path: str) -> str:
    return "/".join(path.split("/")[: _SEGMENTS + 1])


def _is_open_to(start: str, pattern: str) -> bool:
    return start.startswith(pattern.partition("{")[0])
