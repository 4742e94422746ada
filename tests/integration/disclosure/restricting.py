"""People and single items restricted over HTTP."""

from __future__ import annotations

from typing import Any

from tests.integration.api.driver import World

BODY = {
    "ground": "kept as evidence",
    "holder": "01",
    "reasons": "The trial of another is to come.",
}


def restricted(world: World, person_id: str, **other: str) -> str:
    """Restrict a person and return the restriction."""
    answer = world.supervisor().post(f"/v1/people/{person_id}/restriction", BODY | other)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["restriction_id"])


def item_restricted(world: World, record_id: str, item_id: str, **other: str) -> str:
    """Restrict an item of a record and return the restriction."""
    path = f"/v1/records/{record_id}/items/{item_id}/restriction"
    answer = world.supervisor().post(path, BODY | other)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["restriction_id"])


def lifted(world: World, restriction_id: str) -> dict[str, Any]:
    """Lift a restriction of which the person was told today."""
    told = world.services.today().isoformat()
    body = {"told_on": told, "reasons": "The trial is over."}
    answer = world.supervisor().post(f"/v1/restrictions/{restriction_id}/lifting", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
