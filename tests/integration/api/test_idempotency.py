"""A repeated request is done once; another request under the same key is refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import select, update

from domain.access.access import Purpose, Role
from service.api.bodies import same_however_divided, same_however_written
from service.storage.tables.workbench import idempotency_requests
from tests.integration.api.driver import User, World, headers
from tests.integration.api.prints import encounter, record, tenprint
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.workers import ndjson, search_line, submit
from tests.integration.provenance.tampering import past_triggers

pytestmark = pytest.mark.promise("idempotency")

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


@pytest.mark.promise("tampering")
@pytest.mark.parametrize("taken", [("resource_id",), ("resource_id", "request_digest")])
def test_a_repeated_request_is_not_answered_by_what_the_database_was_told(
    world: World, database_url: str, taken: tuple[str, ...]
) -> None:
    """Whoever can write to the database would let a search tell what was found for another."""
    world.enrol(1)
    user, table = world.force(), idempotency_requests
    bodies = [{"search_type": "TP/TP", "impressions": tenprint(person)} for person in (1, 2)]
    own, other = (
        user.post("/v1/searches", body, Idempotency_Key=f"key-{number}").json()["search_id"]
        for number, body in enumerate(bodies)
    )
    with past_triggers(database_url) as raw:
        row = raw.execute(select(table).where(table.c.resource_id == other)).mappings().one()
        changed = update(table).where(table.c.resource_id == own)
        raw.execute(changed.values({name: row[name] for name in taken}))
        raw.commit()

    again = user.post("/v1/searches", bodies[0], Idempotency_Key="key-0")

    assert_problem(again, 409, "idempotency-conflict")


def test_the_same_json_may_be_written_anew_and_the_key_be_quoted(world: World) -> None:
    body = encounter(1)
    turned = dict(reversed(list(body.items())))
    user = world.force()
    headers = user.headers | {"Content-Type": "application/json"}

    first, second, third = (
        world.client.post(
            "/v1/encounters",
            content=json.dumps(written, indent=indent),
            headers={**headers, "Idempotency-Key": key},
        )
        for written, indent, key in (
            (body, None, "8e03978e"),
            (turned, 2, '"8e03978e"'),
            (body, 1, "8e03978e"),
        )
    )

    assert [one.status_code for one in (first, second, third)] == [201, 201, 201]
    assert first.json() == second.json() == third.json()


@pytest.mark.parametrize("key", ['"', '""', '"a', 'a"', '"a"b"', "a b", "'a'", ""])
def test_a_malformed_key_is_refused(sqlite_world: World, key: str) -> None:
    answer = sqlite_world.force().post("/v1/encounters", encounter(1), Idempotency_Key=key)

    assert_problem(answer, 400, "invalid-input")


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ('{"a":1.0,"b":[1]}', '{ "b":[1e0], "a":1 }', True),
        ('{"a":"\\u00e9"}', '{"a":"é"}', True),
        ('{"a":1}', '{"a":"1"}', False),
        ('{"a":[1,2]}', '{"a":[2,1]}', False),
        ('{"a":12345678901234567890123}', '{"a":12345678901234567890124}', False),
        ('{"a":1}\n{"a":2}', '{"a":1}\n{"a": 2}', False),
        ("[" * 100_000, "[" * 100_001, False),
    ],
)
def test_what_counts_as_the_same_body(one: str, other: str, are_same: bool) -> None:
    first, second = (same_however_written(text.encode()) for text in (one, other))

    assert (first == second) is are_same


def test_a_form_is_the_same_with_another_boundary() -> None:
    """Clients draw one for each attempt."""

    def form(content: str, boundary: str) -> bytes:
        typed = f'multipart/form-data; boundary="{boundary}"'
        head = 'Content-Disposition: form-data; name="file"; filename="x"'
        lines = (f"--{boundary}", head, "", content, f"--{boundary}--", "")
        return same_however_divided("\r\n".join(lines).encode(), typed)

    assert form("prints", "4f1") == form("prints", "8e0")
    assert form("prints", "4f1") != form("others", "4f1")


def test_a_webhook_is_added_once_and_its_secret_changed_once(world: World) -> None:
    user = world.force()
    body = {"url": "https://force.example/hook", "topics": ["search.concluded"]}

    added = [user.post("/v1/webhooks", body, Idempotency_Key="key-1") for _ in range(2)]
    place = f"{added[0].headers['Location']}/secret"
    changed = [user.post(place, None, Idempotency_Key="key-2") for _ in range(2)]
    other = user.post("/v1/webhooks", {**body, "url": f"{body['url']}/b"}, Idempotency_Key="key-1")

    assert [one.status_code for one in (*added, *changed)] == [201, 201, 200, 200]
    assert added[0].json() == added[1].json()
    assert changed[0].json() == changed[1].json()
    assert changed[0].json()["secret"] != added[0].json()["secret"]
    assert len(user.get("/v1/webhooks").json()["webhooks"]) == 1
    assert_problem(other, 409, "idempotency-conflict")


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(world: World) -> None:
    user = world.force()
    user.post("/v1/encounters", encounter(1), Idempotency_Key="key-1")
    before = world.counts()

    other_body = user.post("/v1/encounters", encounter(2), Idempotency_Key="key-1")
    other_call = user.post("/v1/searches", REQUESTS[1][1], Idempotency_Key="key-1")

    assert_problem(other_body, 409, "idempotency-conflict")
    assert_problem(other_call, 409, "idempotency-conflict")
    assert world.counts() == before


@pytest.mark.parametrize(("path", "body", "name"), REQUESTS, ids=[r[0] for r in REQUESTS])
def test_the_same_key_for_another_purpose_or_person_is_refused(
    world: World, path: str, body: dict[str, Any], name: str
) -> None:
    """The look is recorded for a purpose and a person: the first answer is for no other."""
    world.enrol(1)
    user, given = world.force(), {"X_Purpose": "arrest", "X_On_Behalf_Of": "officer-1"}
    first = user.post(path, body, Idempotency_Key="key-1", **given)
    before = world.counts()

    others = [
        user.post(path, body, Idempotency_Key="key-1", **(given | changed))
        for changed in ({"X_Purpose": "identity-check"}, {"X_On_Behalf_Of": "officer-2"})
    ]
    unnamed = user.post(path, body, Idempotency_Key="key-1", X_Purpose="arrest")
    again = user.post(path, body, Idempotency_Key="key-1", **given)

    for other in (*others, unnamed):
        assert_problem(other, 409, "idempotency-conflict")
    assert again.json()[name] == first.json()[name]
    assert world.counts() == before


def test_whatever_a_keyed_call_states_beside_its_body_makes_another_request(
    shared_world: World,
) -> None:
    """A new header or parameter has to be part of what the key is for: then name it here."""
    stated = {
        (one["name"], one["in"])
        for methods in shared_world.app.openapi()["paths"].values()
        for operation in methods.values()
        if "Idempotency-Key" in {one["name"] for one in operation.get("parameters", ())}
        for one in operation["parameters"]
        if one["in"] != "path"
    }

    assert stated == {
        ("Idempotency-Key", "header"),
        *(("X-Purpose", "header"), ("X-On-Behalf-Of", "header")),
        *(("priority", "query"), ("X-Reference", "header")),
    }


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


AT_ONCE = 20


def at_once(world: World, path: str, bodies: list[dict[str, Any]]) -> list[Response]:
    """Send bodies under one key so that all are under way together."""
    user, start = world.force(), Barrier(len(bodies), timeout=60)

    def send(body: dict[str, Any]) -> Response:
        start.wait()
        return user.post(path, body, Idempotency_Key="key-1")

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


@pytest.mark.parametrize(("path", "body", "name"), REQUESTS, ids=[r[0] for r in REQUESTS])
def test_of_equal_requests_at_once_one_is_done_and_all_get_its_answer(
    world: World, path: str, body: dict[str, Any], name: str
) -> None:
    world.enrol(1)
    before = world.counts()

    answers = at_once(world, path, [body] * AT_ONCE)

    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert len({answer.json()[name] for answer in answers}) == 1
    assert world.counts()[0] == before[0] + 1


def test_a_batch_of_another_priority_or_reference_is_another_request(sqlite_world: World) -> None:
    """Both stand outside the body."""
    lines = ndjson(search_line(1))
    given = {"priority": "high", "reference": "Op 7", "key": "key-1"}
    first, again = (submit(sqlite_world, lines, **given) for _ in range(2))
    for other in ({"priority": "urgent"}, {"reference": "Op 8"}):
        refused = submit(sqlite_world, lines, **(given | other))
        assert_problem(refused, 409, "idempotency-conflict")

    assert first.json() == again.json()


def test_of_equal_batches_at_once_one_is_stored(world: World) -> None:
    world.force()
    start = Barrier(AT_ONCE, timeout=60)

    def send(_number: int) -> Response:
        start.wait()
        return submit(world, ndjson(search_line(1), search_line(2)), key="key-1")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, range(AT_ONCE)))

    assert [answer.status_code for answer in answers] == [202] * AT_ONCE
    assert len({answer.json()["batch_id"] for answer in answers}) == 1


def test_of_two_bodies_at_once_under_one_key_one_is_done_and_the_other_refused(
    world: World,
) -> None:
    answers = at_once(world, "/v1/encounters", [encounter(1), encounter(2)] * 5)

    done = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert (len(done), len(refused)) == (5, 5)
    assert len({answer.json()["encounter_id"] for answer in done}) == 1
    assert world.counts()[3] == 1
