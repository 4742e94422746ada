"""People with records of known events, and plans that are worked over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.integration.api.driver import World
from tests.integration.api.prints import encounter


def offence(code: str = "TH68001", *disposals: tuple[str, str], on: str = "2020-03-03") -> Any:
    """Return an offence as sent, with its disposals."""
    told = [{"disposal": kind, "on": day} for kind, day in disposals]
    return {
        "code": code,
        "title": "Offence",
        "is_recordable": True,
        "committed_on": on,
        "disposals": told,
    }


DROPPED = offence("TH68001", ("no further action", "2020-06-01"))
"""Of a minor offence: destroyed when concluded."""
UNKNOWN = offence("ZZ99999", ("no further action", "2020-06-01"))
"""Of a code that is not listed: for a review."""
CONVICTED = offence("TH68001", ("convicted", "2020-06-01"))


def enrol(world: World, person: int, *offences: Any, on: str = "2020-03-04") -> str:
    """Enrol a person with one arrest and return the person."""
    body = encounter(person) | {"captured_at": f"{on}T07:08:09Z"}
    report = body["record"]["arrest_reports"][0]
    body["record"]["arrest_reports"] = [report | {"on": on, "offences": list(offences)}]
    answer = world.force().post("/v1/encounters", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["person_id"])


def planned(world: World) -> dict[str, Any]:
    """Make a plan and return it."""
    answer = world.supervisor().post("/v1/retention/plans", {})
    assert answer.status_code == 201, answer.text
    plan: dict[str, Any] = answer.json()
    return plan


def step(world: World, plan: dict[str, Any], name: str, by: str = "supervisor-a") -> Any:
    """Take a step on a plan and return the answer."""
    return world.supervisor(by).post(f"/v1/retention/plans/{plan['plan_id']}/{name}")


def shown(world: World, plan: dict[str, Any]) -> dict[str, Any]:
    """Return a plan with its people."""
    answer = world.supervisor().get(f"/v1/retention/plans/{plan['plan_id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def released(world: World) -> dict[str, Any]:
    """Make a plan, have it counted again and released by two people, and return it."""
    plan = planned(world)
    assert step(world, plan, "recount").json()["state"] == "counted again"
    assert step(world, plan, "release").status_code == 200
    answer = step(world, plan, "release", by="supervisor-b")
    assert answer.status_code == 200, answer.text
    return plan


def waited(world: World) -> Any:
    """Return the services of the world, the wait of a purge being over."""
    clock = world.services.surroundings.clock
    surroundings = replace(world.services.surroundings, clock=lambda: clock() + timedelta(days=4))
    return replace(world.services, surroundings=surroundings)
