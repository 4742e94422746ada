"""Retention in a store in which everything has happened once: a purge by plan, and a review."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.ids import RequestId
from service.usecases.retention.releasing import destroy_prints
from tests.integration.api.driver import World
from tests.integration.retention.stating import agreed, capture_of, stated
from tests.integration.retention.test_reviews import opened, propose, read
from tests.integration.retention.working import DROPPED, UNKNOWN, enrol, released, step


def retain(world: World) -> None:
    """Purge prints by plan, called back once, and decide about another person in a review."""
    gone = capture_of(world, enrol(world, 91, DROPPED))
    fact_id = agreed(world, gone, "another regime", "2026-01-05")
    agreed(world, gone, "stated in error", "2026-01-05", revokes=fact_id)
    stated(world, capture_of(world, enrol(world, 93, DROPPED)), "another regime", "2026-01-05")
    person_id = enrol(world, 92, UNKNOWN)
    for request_id in opened(world):
        with world.services.units.read() as unit:
            file = unit.requests.file(RequestId(request_id))
        if file is not None and file.person_id == person_id:
            assert propose(world, request_id).status_code == 200
            assert read(world, request_id).status_code == 200
    _number(world, person_id)
    plan = released(world)
    assert step(world, plan, "call-back").status_code == 200
    # Without a wait: a clock that is moved on would date events behind their cosignature.
    state = world.app.state.api
    at_once = replace(state.services, erasure_wait=timedelta(0))
    world.app.state.api = replace(state, services=at_once)
    released(world)
    world.app.state.api = state
    assert destroy_prints(world.services)


def _number(world: World, person_id: str) -> None:
    """Issue a number for a person, as an office does that issues them."""
    (record_id,) = world.officer().get(f"/v1/retention/people/{person_id}").json()["records"]
    state = world.app.state.api
    world.app.state.api = replace(state, services=replace(state.services, issues_numbers=True))
    body = {"kind": "CRO number", "expected_version": 1}
    answer = world.force().post(f"/v1/records/{record_id}/numbers", body)
    world.app.state.api = state
    assert answer.status_code == 201, answer.text
