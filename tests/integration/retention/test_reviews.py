"""Reviews: opened where no rule decides, proposed by one officer, agreed with by another."""

from __future__ import annotations

from typing import Any

from tests.integration.api.driver import World
from tests.integration.api.test_bad_input import assert_problem
from tests.integration.retention.working import (
    DROPPED,
    UNKNOWN,
    enrol,
    offence,
    planned,
    shown,
    step,
)

KEEP = {
    "decision": "keep",
    "ground": "facts established",
    "reason": "The charge sheet was found.",
    "next_on": "2090-01-01",
}


def opened(world: World) -> list[str]:
    """Open the reviews that are wanted and return them."""
    answer = world.officer().post("/v1/retention/reviews")
    assert answer.status_code == 201, answer.text
    found: list[str] = answer.json()["request_ids"]
    return found


def propose(world: World, request_id: str, **said: Any) -> Any:
    """Propose a decision on a review, on its version of now."""
    version = world.officer().get(f"/v1/requests/{request_id}").json()["version"]
    body = {"expected_version": version, **KEEP, **said}
    body = {name: value for name, value in body.items() if value is not None}
    return world.officer().post(f"/v1/retention/reviews/{request_id}/proposal", body)


def read(world: World, request_id: str, by: str = "officer-b", **said: Any) -> Any:
    """Read a proposal as another officer."""
    version = world.officer().get(f"/v1/requests/{request_id}").json()["version"]
    body = {"expected_version": version, "agrees": True, **said}
    return world.officer(by).post(f"/v1/retention/reviews/{request_id}/second-reading", body)


def test_a_review_is_decided_by_two_and_holds_until_its_day(world: World) -> None:
    person_id = enrol(world, 1, UNKNOWN)
    enrol(world, 2, DROPPED)
    (request_id,) = opened(world)
    assert opened(world) == []

    proposed = propose(world, request_id)
    own = read(world, request_id, by="officer-a")
    agreed = read(world, request_id)

    assert proposed.json()["state"] == "second reading"
    assert_problem(own, 409, "self-verification")
    assert agreed.json()["state"] == "closed"
    bases = world.officer().get(f"/v1/retention/people/{person_id}").json()
    assert (bases["fate"], bases["provision"]) == ("kept", "review: facts established")
    assert [one["keep"] for one in bases["events"]] == ["review"]
    assert len(bases["captures"]) == len(bases["records"]) == 1
    plan = planned(world)
    assert plan["figures"]["reviews"] == 0
    assert step(world, plan, "recount").json()["state"] == "counted again"


def test_a_decision_to_erase_makes_the_person_due(sqlite_world: World) -> None:
    person_id = enrol(sqlite_world, 1, UNKNOWN)
    (request_id,) = opened(sqlite_world)
    propose(
        sqlite_world, request_id, decision="erase", ground="no power covers keeping", next_on=None
    )
    assert read(sqlite_world, request_id).status_code == 200

    plan = planned(sqlite_world)

    (line,) = shown(sqlite_world, plan)["lines"]
    assert (line["person_id"], line["provision"]) == (person_id, "review: no power covers keeping")
    assert step(sqlite_world, plan, "recount").json()["state"] == "counted again"


def test_a_decision_falls_when_the_record_changes(sqlite_world: World) -> None:
    world = sqlite_world
    person_id = enrol(world, 1, UNKNOWN)
    (request_id,) = opened(world)
    propose(world, request_id)
    read(world, request_id)
    bases = world.officer().get(f"/v1/retention/people/{person_id}").json()
    change = {"change": "add", "item": {"kind": "name", "forename": "A", "surname": "B"}}
    body = {
        "expected_version": 1,
        "changes": [change],
        "reason": "new information",
        "reason_text": "Said so.",
        "source": "person",
        "source_reference": "Interview 7",
    }
    answer = world.force().post(f"/v1/records/{bases['records'][0]}/amendments", body)
    assert answer.status_code == 201, answer.text

    assert world.officer().get(f"/v1/retention/people/{person_id}").json()["fate"] == "review"
    assert len(opened(world)) == 1


def test_a_decision_needs_a_reason_a_ground_that_carries_it_and_a_day(sqlite_world: World) -> None:
    enrol(sqlite_world, 1, UNKNOWN)
    (request_id,) = opened(sqlite_world)

    blank = propose(sqlite_world, request_id, reason="  ")
    other = propose(sqlite_world, request_id, ground="unlawfully taken")
    endless = propose(sqlite_world, request_id, next_on=None)
    past = propose(sqlite_world, request_id, next_on="2001-01-01")

    assert_problem(blank, 422, "malformed-request")
    for answer, pointer in ((other, "/ground"), (endless, "/next_on"), (past, "/next_on")):
        assert_problem(answer, 400, "invalid-input")
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_review_is_not_decided_as_an_answer_that_leaves(sqlite_world: World) -> None:
    enrol(sqlite_world, 1, UNKNOWN)
    (request_id,) = opened(sqlite_world)
    version = sqlite_world.officer().get(f"/v1/requests/{request_id}").json()["version"]

    body = {"expected_version": version, "decision": "release"}
    answer = sqlite_world.officer().post(f"/v1/requests/{request_id}/decision", body)

    assert_problem(answer, 400, "invalid-input")
    assert propose(sqlite_world, request_id).status_code == 200
    back = read(sqlite_world, request_id, agrees=False, words="Ask the force first.")
    assert back.json()["state"] == "deciding"


def test_an_event_without_a_result_for_years_is_asked_about(sqlite_world: World) -> None:
    person_id = enrol(sqlite_world, 1, offence("TH68001"))

    bases = sqlite_world.officer().get(f"/v1/retention/people/{person_id}").json()

    assert (bases["fate"], bases["events"][0]["situation"]) == ("review", "unknown")
