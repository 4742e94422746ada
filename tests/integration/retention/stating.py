"""Facts about captures, stated by one officer and agreed by another, over HTTP."""

from __future__ import annotations

from typing import Any

from tests.integration.api.driver import World

DOCUMENT = "Order LDS-12"


def stated(world: World, encounter_id: str, kind: str, on: str, **more: Any) -> str:
    """State a fact as one officer and return it."""
    body = {"kind": kind, "on": on, "words": DOCUMENT, **more}
    answer = world.officer("kim").post(f"/v1/retention/captures/{encounter_id}/facts", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["fact_id"])


def agreed(world: World, encounter_id: str, kind: str, on: str, **more: Any) -> str:
    """State a fact, have another officer agree, and return it."""
    fact_id = stated(world, encounter_id, kind, on, **more)
    answer = decided(world, fact_id)
    assert answer.status_code == 200, answer.text
    return fact_id


def decided(world: World, fact_id: str, by: str = "lee", *, agrees: bool = True) -> Any:
    """Decide on a fact and return the answer."""
    return world.officer(by).post(f"/v1/retention/facts/{fact_id}/decision", {"agrees": agrees})


def prints_of(world: World, person_id: str) -> list[Any]:
    """Return the captures of a person with their bases."""
    answer = world.officer().get(f"/v1/retention/people/{person_id}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["prints"])


def capture_of(world: World, person_id: str) -> str:
    """Return the only capture of a person."""
    (one,) = prints_of(world, person_id)
    return str(one["encounter_id"])
