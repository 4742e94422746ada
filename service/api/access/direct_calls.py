"""Calls of direct routes, worked as soon as all layers have seen them.

FastAPI looks for the route of a call in room after room, and wraps it in layers that wait for
dependencies to end. A direct route is found by its address, and has no such dependencies.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.access.direct_route import DirectRoute
from service.api.bodies import JSON

_MOST_DIGITS = 5
"""Digits of the length of a body that is received before the caller is known: 99,999 bytes. Of a
longer one no byte is."""


class DirectCallsMiddleware:
    """Works calls of direct routes that have a short body of JSON; others are left to FastAPI.

    The innermost of our layers: all others have seen a call before. `routes`: those of all rooms,
    by their whole paths.
    """

    def __init__(self, app: ASGIApp, *, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._routes = {
            (method, route.path): (route, readers)
            for route in routes
            if isinstance(route, DirectRoute) and (readers := route.readers())
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Work one request."""
        found = self._routes.get((scope.get("method", ""), scope.get("path", "")))
        if found is None:
            await self._app(scope, receive, send)
            return
        (route, readers), request = found, Request(scope, receive, send)
        headers = request.headers
        length = headers.get("content-length", "")
        is_short = length.isdecimal() and len(length) <= _MOST_DIGITS
        # A packed body is left to FastAPI: a few kilobytes become megabytes.
        is_plain = headers.get("content-type") == JSON and "content-encoding" not in headers
        if not (is_short and is_plain):
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        answer: ASGIApp
        try:
            try:
                raw = await request.body()
            except Exception:
                # One that does not come is put down to its caller, who is counted for it.
                await run_in_threadpool(next(iter(readers.values())), request, b"")
                raise
            answer = await run_in_threadpool(
                lambda: route.endpoint(
                    **{name: read(request, raw) for name, read in readers.items()}
                )
            )
        except Exception as error:  # noqa: BLE001 - answered as any error inside FastAPI is
            answer = _refusing(error, scope["app"])
        await answer(scope, receive, send)


def _refusing(error: Exception, app: FastAPI) -> ASGIApp:
    """Return the answer to an error by the handlers of an application; others raise it on."""

    async def _raise(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise error

    return ExceptionMiddleware(_raise, app.exception_handlers)
