"""Requests of people for their own data, worked over HTTP."""

from __future__ import annotations

from typing import Any

from tests.integration.api.driver import World
from tests.integration.api.prints import record as record_of
from tests.integration.requests.working import Worked


def own_request(world: World, person: int = 1, **other: Any) -> Worked:
    """Open the request of a person for their own data and return it."""
    said = record_of(person)
    body = {
        "kind": "subject-access",
        "asker": {"kind": "person"},
        "purpose": "request of the person",
        "legal_basis": "dpa-2018-s45",
        "received_on": "2026-01-31",
        "subject": {name: said[name] for name in ("names", "dates_of_birth", "place_of_birth")},
    }
    answer = world.officer().post("/v1/requests", body | other)
    assert answer.status_code == 201, answer.text
    return Worked(world, answer.json()["request_id"])
