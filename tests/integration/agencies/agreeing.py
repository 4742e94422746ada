"""Agencies with agreements, and their requests."""

from __future__ import annotations

from typing import Any

from httpx2 import Response

from domain.access.access import Role
from domain.ids import UserId
from service.usecases.access.tokens import authenticate
from tests.integration.api.driver import User, World
from tests.integration.api.prints import record as record_of

AGREED: dict[str, Any] = {
    "name": "Office for Harbours",
    "legal_status": "competent authority",
    "purposes": ["criminal proceedings", "security check"],
    "reach": "all convictions",
    "starts_on": "2020-01-01",
    "review_on": "2099-01-01",
    "contacts": [{"name": "Ann Other", "email": "ann@harbours.example"}],
}


def make_agreement(world: World, agency: str = "HARB", **other: Any) -> Response:
    """Put a version of an agreement on record."""
    return world.officer().post("/v1/agreements", {"agency": agency} | AGREED | other)


def agreed(world: World, agency: str = "HARB", **other: Any) -> User:
    """Make an agreement and return a caller for the agency."""
    made = make_agreement(world, agency, **other)
    assert made.status_code == 201, made.text
    user = world.user(Role.AGENCY, f"agency-{agency}".lower())
    secret = user.headers["Authorization"].removeprefix("Bearer ")
    name = UserId(authenticate(world.services, secret).user_id)
    named = world.officer().post(f"/v1/agreements/{agency}/members", {"user": name})
    assert named.status_code == 204, named.text
    return user


def asked_about(person: int = 1, **other: Any) -> dict[str, Any]:
    """Return a names enquiry about a person."""
    said = record_of(person)
    subject = {name: said[name] for name in ("names", "dates_of_birth", "sex", "place_of_birth")}
    return {
        "kind": "agency-names-enquiry",
        "purpose": "criminal proceedings",
        "subject": subject,
        "reference": "HARB 7",
    } | other


def creation(person: int = 1, **facts: str) -> dict[str, Any]:
    """Return a request for a record on behalf."""
    stated = {"offence": "Theft of a boat", "prosecution-decided-on": "2026-01-05"} | facts
    return asked_about(person, kind="record-creation", facts=stated)
