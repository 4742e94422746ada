"""Access control: tokens, roles, scopes, purposes, and forces kept apart from each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from domain.access.access import ROLE_SCOPES, ROLES_OF_FORCES, Purpose, Role, Scope
from domain.ids import TokenId, UserId
from service.usecases.access.tokens import IssueToken, issue_token, revoke_token
from tests.integration.api.driver import ROOT, WITHOUT_TOKEN, User, World, headers
from tests.integration.api.prints import encounter
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.test_journey import linked

pytestmark = pytest.mark.promise("authorisation")

NOWHERE = "0" * 32


@dataclass(frozen=True, slots=True)
class Operation:
    """A call as in the OpenAPI document."""

    method: str
    path: str
    scope: Scope
    is_for_forces: bool


def operations(world: World) -> list[Operation]:
    paths = world.app.openapi()["paths"]
    return [
        Operation(
            method.upper(),
            path,
            Scope(operation["security"][0]["client"][0]),
            "force" in operation["tags"],
        )
        for path, methods in paths.items()
        for method, operation in methods.items()
        if path.startswith("/v1/") and path not in WITHOUT_TOKEN
    ]


OF_THE_OFFICE = {"/v1/links/{link_id}/court-bundle"}
"""Calls closed to a force that has their scope: they name the work of the office."""


def call(user: User, operation: Operation) -> Any:
    path = re.sub(r"{[a-z_]+}", NOWHERE, operation.path)
    body = {} if operation.method == "POST" else None
    return user.client.request(operation.method, path, headers=user.headers, json=body)


def test_every_call_of_the_first_version_states_exactly_one_scope(shared_world: World) -> None:
    scopes = [operation.scope for operation in operations(shared_world)]

    assert len(scopes) >= 24
    assert set(scopes) == set(Scope)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_the_calls_of_its_scopes_and_no_other(
    shared_world: World, role: Role
) -> None:
    user = shared_world.user(
        role, f"matrix-{role}", force="01" if role in ROLES_OF_FORCES else None
    )
    before = shared_world.counts()

    refused = {o for o in operations(shared_world) if call(user, o).status_code == 403}

    beyond = {o for o in operations(shared_world) if o.scope not in ROLE_SCOPES[role]}
    assert beyond <= refused
    # A call about the caller's own force is closed to callers without one, whatever they may read.
    inner = {o for o in refused - beyond if not o.is_for_forces or role in ROLES_OF_FORCES}
    assert {o.path for o in inner} <= OF_THE_OFFICE
    # Some permitted calls leave an event about themselves; nothing else changes.
    assert shared_world.counts()[1:] == before[1:]


def test_a_call_beyond_the_role_is_refused_before_its_body_is_read(shared_world: World) -> None:
    answer = shared_world.examiner().send("/v1/searches", b"{")

    assert_problem(answer, 403, "not-permitted")


def test_a_token_may_hold_less_than_its_role(shared_world: World) -> None:
    secret = shared_world.secret(
        Role.FORCE, "reader", force="01", scopes=frozenset({Scope.READ_SEARCHES})
    )
    reader = User(shared_world.client, headers(secret, Purpose.ARREST))

    assert reader.get("/v1/searches").status_code == 200
    assert_problem(reader.post("/v1/encounters", encounter(1)), 403, "not-permitted")


def test_whoever_may_only_submit_searches_is_told_how_theirs_began(sqlite_world: World) -> None:
    world = sqlite_world
    secret = world.secret(Role.FORCE, "sender", force="01", scopes=frozenset({Scope.SEARCH}))
    sender = User(world.client, headers(secret, Purpose.ARREST))
    body = {"search_type": "TP/TP", "impressions": encounter(1)["impressions"]}

    answer = sender.post("/v1/searches", body)

    assert (answer.status_code, answer.json()["state"]) == (201, "concluded")
    assert_problem(sender.get(answer.headers["Location"]), 403, "not-permitted")


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", "Bearer nobody-knows-this", "Basic dXNlcjpwYXNz", "Bearer é"],
)
def test_without_a_known_token_nothing_is_reached(shared_world: World, given: str | None) -> None:
    sent = {"X-Purpose": "arrest"} | ({} if given is None else {"Authorization": given})
    encoded = {name: value.encode("utf-8") for name, value in sent.items()}
    before = shared_world.counts()

    answer = shared_world.client.post("/v1/encounters", json=encounter(1), headers=encoded)

    assert_problem(answer, 401, "not-authenticated")
    is_refused = given is not None and given.startswith("Bearer ")
    challenge = 'Bearer error="invalid_token"' if is_refused else "Bearer"
    assert answer.headers["WWW-Authenticate"] == challenge
    assert shared_world.counts() == before


def test_an_expired_token_is_refused_like_an_unknown_one(shared_world: World) -> None:
    secret = shared_world.secret(Role.FORCE, "late", force="01", days=1e-11)
    late = User(shared_world.client, headers(secret, Purpose.ARREST))

    assert_problem(late.get("/v1/searches"), 401, "not-authenticated")


def test_a_revoked_token_is_refused_at_once(shared_world: World) -> None:
    issued = issue_token(
        shared_world.services,
        IssueToken(ROOT, UserId("gone"), Role.EXAMINER, None, timedelta(days=1), may_decide=True),
    )
    gone = User(shared_world.client, headers(issued.secret, Purpose.EXAMINATION))
    assert gone.get("/v1/cases").status_code == 200

    revoke_token(shared_world.services, ROOT, TokenId(issued.token.token_id))

    assert_problem(gone.get("/v1/cases"), 401, "not-authenticated")


def test_an_administrator_issues_and_revokes_tokens(world: World) -> None:
    administrator = world.administrator()
    body = {"user": "examiner-z", "role": "examiner", "days": 3}

    issued = administrator.post("/v1/tokens", body)
    token = issued.json()
    examiner = User(world.client, headers(token["secret"], Purpose.EXAMINATION))
    while_valid = examiner.get("/v1/cases").status_code
    revoked = administrator.delete(issued.headers["Location"])
    again = administrator.delete(issued.headers["Location"])

    assert (issued.status_code, token["scopes"]) == (201, ["cases:work"])
    assert while_valid == 200
    assert (revoked.status_code, again.status_code) == (204, 204)
    assert_problem(examiner.get("/v1/cases"), 401, "not-authenticated")
    assert_problem(administrator.delete(f"/v1/tokens/{NOWHERE}"), 404, "not-found")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"force": "01"}, 400, "invalid-input"),
        ({"role": "force"}, 400, "invalid-input"),
        ({"role": "force", "force": "ZZ"}, 400, "unknown-force"),
        ({"days": 5000}, 400, "invalid-input"),
        ({"days": 0}, 422, "malformed-request"),
        ({"scopes": ["log:read"]}, 403, "not-permitted"),
        ({"user": "two words"}, 422, "malformed-request"),
    ],
)
def test_a_token_that_cannot_be_is_not_issued(
    shared_world: World, changed: dict[str, Any], status: int, code: str
) -> None:
    administrator = shared_world.administrator()
    before = shared_world.counts()

    answer = administrator.post("/v1/tokens", {"user": "x", "role": "examiner"} | changed)

    assert_problem(answer, status, code)
    assert shared_world.counts() == before


def test_another_force_is_told_that_nothing_is_there(world: World) -> None:
    enrolled, search_id = linked(world)
    link_id = world.standing(search_id)["link"]["link_id"]
    other = world.force("47")

    answers = [
        other.get(f"/v1/encounters/{enrolled['encounter_id']}"),
        other.get(f"/v1/searches/{search_id}"),
        other.get(f"/v1/links/{link_id}"),
        other.get(f"/v1/links/{link_id}/provenance"),
    ]

    for answer in answers:
        assert_problem(answer, 404, "not-found")
        unknown = dict(answer.json(), instance="")
        nothing = other.get(f"/v1/searches/{NOWHERE}")
        assert dict(nothing.json(), instance="") == unknown
    assert other.get("/v1/searches").json() == {"searches": [], "next_before": None}


def test_a_force_linked_to_anothers_record_is_told_the_owner_alone(world: World) -> None:
    enrolled = world.enrol(1, force="47")
    search_id = world.search(1, force="01")
    case_id = world.case_of(search_id)
    for examiner in ("examiner-a", "examiner-b"):
        world.examine(case_id, examiner, person_id=enrolled["person_id"])

    link = world.standing(search_id)["link"]
    provenance = world.force("01").get(f"/v1/links/{link['link_id']}/provenance")
    supervisor = world.supervisor().get(f"/v1/links/{link['link_id']}")

    assert link["owner"] == {"force": "47", "name": "Sussex"}
    assert link["record_id"] is None
    assert enrolled["record_id"] not in provenance.text
    assert supervisor.json()["record_id"] == enrolled["record_id"]


def test_pages_of_searches_follow_each_other_and_hold_one_force_alone(world: World) -> None:
    mine = [world.search(90 + number, force="01") for number in range(5)]
    world.search(99, force="47")
    user = world.force("01")

    first = user.get("/v1/searches?limit=2").json()
    second = user.get(f"/v1/searches?limit=2&before={first['next_before']}").json()
    third = user.get(f"/v1/searches?limit=2&before={second['next_before']}").json()

    found = [s["search_id"] for page in (first, second, third) for s in page["searches"]]
    assert found == mine[::-1]
    assert third["next_before"] is None


def test_whom_a_call_is_made_for_is_put_on_record(sqlite_world: World) -> None:
    world = sqlite_world
    user = world.force()
    body = {"search_type": "TP/TP", "impressions": encounter(1)["impressions"]}

    answer = user.post("/v1/searches", body, X_On_Behalf_Of="pc.angua@met.example")

    assert user.get(answer.headers["Location"]).json()["on_behalf_of"] == "pc.angua@met.example"
    entries = world.auditor().get("/v1/log/entries?limit=200").json()["entries"]
    searched = next(entry for entry in entries if entry["event_type"] == "searched")
    assert "pc.angua@met.example" in searched["body"]
