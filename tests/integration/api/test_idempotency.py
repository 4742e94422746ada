"""A repeated request is done once; another request under the same key is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain.access import Purpose, Role
from tests.integration.api.driver import User, World, headers
from tests.integration.api.prints import encounter, record, tenprint
from tests.integration.api.test_bad_input import assert_problem

REQUESTS: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/encounters", encounter(1), "encounter_id"),
    ("/v1/searches", {"search_type": "TP/TP", "impressions": tenprint(1)}, "search_id"),
    ("/v1/names-enquiries", {"details": {"names": record(1)["names"]}}, "search_id"),
]


@pytest.mark.parametrize(("path", "body", "name"), REQUESTS, ids=[r[0] for r in REQUESTS])
def test_a_repeated_request_gives_the_same_answer_and_changes_nothing(
    world: World, path: str, body: dict[str, Any], name: str
) -> None:
    world.enrol(1)
    user = world.force()

    first = user.post(path, body, Idempotency_Key="key-1")
    before = world.counts()
    second = user.post(path, body, Idempotency_Key="key-1")
    other_key = user.post(path, body, Idempotency_Key="key-2")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert other_key.json()[name] != first.json()[name]
    assert world.counts()[0] == before[0] + 1


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(world: World) -> None:
    user = world.force()
    user.post("/v1/encounters", encounter(1), Idempotency_Key="key-1")
    before = world.counts()

    other_body = user.post("/v1/encounters", encounter(2), Idempotency_Key="key-1")
    other_call = user.post("/v1/searches", REQUESTS[1][1], Idempotency_Key="key-1")

    assert_problem(other_body, 409, "idempotency-conflict")
    assert_problem(other_call, 409, "idempotency-conflict")
    assert world.counts() == before


def test_a_key_belongs_to_one_account(world: World) -> None:
    first = world.force("01").post("/v1/encounters", encounter(1), Idempotency_Key="key-1")
    second = world.user(Role.FORCE, "another-desk", force="01").post(
        "/v1/encounters", encounter(1), Idempotency_Key="key-1"
    )

    assert second.status_code == 201
    assert first.json()["encounter_id"] != second.json()["encounter_id"]


@pytest.mark.parametrize(("path", "body", "name"), REQUESTS, ids=[r[0] for r in REQUESTS])
def test_accounts_of_one_name_in_two_forces_share_no_key(
    world: World, path: str, body: dict[str, Any], name: str
) -> None:
    world.enrol(1)
    theirs, ours = (
        User(world.client, headers(world.secret(Role.FORCE, "desk", force=force), Purpose.ARREST))
        for force in ("47", "01")
    )

    first = theirs.post(path, body, Idempotency_Key="key-1")
    second = ours.post(path, body, Idempotency_Key="key-1")
    other_body = ours.post("/v1/encounters", encounter(2), Idempotency_Key="key-1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()[name] != second.json()[name]
    assert theirs.post(path, body, Idempotency_Key="key-1").json() == first.json()
    assert_problem(other_body, 409, "idempotency-conflict")


def test_of_equal_requests_at_once_one_is_done(world: World) -> None:
    user = world.force()

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda _: user.post("/v1/encounters", encounter(1), Idempotency_Key="key-1"),
                range(4),
            )
        )

    done = [answer.json()["encounter_id"] for answer in answers if answer.status_code == 201]
    assert len(set(done)) == 1
    assert all(answer.status_code in {201, 409} for answer in answers)
    assert world.counts()[3] == 1
