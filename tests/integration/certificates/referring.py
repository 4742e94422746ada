"""Applications for child protection certificates, and the body that answers their referrals."""

from __future__ import annotations

from typing import Any

from httpx2 import Response

from domain.access.access import Role
from tests.integration.api.driver import User, World
from tests.integration.certificates.applying import applied
from tests.integration.requests.working import Worked

FOR_CHILDREN = {
    "kind": "child-protection-certificate",
    "purpose": "work with children",
    "facts": {"countries": "FRA", "organisation": "A school in Lyon"},
}


def child_protection(world: World, person: int = 1, **other: Any) -> Worked:
    """Open an application of a person who is to work with children."""
    return applied(world, person, **(FOR_CHILDREN | other))


def body(world: World) -> User:
    """Return a person of the referral body."""
    return world.user(Role.REFERRAL_BODY, "body-a")


def refer(request: Worked) -> str:
    """Have the case officer make a referral, and return its id."""
    answer = request.officer.post(f"{request.at}/referral")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["referral_id"])


def reply(world: World, referral_id: str, verdict: str = "no objection", **other: Any) -> Response:
    """Have the body answer a referral."""
    answer = body(world).post(
        f"/v1/referrals/{referral_id}/reply", {"verdict": verdict, "words": "Seen."} | other
    )
    assert answer.status_code == 204, answer.text
    return answer
