"""The OpenAPI document against the application: every answer is documented."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import Receive, Scope, Send

from domain.access.access import ROLE_SCOPES, ROLES_OF_FORCES, Role
from domain.access.access import Scope as AccessScope
from tests.integration.api.driver import World
from tests.integration.api.minutiae import with_minutiae
from tests.integration.api.prints import impression

pytestmark = pytest.mark.slow


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Return lines of JSON; a value that is not a list becomes one line."""
    lines = value if isinstance(value, list) else [value]
    return "\n".join(
        line if isinstance(line, str) else json.dumps(line) for line in lines
    ).encode()


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def api_schema(shared_world: World) -> Any:
    """Return the document, over the running application."""

    async def _application(scope: Scope, receive: Receive, send: Send) -> None:
        # The application is started and stopped by its fixture alone.
        if scope["type"] == "lifespan":
            await _stay_up(receive, send)
            return
        await shared_world.app(scope, receive, send)

    return schemathesis.openapi.from_asgi("/openapi.json", _application)


async def _stay_up(receive: Receive, send: Send) -> None:
    for done in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{done}.complete"})


def test_whatever_is_sent_is_answered_as_documented(api_schema: Any, shared_world: World) -> None:
    known, errors = existing(shared_world), []
    for found in api_schema.get_all_operations():
        operation = found.ok()
        try:
            fuzz(operation, shared_world, known)
        except Exception as error:  # noqa: BLE001 - each is raised below
            error.add_note(f"{operation.method.upper()} {operation.path}")
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} operations", errors)


def fuzz(operation: Any, world: World, known: dict[str, str]) -> None:
    """Send requests within the document and beyond; assert that each answer is documented."""

    @given(case=operation.as_strategy(), is_near=st.booleans())
    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def _send(case: schemathesis.Case, *, is_near: bool) -> None:
        case.headers.update(headers_for(operation, world))
        if is_near:
            bring_near(case, known)
        case.call_and_validate(checks=CHECKS)

    _send()


def existing(world: World) -> dict[str, str]:
    """Return ids of existing items, by their names in paths."""
    enrolled = world.enrol(1)
    search_id = world.search(1)
    return {
        "encounter_id": enrolled["encounter_id"],
        "record_id": enrolled["record_id"],
        "version": "1",
        "person_id": world.enrol(2)["person_id"],
        "search_id": search_id,
        "case_id": world.case_of(search_id),
    }


def bring_near(case: schemathesis.Case, known: dict[str, str]) -> None:
    """Point the case at an existing item and make its prints readable."""
    for name in set(case.path_parameters or ()) & set(known):
        case.path_parameters[name] = known[name]
    body = case.body if isinstance(case.body, dict) else {}
    if "captured_at" in body:
        body["captured_at"] = "2024-05-06T07:08:09Z"
    if "expected_version" in body:
        body["expected_version"] = 1
    impressions = body.get("impressions")
    for number, one in enumerate(impressions if isinstance(impressions, list) else []):
        if isinstance(one, dict) and number < 10:
            near = impression(1, number + 1)
            one.update(with_minutiae([near])[0] if "minutiae" in one else near)


def headers_for(operation: Any, world: World) -> dict[str, str]:
    """Return the headers of a caller whose role covers the call."""
    security = operation.definition.raw.get("security")
    if not security:
        return {}
    scope = AccessScope(security[0]["client"][0])
    role = next(role for role in Role if scope in ROLE_SCOPES[role])
    user = world.user(role, f"fuzz-{role}", force="01" if role in ROLES_OF_FORCES else None)
    return user.headers
