"""Routes whose calls are worked in one thread, without a walk over their dependencies.

FastAPI resolves the dependencies of a call one by one, those that may wait each in a thread of its
own, and reads each header through a model: for a search a tenth of all its work outside the
index. Here the same functions are called one after the other, in the order in which the route
declares them. Declarations, documentation and answers stay FastAPI's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, get_type_hints

from fastapi import Request, Response
from fastapi.params import Depends, Security
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from service.api.authentication import caller_now
from service.api.bodies import (
    BODY_READERS,
    JSON,
    IdempotencyOf,
    idempotency_key,
    media_type_of,
)
from service.api.state import ServicesOf, StateOf, state_of

_MOST_BYTES = 65_536
"""Bytes of a body that is read before the caller is known: of a larger one no byte is."""

_Reader = Callable[[Request, bytes], Any]


class DirectRoute(APIRoute):
    """A route of calls with a short body of JSON; any other call is left to FastAPI."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of calls."""
        usual, readers = super().get_route_handler(), readers_of(self.endpoint)

        def work(request: Request, raw: bytes) -> Response:
            values = {name: read(request, raw) for name, read in readers.items()}
            answer: Response = self.endpoint(**values)
            return answer

        async def handle(request: Request) -> Response:
            if not readers or not _is_short(request):
                return await usual(request)
            return await run_in_threadpool(work, request, await request.body())

        return handle


def _is_short(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    is_known = length.isascii() and length.isdigit() and len(length) < len(str(_MOST_BYTES)) + 1
    return is_known and int(length) <= _MOST_BYTES and media_type_of(request) == JSON


def readers_of(endpoint: Callable[..., Any]) -> dict[str, _Reader]:
    """Return how each parameter is read.

    Empty where one is read in a way unknown here, or where FastAPI has to make the answer.
    """
    hints = get_type_hints(endpoint, include_extras=True)
    if hints.get("return") is not Response:
        return {}
    found = {
        name: _reader(next(iter(getattr(hints[name], "__metadata__", ())), None))
        for name in inspect.signature(endpoint).parameters
    }
    readers = {name: read for name, read in found.items() if read is not None}
    return readers if len(readers) == len(found) else {}


def _reader(declared: object) -> _Reader | None:
    if isinstance(declared, Security):
        scopes = tuple(declared.scopes or ())
        return lambda request, _: caller_now(request, scopes)
    if not isinstance(declared, Depends):
        return None
    body = BODY_READERS.get(declared.dependency)
    if body is not None:
        return lambda _, raw: body(raw)
    return _PLAIN.get(declared.dependency)


def _key(request: Request, raw: bytes) -> Any:
    key = request.headers.get("Idempotency-Key")
    return None if key is None else idempotency_key(request, key, raw)


def _dependency(declared: Any) -> object:
    """Return the function behind an annotation of FastAPI."""
    return declared.__metadata__[0].dependency


_PLAIN: dict[object, _Reader] = {
    _dependency(IdempotencyOf): _key,
    _dependency(StateOf): lambda request, _: state_of(request),
    _dependency(ServicesOf): lambda request, _: state_of(request).services,
}
