"""No decision of two people can be made by the tokens of one administrator.

An administrator issues tokens and clients, in any name. None of them takes a part of a decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.access.access import (
    DECIDING,
    ROLE_SCOPES,
    ROLES_OF_FORCES,
    SHARED_DECISIONS,
    Purpose,
    Role,
    Scope,
    SharedDecision,
)
from domain.ids import ForceCode, UserId
from service.usecases.access.clients import AddClient, add_client
from service.usecases.access.tokens import IssueToken, issue_token
from tests.integration.api.driver import PURPOSES, ROOT, User, World, headers
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.api.test_clients import token_of

ROOMS = Path(__file__).parents[3] / "service"

TAKEN_IN = {
    "a link": {"storage/links/links.py", "usecases/examination/claiming.py"},
    "a case of two opinions": {"usecases/examination/claiming.py"},
    "an erasure": {"storage/people/erasures.py"},
    "a purge": {"storage/retention/plans.py"},
    "a merge": {"storage/people/merges.py"},
    "an answer to a request": {"usecases/requests/stepping.py"},
    "a review of what is kept": {"usecases/requests/stepping.py"},
    "a fact about a capture": {"storage/retention/held.py"},
    "a matter of the inbox": {"usecases/agencies/deciding.py"},
    "a dispute over a matter": {"usecases/people/disputing.py"},
    "a result under an ASN": {"usecases/agencies/asns.py"},
    "a review of a published answer": {"usecases/publication/releases.py"},
    "a deletion by a force": {"usecases/disclosure/deciding.py"},
    "a frame": {"usecases/conversion/settling.py"},
    "a frame's record": {"usecases/conversion/proposing.py"},
    "a sample of frames": {"usecases/conversion/sampling.py"},
}
"""The modules that refuse a second part to the same person."""

ACCOUNTS = {"usecases/access/accounts.py"}
"""Two administrators sign in to vouch for an account; no token does."""


def _user(world: World, role: Role, secret: str) -> User:
    return User(world.client, headers(secret, PURPOSES[role]))


def _force_of(role: Role) -> str | None:
    return "89" if role in ROLES_OF_FORCES else None


def _issued(world: World) -> Iterator[tuple[Role, User]]:
    """Yield each role and a caller with all that an administrator's token may carry."""
    administrator = world.administrator()
    for role in Role:
        body = {"user": f"invented-{role}", "role": role.value, "force": _force_of(role)}
        answer = administrator.post("/v1/tokens", body)
        if answer.status_code == 201:
            assert not DECIDING & {Scope(one) for one in answer.json()["scopes"]}
            yield role, _user(world, role, answer.json()["secret"])
            continue
        assert ROLE_SCOPES[role] <= DECIDING, role
        assert_problem(answer, 403, "not-permitted")


def _of_before(world: World) -> Iterator[tuple[Role, User]]:
    """Yield callers whose tokens were issued in a trial, or by a release that asked nothing."""
    for role in Role:
        force = _force_of(role)
        command = IssueToken(
            ROOT,
            UserId(f"earlier-{role}"),
            role,
            ForceCode(force) if force else None,
            timedelta(days=1),
            may_decide=True,
        )
        yield role, _user(world, role, issue_token(world.services, command).secret)


def _clients(world: World) -> Iterator[tuple[Role, User]]:
    command = AddClient(ROOT, "invented", ForceCode("89"))
    yield Role.FORCE, token_of(world, add_client(world.services, command))


def _deciding_calls(world: World) -> list[tuple[str, str, frozenset[Scope]]]:
    """Return method, path and needed scopes of the calls that decide, by the documentation."""
    found = []
    for path, operations in world.app.openapi()["paths"].items():
        for method, operation in operations.items():
            schemes = operation.get("security", ())
            needed = frozenset(
                Scope(one) for scheme in schemes for one in scheme.get("client", ())
            )
            if needed & DECIDING:
                found.append((method.upper(), re.sub(r"{\w+}", "x" * 32, path), needed))
    return found


@pytest.mark.promise("two people")
@pytest.mark.dear("makes every call that decides, with every token of an administrator")
def test_no_token_of_an_administrator_takes_a_part_of_a_decision(real_world: World) -> None:
    world = real_world
    callers = [*_issued(world), *_of_before(world), *_clients(world)]
    calls = _deciding_calls(world)

    answers = {
        (method, path): {
            world.client.request(method, path, headers=user.headers, json={}).status_code
            for role, user in callers
            if needed <= ROLE_SCOPES[role]
        }
        for method, path, needed in calls
    }

    assert len(callers) > len(Role) + 5
    reached = frozenset[Scope]().union(*(needed for _, _, needed in calls))
    assert reached >= {part for one in SHARED_DECISIONS for part in one.parts}
    assert {call for call, found in answers.items() if found != {403}} == set()


@pytest.mark.promise("two people")
@pytest.mark.parametrize("decision", SHARED_DECISIONS, ids=lambda one: one.name)
def test_no_part_of_a_decision_is_issued_on_its_own(
    real_world: World, decision: SharedDecision
) -> None:
    administrator = real_world.administrator()
    for part in decision.parts:
        for role in (role for role, scopes in ROLE_SCOPES.items() if part in scopes):
            body = {"user": "invented", "role": role, "force": _force_of(role), "scopes": [part]}
            assert_problem(administrator.post("/v1/tokens", body), 403, "not-permitted")
        client = {"name": "invented", "force": "89", "scopes": [part]}
        assert administrator.post("/v1/clients", client).status_code == 403


def test_every_refusal_of_a_second_part_belongs_to_a_listed_decision() -> None:
    raising = {
        str(file.relative_to(ROOMS))
        for room in ("usecases", "storage")
        for file in (ROOMS / room).rglob("*.py")
        if re.search(r"raise (?:\w+\.)*SelfVerificationError", file.read_text("utf-8"))
    }

    assert {one.name for one in SHARED_DECISIONS} == TAKEN_IN.keys()
    assert set().union(*TAKEN_IN.values()) == raising - ACCOUNTS


def test_a_trial_says_so_and_lets_tokens_decide(world: World) -> None:
    issued = world.administrator().post("/v1/tokens", {"user": "ann", "role": "examiner"})
    examiner = User(world.client, headers(issued.json()["secret"], Purpose.EXAMINATION))

    assert issued.json()["scopes"] == ["cases:work"]
    assert examiner.get("/v1/queue").status_code == 200
