"""Whatever a page can do the API can do, for the same role: the route tables side by side."""

from __future__ import annotations

from typing import Any

import pytest

from domain.access.access import ROLE_SCOPES, Role, Scope
from tests.integration.api.driver import World
from tests.integration.parity.routes import CALLS, EXCEPTIONS, Page, pages_of

_DESKS = {Role.CASE_OFFICER: "requests", Role.RECONCILER: "conversion"}
"""Roles that search from the pages of their own desk alone."""


@pytest.fixture
def pages(sqlite_world: World) -> tuple[Page, ...]:
    return pages_of(sqlite_world.app)


@pytest.fixture
def scopes(sqlite_world: World) -> dict[str, Scope]:
    """Return the scope of every call that needs one."""
    paths: dict[str, dict[str, Any]] = sqlite_world.app.openapi()["paths"]
    return {
        f"{method.upper()} {path}": Scope(operation["security"][0]["client"][0])
        for path, operations in paths.items()
        for method, operation in operations.items()
        if operation.get("security")
    }


def test_every_page_has_its_calls_or_a_reason(pages: tuple[Page, ...]) -> None:
    found = {page.operation for page in pages}

    assert len(found) > 40
    assert found == CALLS.keys() | EXCEPTIONS.keys()
    assert not CALLS.keys() & EXCEPTIONS.keys()
    assert all(EXCEPTIONS.values())


def test_every_call_of_the_table_is_one_of_the_application(scopes: dict[str, Scope]) -> None:
    assert {call for calls in CALLS.values() for call in calls} <= scopes.keys()


def test_whoever_may_open_a_page_may_make_its_call(
    pages: tuple[Page, ...], scopes: dict[str, Scope]
) -> None:
    kept_out = {
        (page.operation, role)
        for page in pages
        if page.operation in CALLS
        for role in page.roles
        if not any(scopes[call] in ROLE_SCOPES[role] for call in CALLS[page.operation])
    }

    assert all(page.roles for page in pages if page.operation in CALLS)
    assert kept_out == set()


def test_whoever_may_make_a_call_may_open_its_page(
    pages: tuple[Page, ...], scopes: dict[str, Scope]
) -> None:
    wider = {
        (page.operation, role)
        for page in pages
        if page.operation in CALLS
        for role, held in ROLE_SCOPES.items()
        if any(scopes[call] in held for call in CALLS[page.operation]) and role not in page.roles
        # These look for the person of a request, or of a frame, from the page of that thing.
        if not (role in _DESKS and _DESKS[role] not in page.operation)
    }

    assert wider == set()
