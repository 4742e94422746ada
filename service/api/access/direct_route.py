"""Routes whose calls can be worked in one thread, without a walk over their dependencies.

FastAPI resolves the dependencies of a call one by one, those that may wait each in a thread of its
own, and reads each header through a model: for a search a tenth of all its work outside the
index. `DirectCallsMiddleware` calls the same functions one after the other, in the order in which
the route declares them. Declarations, documentation and answers stay FastAPI's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeGuard, get_type_hints

from fastapi import Request, Response
from fastapi.params import Depends, Security
from fastapi.routing import APIRoute

from service.api.authentication import Searcher, call_now
from service.api.bodies import (
    BODY_READERS,
    IdempotencyOf,
    idempotency_key,
)
from service.api.state import ServicesOf, StateOf, state_of

_Reader = Callable[[Request, bytes], Any]


class DirectRoute(APIRoute):
    """A route whose calls `DirectCallsMiddleware` works where it can."""

    def readers(self) -> dict[str, _Reader]:
        """Return the result of `readers_of`; empty where the route has dependencies of its own."""
        return {} if self.dependencies else readers_of(self.endpoint)


def readers_of(endpoint: Callable[..., Any]) -> dict[str, _Reader]:
    """Return how each parameter is read, the caller first.

    Empty where another comes first, where one is read in a way unknown here, or where FastAPI has
    to make the answer.
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
