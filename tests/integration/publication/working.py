"""Requests for information over HTTP, and a clock that has moved on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.access.access import Actor, Caller, Purpose, Role, Scope
from domain.ids import UserId
from domain.publication import CountableFact, Quarter, Stage, Timeliness
from service.usecases.services import Services
from tests.integration.api.driver import User, World

OFFICE = Caller(
    Actor(
        UserId("administrator-a"),
        Role.ADMINISTRATOR,
        None,
        frozenset({Scope.OPERATE, Scope.READ_FIGURES}),
    ),
    Purpose.OPERATIONS,
)
ANSWER = {
    "outcome": "disclosed",
    "question": "How many requests ended in the quarter?",
    "answer": "They are in the released figures.",
    "matter": "volumes",
    "hours": 2,
}


def asked(world: World, words: str = "How many, asks Zachary Querulous?", **other: Any) -> str:
    """Receive a request for information and return it."""
    today = world.services.today().isoformat()
    body = {
        "kind": "freedom-of-information",
        "asker": {"kind": "person", "code": ""},
        "asker_name": "Zachary Querulous",
        "purpose": "request of the person",
        "legal_basis": "foia-2000",
        "received_on": today,
        "subject": {},
        "words": words,
        **other,
    }
    answer = world.officer().post("/v1/requests", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["request_id"])


def answer_it(world: World, request_id: str, by: User | None = None, **said: Any) -> Any:
    """Answer a request for information on its version of now."""
    version = world.officer().get(f"/v1/requests/{request_id}").json()["version"]
    body = {"expected_version": version, **ANSWER, **said}
    return (by or world.officer()).post(f"/v1/publication/information/{request_id}/answer", body)


def answered(world: World, request_id: str, **said: Any) -> None:
    """Have a request for information answered."""
    answer = answer_it(world, request_id, **said)
    assert answer.status_code == 200, answer.text


def later(world: World, days: int = 100) -> Services:
    """Return the services of a day on which this quarter is over."""
    clock = world.services.surroundings.clock
    moved = replace(world.services.surroundings, clock=lambda: clock() + timedelta(days=days))
    return replace(world.services, surroundings=moved)


def this_quarter(world: World) -> Quarter:
    """Return the quarter of today."""
    return Quarter.of(world.services.today())


def give(world: World, count: int, **facts: Any) -> None:
    """Give facts of closed requests to the statistics, as closing them does."""
    today = world.services.today()
    common = {
        "number": 5,
        "stage": Stage.CLOSED,
        "service": "conviction-information",
        "counted_on": today,
        "outcome": "information",
        "timeliness": Timeliness.IN_TIME,
        "asker": "state",
        "party": "POL",
        **facts,
    }
    with world.services.units.write() as unit:
        for _ in range(count):
            subject = world.services.surroundings.new_id()
            unit.facts.give(CountableFact(subject, **common))
        unit.commit()
