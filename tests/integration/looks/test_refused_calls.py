"""Refused calls are on record: account, template, reason; a flood of them is few events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response

from domain.access.access import Purpose, Role
from domain.events.looking import CallRefused
from service.api.problems import PROBLEM_TYPES
from service.live.refusals import Refusals
from service.usecases.access.tokens import revoke_token, secret_sha256
from service.usecases.log.recording import record_due_refusals
from tests.integration.api.driver import ROOT, User, headers
from tests.integration.looks.walked import Walked
from tests.integration.looks.walking import Walk, refusals
from tests.integration.tenancy.calls import documented
from tests.integration.web.driver import Office

pytestmark = pytest.mark.promise("accesses")

REFUSED = {code for code, kind in PROBLEM_TYPES.items() if kind.status in {401, 403, 404}}


def told(event: Any) -> CallRefused:
    typed = event.typed_as(CallRefused)
    assert isinstance(typed, CallRefused)
    return typed


@pytest.mark.dear("asks for every address as many roles")
def test_every_refused_call_of_every_role_leaves_an_event_without_the_ids_asked_for(
    their_office: tuple[Office, dict[str, str]],
) -> None:
    office, ids = their_office
    world = office.world
    expected = set()
    for role, name in ((Role.FORCE, "ours"), (Role.EXAMINER, "e"), (Role.AUDITOR, "a")):
        user = world.user(role, name, force="01" if role is Role.FORCE else None)
        for call in documented(world):
            answer = call.send(world, user.headers, ids | {"our_secret": "no"})
            code = _problem(answer)
            if code in REFUSED and call.scope is not None:
                path = call.operation.replace("gallery_case_id", "case_id")
                expected.add((name, path, code))

    found = [(event.actor, told(event)) for event in refusals(world)]

    told_of = {(who, f"{one.method} {one.route}", one.problem) for who, one in found}
    assert told_of ^ expected == set()
    assert len(found) == len(expected) > 50
    bodies = "".join(str(event) for event in refusals(world))
    assert not [name for name, one in ids.items() if len(one) > 20 and one in bodies]


def test_every_refused_page_leaves_an_event(walked: Walked) -> None:
    expected = {
        (who, route)
        for who, route in walked.refused
        if route.startswith("/workbench/") and not route.startswith("/workbench/sign-in")
    }

    found = {(event.actor, told(event).route) for event in walked.refused_calls}

    assert {one for one in found if one[1].startswith("/workbench/")} == expected
    assert len(expected) > 50


@pytest.mark.parametrize("way", ["revoked", "expired"])
def test_a_token_that_has_ended_is_refused_on_record_of_its_account(
    office: Office, way: str
) -> None:
    world = office.world
    secret = world.secret(Role.AUDITOR, "gone", days=1 if way == "revoked" else 1e-9)
    if way == "revoked":
        with world.services.units.read() as unit:
            token = unit.tokens.by_secret_sha256(secret_sha256(secret))
        assert token is not None
        revoke_token(world.services, ROOT, token.token_id)

    answer = User(world.client, headers(secret, Purpose.AUDIT)).get("/v1/findings")

    assert answer.status_code == 401
    (event,) = refusals(world)
    assert (event.actor, event.purpose) == ("gone", Purpose.AUDIT)
    assert told(event) == CallRefused("GET", "/v1/findings", "not-authenticated", 1)


def test_a_stranger_leaves_no_event(office: Office) -> None:
    size = Walk(office).size()

    answers = [
        office.world.client.get("/v1/findings"),
        User(office.world.client, headers("guess", Purpose.AUDIT)).get("/v1/findings"),
        office.world.client.get("/v1/nothing"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 404]
    assert Walk(office).size() == size


def test_a_flood_of_refused_calls_is_two_events_with_their_number(office: Office) -> None:
    world, clock = office.world, [0.0]
    counted = Refusals(60.0, lambda: clock[0])
    office.app.state.api = replace(
        office.app.state.api, services=replace(world.services, refusals=counted)
    )
    force = world.force()

    for number in range(200):
        assert force.get(f"/v1/links/{number:032}").status_code == 404
    record_due_refusals(world.services)
    during = [told(event).calls for event in refusals(world)]
    clock[0] = 61.0
    record_due_refusals(world.services)
    record_due_refusals(world.services, is_last=True)

    assert during == [1]
    assert [told(event).calls for event in refusals(world)] == [1, 199]
    assert {event.actor for event in refusals(world)} == {"custody-01"}


def test_what_could_not_be_written_is_written_with_the_next(office: Office) -> None:
    world, clock = office.world, [0.0]
    counted = Refusals(60.0, lambda: clock[0])
    services = replace(world.services, refusals=counted)
    office.app.state.api = replace(office.app.state.api, services=services)
    broken = replace(services, units=replace(services.units, may_write=_no))
    force = world.force()

    office.app.state.api = replace(office.app.state.api, services=broken)
    answers = [force.get("/v1/findings").status_code for _ in range(3)]
    office.app.state.api = replace(office.app.state.api, services=services)
    clock[0] = 61.0
    record_due_refusals(services)

    assert answers == [403] * 3
    assert [told(event).calls for event in refusals(world)] == [3]


def _no() -> None:
    raise RuntimeError


def _problem(answer: Response) -> str:
    """Return the code of the problem that an answer tells; the token call has other words."""
    if answer.status_code < 400:
        return ""
    return str(answer.json().get("type", "")).rsplit("/", 1)[-1]
