"""Deletions of data left by arrests, worked over HTTP."""

from __future__ import annotations

from typing import Any

from httpx2 import Response

from domain.access.access import Role
from tests.integration.api.driver import User, World
from tests.integration.disclosure.asking import identified, own_request
from tests.integration.requests.working import Worked, amend

WHY = "It was somebody else."
REASONS = "The arrest was of the wrong person."


def arrest(disposal: str | None, on: str = "2023-05-06", force: str = "01") -> dict[str, Any]:
    """Return an arrest report whose one offence ended so; None: it has not ended."""
    disposals = [{"disposal": disposal, "on": "2023-07-01"}] if disposal else []
    return {
        "kind": "arrest-report",
        "asn": "2301010000000000002K",
        "force": force,
        "on": on,
        "offences": [
            {
                "code": "TH68001",
                "title": "Burglary of a lighthouse",
                "is_recordable": True,
                "committed_on": "2023-05-05",
                "disposals": disposals,
            }
        ],
    }


def arrested(world: World, record_id: str, *reports: dict[str, Any], force: str = "01") -> None:
    """Add arrests to a record."""
    changes = [{"change": "add", "item": one} for one in reports]
    amend(world, record_id, *changes, force=force)


def deletion_request(world: World, person: int = 1, **other: Any) -> Worked:
    """Open the request of a person for a deletion, and identify them."""
    stated = {
        "kind": "record-deletion",
        "legal_basis": "dpa-2018-s47",
        "received_on": "2026-03-02",
        "words": WHY,
    }
    return identified(own_request(world, person=person, **(stated | other)))


def cases_of(request: Worked) -> dict[str, Any]:
    """Return the arrests, prints and cases of a request."""
    answer = request.officer.get(f"{request.at}/deletions")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ask(request: Worked, arrest_on: str = "2023-05-06", **other: Any) -> Response:
    """Put an arrest before its force: entry and prints, unless other is said."""
    found = cases_of(request)
    report = next(one for one in found["arrests"] if one["on"] == arrest_on)
    body = {
        "record_id": report["record_id"],
        "item_id": report["item_id"],
        "asked": ["entry", "prints"],
        "captures": [
            one["encounter_id"] for one in found["captures"] if one["force"] == report["force"]
        ],
        "ground": "unlawful-arrest",
        "words": WHY,
    }
    return request.officer.post(f"{request.at}/deletions", body | other)


def asked(request: Worked, **other: Any) -> str:
    """Put an arrest before its force and return the case."""
    answer = ask(request, **other)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["deletion_id"])


def decider(world: World, name: str = "custody-01", force: str = "01") -> User:
    """Return an officer of a force."""
    return world.user(Role.FORCE, name, force=force)


def decide(user: User, deletion_id: str, *approved: str, **other: Any) -> Response:
    """Decide on a case, or review its decision."""
    body = {"approved": list(approved), "ground": "unlawful-arrest", "reasons": REASONS}
    return user.post(f"/v1/deletions/{deletion_id}/decision", body | other)


def carry_out(world: World, deletion_id: str) -> Response:
    """Have the office carry a decision out."""
    return world.officer().post(f"/v1/deletions/{deletion_id}/carrying-out")
