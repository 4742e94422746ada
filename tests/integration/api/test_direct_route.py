"""A call that is worked in one thread is answered as one that FastAPI resolves.

A body of 100,000 bytes is left to FastAPI; white space behind its JSON changes nothing else.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from domain.access import Role
from service.api import people, searches
from service.api.access.direct_route import DirectRoute, readers_of
from tests.integration.api.driver import World
from tests.integration.api.prints import encounter, record, tenprint

LONG = 100_000
SEARCH = {"search_type": "TP/TP", "impressions": tenprint(1)}
NAMES = {"details": {key: record(1)[key] for key in ("names", "dates_of_birth")}}
CALLS = {
    "/v1/searches": SEARCH,
    "/v1/names-enquiries": NAMES,
    "/v1/encounters": encounter(1),
}
FAULTS: list[tuple[str, Mapping[str, str | None], bytes | None]] = [
    ("no-token", {"Authorization": None}, None),
    ("another-scheme", {"Authorization": "Basic abc"}, None),
    ("unknown-token", {"Authorization": "Bearer il_unknown"}, None),
    ("no-purpose", {"X-Purpose": None}, None),
    ("unknown-purpose", {"X-Purpose": "curiosity"}, None),
    ("bad-behalf", {"X-On-Behalf-Of": "a b"}, None),
    ("bad-key", {"Idempotency-Key": "a b"}, None),
    ("media-type", {"Content-Type": "text/plain"}, None),
    ("no-json", {}, b"{"),
    ("unknown-field", {}, b'{"unknown": 1}'),
    ("name-twice", {}, b'{"details": {"sex": "male", "sex": "male"}}'),
]


def sent(
    world: World, path: str, body: bytes, changed: Mapping[str, str | None], role: Role
) -> tuple[int, Any, Mapping[str, str]]:
    user = world.user(role, f"{role}-1", force="01" if role is Role.FORCE else None)
    headers = {**user.headers, "Content-Type": "application/json", **changed}
    kept = {name: value for name, value in headers.items() if value is not None}
    answer = world.client.post(path, content=body, headers=kept)
    return answer.status_code, answer.json(), answer.headers


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize(
    ("changed", "body"), [one[1:] for one in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_refusal_is_the_same_either_way(
    sqlite_world: World, path: str, changed: Mapping[str, str | None], body: bytes | None
) -> None:
    text = json.dumps(CALLS[path]).encode() if body is None else body

    answers = [
        sent(sqlite_world, path, content, changed, Role.FORCE)
        for content in (text, text.ljust(LONG))
    ]

    (status, problem, _), (other_status, other, _) = answers
    assert status == other_status >= 400
    assert {**problem, "instance": ""} == {**other, "instance": ""}


@pytest.mark.parametrize("path", CALLS)
def test_a_caller_without_the_scope_is_refused_either_way(sqlite_world: World, path: str) -> None:
    text = json.dumps(CALLS[path]).encode()

    answers = [
        sent(sqlite_world, path, content, {}, Role.EXAMINER)[0]
        for content in (text, text.ljust(LONG))
    ]

    assert answers == [403, 403]


@pytest.mark.parametrize("path", CALLS)
def test_a_key_stands_for_one_request_either_way(sqlite_world: World, path: str) -> None:
    text = json.dumps(CALLS[path]).encode()

    answers = [
        sent(sqlite_world, path, content, {"Idempotency-Key": "key-1"}, Role.FORCE)
        for content in (text, text.ljust(LONG))
    ]

    assert [status for status, _, _ in answers] == [201, 201]
    assert answers[0][1] == answers[1][1]
    assert answers[0][2]["Location"] == answers[1][2]["Location"]


@pytest.mark.parametrize("path", CALLS)
def test_no_packed_body_is_unpacked_for_an_unknown_caller(sqlite_world: World, path: str) -> None:
    """The length of a packed body says nothing of what it becomes."""
    much = gzip.compress(b" " * 9_000_000)
    unknown = {"Authorization": "Bearer il_unknown", "Content-Encoding": "gzip"}

    answers = [
        sent(sqlite_world, path, content, unknown, Role.FORCE)[0] for content in (much, b"no gzip")
    ]

    assert len(much) < LONG
    assert answers == [401, 401]


def test_the_calls_are_worked_directly() -> None:
    routes = [
        route
        for room in (people, searches)
        for router in room.ROUTERS
        for route in router.routes
        if isinstance(route, DirectRoute)
        and route.path in CALLS
        and "POST" in (route.methods or ())
    ]

    assert len(routes) == len(CALLS)
    assert all(readers_of(route.endpoint) for route in routes)
