"""Systems of forces: keys, access tokens by client credentials, rotation, revocation."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from httpx2 import Response

from domain.access.access import DECIDING, ROLE_SCOPES, Purpose, Role
from domain.errors import ConflictError, StoreUnavailableError
from domain.ids import ForceCode
from service.bootstrap.keys import open_log_signer
from service.live.rate_limits import RateLimiter
from service.provenance.bundle.bundle import TrustedKeys
from service.usecases.access import clients
from service.usecases.access.clients import AddClient, IssuedKey, add_client, rotate_key
from service.usecases.log.verification import verify_store
from tests.integration.api.driver import ROOT, User, World, headers
from tests.integration.api.prints import encounter
from tests.integration.api.test_bad_input import assert_problem

GRANT = {"grant_type": "client_credentials"}
NOWHERE = "0" * 32


def added(world: World, name: str = "custody-suite", **changes: Any) -> IssuedKey:
    return add_client(world.services, AddClient(ROOT, name, ForceCode("01"), **changes))


def basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def ask(world: World, client_id: str, secret: str, **fields: str) -> Response:
    sent = basic(client_id, secret)
    return world.client.post("/v1/oauth/token", data={**GRANT, **fields}, headers=sent)


def token_of(world: World, issued: IssuedKey, **fields: str) -> User:
    answer = ask(world, issued.client.client_id, issued.secret, **fields)
    assert answer.status_code == 200, answer.text
    return User(world.client, headers(answer.json()["access_token"], Purpose.ARREST))


def assert_refused(answer: Response, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_a_client_gets_a_short_token_and_works_with_it(world: World) -> None:
    issued = added(world)

    answer = ask(world, issued.client.client_id, issued.secret)
    user = User(world.client, headers(answer.json()["access_token"], Purpose.ARREST))

    told = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 15 * 60)
    assert set(told["scope"].split()) == ROLE_SCOPES[Role.FORCE] - DECIDING
    assert user.post("/v1/encounters", encounter(1)).status_code == 201
    assert user.get("/v1/tokens").status_code == 405
    assert_problem(user.get("/v1/cases"), 403, "not-permitted")


def test_credentials_may_come_in_the_form(world: World) -> None:
    issued = added(world)
    fields = {"client_id": issued.client.client_id, "client_secret": issued.secret}

    answer = world.client.post("/v1/oauth/token", data={**GRANT, **fields})

    assert answer.status_code == 200


def test_a_token_holds_what_was_asked_for_and_never_more_than_the_client(world: World) -> None:
    some = frozenset(scope for scope in ROLE_SCOPES[Role.FORCE] if "searches" in scope)
    issued = added(world, scopes=some)

    reader = token_of(world, issued, scope="searches:read")
    beyond = [
        ask(world, issued.client.client_id, issued.secret, scope=scope)
        for scope in ("links:read", "searches:read links:read", "log:read", "no such scope")
    ]

    assert reader.get("/v1/searches").status_code == 200
    assert_problem(reader.post("/v1/searches", {}), 403, "not-permitted")
    for answer in beyond:
        assert_refused(answer, 400, "invalid_scope")


def test_whom_a_client_acts_for_reaches_search_and_event(world: World) -> None:
    user = token_of(world, issued := added(world))
    body = {"search_type": "TP/TP", "impressions": encounter(1)["impressions"]}

    answer = user.post("/v1/searches", body, X_On_Behalf_Of="collar-4711")

    assert user.get(answer.headers["Location"]).json()["on_behalf_of"] == "collar-4711"
    entries = world.auditor().get("/v1/log/entries?limit=200").json()["entries"]
    event = json.loads(next(e["body"] for e in entries if e["event_type"] == "searched"))
    assert (event["actor"], event["on_behalf_of"]) == (issued.client.client_id, "collar-4711")


def test_unknown_wrong_and_revoked_answer_alike(world: World) -> None:
    issued, gone = added(world), added(world, "gone")
    administrator = world.administrator()
    administrator.delete(f"/v1/clients/{gone.client.client_id}")
    before = world.counts()

    answers = [
        ask(world, client_id, secret)
        for client_id, secret in (
            (NOWHERE, issued.secret),
            ("no id\x00", issued.secret),
            (issued.client.client_id, "wrong"),
            (issued.client.client_id, gone.secret),
            (gone.client.client_id, gone.secret),
        )
    ]

    for answer in answers:
        assert_refused(answer, 401, "invalid_client")
    assert len({answer.text for answer in answers}) == 1
    assert world.counts() == before


def test_as_many_digests_are_compared_whoever_asks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = added(world)
    compared: list[tuple[str, str]] = []
    real = clients.hmac.compare_digest

    def counting(stored: str, given: str) -> bool:
        compared.append((stored, given))
        return bool(real(stored, given))

    monkeypatch.setattr(clients.hmac, "compare_digest", counting)
    counts = []
    for client_id, secret in (
        (NOWHERE, "x"),
        (issued.client.client_id, "x"),
        (issued.client.client_id, issued.secret),
    ):
        compared.clear()
        ask(world, client_id, secret)
        counts.append(len(compared))

    assert counts == [2, 2, 2]
    assert issued.secret not in str(compared)


def test_two_keys_overlap_and_the_old_one_ends_with_its_tokens_at_once(world: World) -> None:
    issued = added(world)
    administrator = world.administrator()
    place = f"/v1/clients/{issued.client.client_id}"
    by_old = token_of(world, issued)

    rotated = administrator.post(f"{place}/keys")
    third = administrator.post(f"{place}/keys")
    by_new = User(
        world.client,
        headers(
            ask(world, issued.client.client_id, rotated.json()["secret"]).json()["access_token"],
            Purpose.ARREST,
        ),
    )
    both = [user.get("/v1/searches").status_code for user in (by_old, by_new)]
    revoked = administrator.delete(f"{place}/keys/{issued.key.key_id}")
    again = administrator.delete(f"{place}/keys/{issued.key.key_id}")

    assert (rotated.status_code, third.status_code) == (201, 409)
    assert both == [200, 200]
    assert (revoked.status_code, again.status_code) == (204, 204)
    assert_problem(by_old.get("/v1/searches"), 401, "not-authenticated")
    assert by_new.get("/v1/searches").status_code == 200
    assert_refused(ask(world, issued.client.client_id, issued.secret), 401, "invalid_client")
    assert administrator.post(f"{place}/keys").status_code == 201


def test_a_revoked_client_is_out_at_once(world: World) -> None:
    issued = added(world)
    user = token_of(world, issued)
    administrator = world.administrator()
    place = f"/v1/clients/{issued.client.client_id}"

    administrator.delete(place)

    assert_problem(user.get("/v1/searches"), 401, "not-authenticated")
    assert_problem(administrator.post(f"{place}/keys"), 409, "conflict")
    assert_problem(administrator.delete(f"/v1/clients/{NOWHERE}"), 404, "not-found")
    assert_problem(administrator.delete(f"{place}/keys/{NOWHERE}"), 404, "not-found")


def test_an_access_token_ends(world: World) -> None:
    state = world.app.state.api
    services = state.services
    user = token_of(world, added(world))
    surroundings = services.surroundings
    world.app.state.api = replace(
        state,
        services=replace(
            services,
            surroundings=replace(
                surroundings, clock=lambda: surroundings.clock() + timedelta(minutes=16)
            ),
        ),
    )

    assert_problem(user.get("/v1/searches"), 401, "not-authenticated")


def test_clients_are_listed_without_secrets(world: World) -> None:
    administrator = world.administrator()
    body = {"name": "custody-suite", "force": "01", "scopes": ["searches:write"]}

    made = administrator.post("/v1/clients", body)
    taken = administrator.post("/v1/clients", body)
    listed = administrator.get("/v1/clients")

    assert (made.status_code, taken.status_code) == (201, 409)
    assert made.json()["secret"] not in listed.text
    assert [one["name"] for one in listed.json()["clients"]] == ["custody-suite"]
    assert made.headers["Location"].endswith(listed.json()["clients"][0]["client_id"])


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"name": "Two Words"}, 422, "malformed-request"),
        ({"force": "ZZ"}, 400, "unknown-force"),
        ({"scopes": ["log:read"]}, 403, "not-permitted"),
        ({"scopes": []}, 400, "invalid-input"),
    ],
)
def test_a_client_that_cannot_be_is_not_added(
    shared_world: World, changed: dict[str, Any], status: int, code: str
) -> None:
    body = {"name": "system", "force": "01"} | changed

    assert_problem(shared_world.administrator().post("/v1/clients", body), status, code)
    assert shared_world.administrator().get("/v1/clients").json() == {
        "clients": [],
        "next_after": None,
    }


@contextmanager
def limited(world: World, per_minute: int) -> Iterator[None]:
    state = world.app.state.api
    world.app.state.api = replace(state, token_limiter=RateLimiter(per_minute, lambda: 0.0))
    yield
    world.app.state.api = state


def test_guessing_is_slowed_down_and_locks_no_client_out(sqlite_world: World) -> None:
    world, issued = sqlite_world, added(sqlite_world)

    with limited(world, 3):
        wrong = [ask(world, issued.client.client_id, "wrong").status_code for _ in range(5)]
        right = ask(world, issued.client.client_id, issued.secret)

    assert wrong == [401, 401, 401, 429, 429]
    assert right.status_code == 200


def test_a_client_gets_so_many_tokens_a_minute(sqlite_world: World) -> None:
    world, issued, other = sqlite_world, added(sqlite_world), added(sqlite_world, "other")

    with limited(world, 2):
        found = [ask(world, issued.client.client_id, issued.secret) for _ in range(3)]
        others = ask(world, other.client.client_id, other.secret)

    assert [answer.status_code for answer in found] == [200, 200, 429]
    assert_problem(found[2], 429, "rate-limited")
    assert others.status_code == 200


def test_every_step_is_an_event_and_the_log_verifies(world: World) -> None:
    issued = added(world)
    token_of(world, issued)
    administrator = world.administrator()
    place = f"/v1/clients/{issued.client.client_id}"
    administrator.post(f"{place}/keys")
    administrator.delete(f"{place}/keys/{issued.key.key_id}")
    administrator.delete(place)

    with world.services.units.read() as unit:
        events = unit.events.about(issued.client.client_id) + unit.events.about(issued.key.key_id)
    kinds = {event.event_type for event in events}

    assert {str(kind) for kind in kinds} == {
        "client-added",
        "client-key-added",
        "token-issued",
        "client-key-revoked",
        "client-revoked",
    }
    assert all(issued.secret.encode() not in event.body for event in events)
    assert issued.secret not in world.log.getvalue()
    keys = TrustedKeys(open_log_signer(world.app.state.api.settings).verifier)
    assert verify_store(world.services, keys).is_sound


@pytest.mark.parametrize(
    ("content", "sent", "status", "error"),
    [
        ("", {}, 400, "invalid_request"),
        ("grant_type=password", {}, 400, "unsupported_grant_type"),
        ("grant_type=client_credentials", {}, 401, "invalid_client"),
        ("grant_type=client_credentials&grant_type=x", {}, 400, "invalid_request"),
        ("grant_type=client_credentials&scope=a%ff", {}, 400, "invalid_request"),
        ("a=1&" * 30, {}, 400, "invalid_request"),
        ("grant_type=client_credentials", {"Content-Type": "text/plain"}, 400, "invalid_request"),
        ("grant_type=client_credentials", {"Authorization": "Basic ?"}, 401, "invalid_client"),
        ("grant_type=client_credentials", {"Authorization": "Bearer eDp5"}, 401, "invalid_client"),
        ("grant_type=client_credentials", {"Authorization": "Basic eA=="}, 401, "invalid_client"),
        (
            "grant_type=client_credentials&client_secret=y",
            {"Authorization": "Basic eDp5"},
            400,
            "invalid_request",
        ),
        (
            "grant_type=client_credentials&client_id=z",
            {"Authorization": "Basic eDp5"},
            400,
            "invalid_request",
        ),
    ],
)
def test_a_malformed_request_is_refused_in_the_words_of_the_standard(
    shared_world: World, content: str, sent: dict[str, str], status: int, error: str
) -> None:
    named = {"Content-Type": "application/x-www-form-urlencoded"} | sent

    answer = shared_world.client.post("/v1/oauth/token", content=content, headers=named)

    assert_refused(answer, status, error)


def test_many_rotations_at_one_moment_leave_two_live_keys(world: World) -> None:
    issued = added(world)
    client_id = issued.client.client_id

    def rotate(_: int) -> bool:
        try:
            rotate_key(world.services, ROOT, client_id)
        except (ConflictError, StoreUnavailableError):
            return False
        return True

    with ThreadPoolExecutor(max_workers=8) as pool:
        done = list(pool.map(rotate, range(8)))

    with world.services.units.read() as unit:
        client = unit.clients.get(client_id)
    assert client is not None
    assert (sum(done), len(client.live_keys)) == (1, 2)
