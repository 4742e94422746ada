"""The addresses of an application that answer without a token and without a sign-in."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Route

from service.api.authentication import _caller
from service.web.visitors import signed_in

_ASKS_WHO_CALLS = frozenset({_caller, signed_in})


def open_doors(app: FastAPI) -> list[str]:
    """Return `METHOD /path` of each route that asks neither for a token nor for a session."""
    return sorted(
        f"{method} {route.path}"
        for route in _flat(app.routes)
        if not (isinstance(route, APIRoute) and _asks(route.dependant))
        for method in (route.methods or ())
        if method not in {"HEAD", "OPTIONS"}
    )


def _asks(dependant: Dependant) -> bool:
    return dependant.call in _ASKS_WHO_CALLS or any(map(_asks, dependant.dependencies))


def _flat(routes: list[BaseRoute]) -> Iterator[Route]:
    for route in routes:
        if isinstance(route, Route):
            yield route
        elif hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes)
