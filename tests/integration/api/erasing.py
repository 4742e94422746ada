"""Erasures in one step, for tests that are about something else: asked, confirmed, carried out."""

from __future__ import annotations

from service.usecases.people.erasure import carry_out_erasures
from service.usecases.services import Services
from tests.integration.api.driver import World

ORDER = {
    "basis": "court order",
    "authority": "order-7",
    # With an order there is no wait.
    "court_order": "CO/17/2026",
}


def asked(world: World, person_id: str, body: dict[str, str] = ORDER) -> str:
    """Ask for an erasure and return its id."""
    answer = world.supervisor().post(f"/v1/people/{person_id}/erasure", body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["erasure_id"])


def confirmed(world: World, person_id: str, body: dict[str, str] = ORDER) -> str:
    """Ask for an erasure and have another supervisor confirm it."""
    erasure_id = asked(world, person_id, body)
    path = f"/v1/erasures/{erasure_id}/confirmation"
    answer = world.supervisor("supervisor-b").post(path)
    assert answer.status_code == 200, answer.text
    return erasure_id


def erased(world: World, person_id: str, services: Services | None = None) -> None:
    """Have a person erased."""
    confirmed(world, person_id)
    assert carry_out_erasures(services or world.services) == 1
