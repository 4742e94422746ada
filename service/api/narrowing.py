"""A call is compared with the routes that begin as it does, not with every route there is.

The framework asks router after router: with four hundred routes that took up to a millisecond of
each call.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

_SEGMENTS = 2
"""How many segments of a path choose its routes: `/v1/searches`, `/workbench/cases`."""


def narrow_routes(app: FastAPI) -> None:
    """Let the router of an application choose by the first segments of a path."""
    app.router.middleware_stack = _Narrowed(app.router)


class _Narrowed:
    """A router in parts, one for each beginning of a path; of any other path, the whole."""

    def __init__(self, whole: APIRouter) -> None:
        self._whole = whole
        self._routes: dict[str, list[BaseRoute]] = {}
        self._of = 0
        self._parts: dict[str, APIRouter] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a call to the part of its path."""
        part = self._whole
        if scope["type"] == "http":
            part = self._part(scope["path"].removeprefix(scope.get("root_path", "")))
            scope["router"] = self._whole
        await part.app(scope, receive, send)

    def _part(self, path: str) -> APIRouter:
        # Routes may still be added to an application that was made.
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
    """Return the routes that may take a call, in their order, by how its path begins."""
    starts = [{_start(one.path or "") for one in iter_route_contexts([each])} for each in routes]
    # One with a parameter so early may take calls of any beginning.
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
