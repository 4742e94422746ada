"""A call that is worked in one thread is answered as one that FastAPI resolves.

A body of 100,000 bytes is left to FastAPI; white space behind its JSON changes nothing else.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, HTTPException, Response, Security

from domain.access.access import Role
from domain.errors import NotFoundError
from service.api import people, searches
from service.api.access.direct_calls import DirectRoute, readers_of
from service.api.authentication import Searcher
from service.api.searches.searches import post_names_enquiry
from service.api.state import ServicesOf
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


@pytest.mark.parametrize("error", [RuntimeError(), NotFoundError(), HTTPException(404)])
def test_an_error_inside_is_answered_the_same_either_way(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The handlers of the application answer it, or its outermost layer, with all headers."""
    text = json.dumps(SEARCH).encode()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("service.api.searches.searches.submit", fail)

    answers = [
        sent(sqlite_world, "/v1/searches", content, {}, Role.FORCE)
        for content in (text, text.ljust(LONG))
    ]

    lines = [json.loads(line) for line in sqlite_world.log.getvalue().splitlines()]
    told = [(one["route"], one["problem"]) for one in lines if one["event"] == "request"]
    (status, problem, headers), (other_status, other, other_headers) = answers
    assert status == other_status == (500 if isinstance(error, RuntimeError) else 404)
    assert {**problem, "instance": ""} == {**other, "instance": ""}
    assert _without_id(headers) == _without_id(other_headers)
    assert told[-2] == told[-1] == ("/v1/searches", problem["type"].removeprefix("/problems/"))


def _without_id(headers: Mapping[str, str]) -> dict[str, str]:
    ids = {"x-request-id"}
    return {name: value for name, value in headers.items() if name not in ids}


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


@pytest.mark.parametrize("length", [10, LONG])
@pytest.mark.parametrize("path", CALLS)
def test_one_who_hangs_up_is_known_either_way(sqlite_world: World, path: str, length: int) -> None:
    user = sqlite_world.force()
    headers = {**user.headers, "Content-Type": "application/json", "Content-Length": str(length)}

    asyncio.run(hang_up(sqlite_world, path, headers))

    line = json.loads(sqlite_world.log.getvalue().splitlines()[-1])
    assert (line["status"], line["problem"]) == (499, "client-disconnected")
    assert line["actor"]
    assert (line["role"], line["force"], line["purpose"]) == ("force", "01", "arrest")


async def hang_up(world: World, path: str, headers: Mapping[str, str]) -> None:
    """Send the beginning of a body, and no more."""
    parts = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> dict[str, Any]:
        return parts.pop() if parts else {"type": "http.disconnect"}

    async def send(_: Mapping[str, Any]) -> None:
        pytest.fail("There is an answer.")

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
    }
    await world.app(scope, receive, send)


async def _other_caller() -> None: ...


def _first_other(caller: Annotated[None, Security(_other_caller)]) -> Response: ...


def _caller_behind(services: ServicesOf, caller: Searcher) -> Response: ...


def _several(caller: Searcher, other: Annotated[None, Security(_other_caller)]) -> Response: ...


@pytest.mark.parametrize("endpoint", [_first_other, _caller_behind, _several])
def test_other_ways_to_know_a_caller_are_left_to_fastapi(
    endpoint: Callable[..., Response],
) -> None:
    assert readers_of(endpoint) == {}


def test_dependencies_of_a_route_are_left_to_fastapi(sqlite_world: World) -> None:
    asked = []
    router = APIRouter(route_class=DirectRoute)
    router.post("/other", dependencies=[Depends(lambda: asked.append(1))])(post_names_enquiry)
    sqlite_world.app.include_router(router)

    status, _, _ = sent(sqlite_world, "/other", json.dumps(NAMES).encode(), {}, Role.FORCE)

    assert (status, asked) == (201, [1])


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
