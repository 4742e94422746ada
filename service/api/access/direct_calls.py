"""Quick ways to a call: direct routes, and routes looked up by the beginning of the path.

Calls of direct routes run in one thread once all middleware layers have passed them on.

For each call, FastAPI searches one router after another for the route, resolves the dependencies
one by one in threads of their own, and reads each header through a model. For a search this is a
tenth of all its work outside the index. A direct route is found by its address, and
`DirectCallsMiddleware` calls the same functions one after the other, in the order in which the
route declares them. FastAPI still makes the declarations, the documentation and the answers.

Other calls find their route among those whose path begins alike: asking one of four hundred after
the other took up to a millisecond of each call.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeGuard, get_type_hints

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.params import Depends, Security
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.authentication import Searcher, call_now
from service.api.bodies import BODY_READERS, JSON, IdempotencyOf, idempotency_key
from service.api.state import ServicesOf, StateOf, state_of

_Reader = Callable[[Request, bytes], Any]


class DirectRoute(APIRoute):
    """A route whose calls `DirectCallsMiddleware` handles where it can."""

    def readers(self) -> dict[str, _Reader]:
        """Return the result of `readers_of`; empty if the route has its own dependencies."""
        return {} if self.dependencies else readers_of(self.endpoint)


@cache
def readers_of(endpoint: Callable[..., Any]) -> dict[str, _Reader]:
    """Return the function that reads each parameter, with the caller first.

    The result is empty if the first parameter is not the caller, if a parameter is read in a way
    unknown here, or if FastAPI has to make the answer.
    """
    hints = get_type_hints(endpoint, include_extras=True)
    declared = {
        name: next(iter(getattr(hints[name], "__metadata__", ())), None)
        for name in inspect.signature(endpoint).parameters
    }
    if hints.get("return") is not Response or not _is_caller(next(iter(declared.values()), None)):
        return {}
    found = {name: _reader(one) for name, one in declared.items()}
    readers = {name: read for name, read in found.items() if read is not None}
    return readers if len(readers) == len(found) else {}


def _is_caller(declared: object) -> TypeGuard[Security]:
    return isinstance(declared, Security) and declared.dependency is _CALLER


def _reader(declared: object) -> _Reader | None:
    if _is_caller(declared):
        scopes = tuple(declared.scopes or ())
        return lambda request, _: call_now(request, scopes)
    if not isinstance(declared, Depends) or isinstance(declared, Security):
        return None
    body = BODY_READERS.get(declared.dependency)
    if body is not None:
        return lambda _, raw: body(raw)
    return _PLAIN.get(declared.dependency)


def _dependency(declared: Any) -> object:
    """Return the function behind an annotation of FastAPI."""
    return declared.__metadata__[0].dependency


_CALLER = _dependency(Searcher)
_PLAIN: dict[object, _Reader] = {
    _dependency(IdempotencyOf): lambda request, raw: (
        None
        if (key := request.headers.get("Idempotency-Key")) is None
        else idempotency_key(request, key, raw)
    ),
    _dependency(StateOf): lambda request, _: state_of(request),
    _dependency(ServicesOf): lambda request, _: state_of(request).services,
}


_MOST_DIGITS = 5
"""The most digits in the length of a body that is received before the caller is known.

Five digits are 99,999 bytes; of a longer body no byte is received.
"""


class DirectCallsMiddleware:
    """Handles calls of direct routes that have a short JSON body; other calls are left to FastAPI.

    This is the innermost of our middleware layers: all others have already seen the call.
    `routes`: the routes of all routers, with their complete paths.
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
        """Handle one request."""
        found = self._routes.get((scope.get("method", ""), scope.get("path", "")))
        if found is None:
            await self._app(scope, receive, send)
            return
        (route, readers), request = found, Request(scope, receive, send)
        headers = request.headers
        length = headers.get("content-length", "")
        is_short = length.isdecimal() and len(length) <= _MOST_DIGITS
        # A compressed body is left to FastAPI: a few kilobytes can become megabytes.
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
                # A body that does not arrive counts against its caller.
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
    """Return what an application's error handlers answer to an error; raise other errors again."""

    async def _raise(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise error

    return ExceptionMiddleware(_raise, app.exception_handlers)


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
    fixed = [tuple(one.partition("{")[0] for one in each if "{" in one) for each in starts]
    wanted = {start for each in starts for start in each if "{" not in start}
    return {
        start: [
            route
            for route, each, open_to in zip(routes, starts, fixed, strict=True)
            if start in each or start.startswith(open_to)
        ]
        for start in wanted
    }


def _start(path: str) -> str:
    return "/".join(path.split("/")[: _SEGMENTS + 1])
