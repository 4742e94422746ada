"""Restrictions and answers to people in a store in which everything has happened once."""

from __future__ import annotations

from tests.integration.api.driver import World
from tests.integration.disclosure.asking import identified, own_request, prepared
from tests.integration.disclosure.restricting import lifted, restricted


def restrict_people(world: World) -> None:
    """Restrict two people, have the evidence of one read, and free the other."""
    standing = restricted(world, world.enrol(84)["person_id"])
    assert world.force().get(f"/v1/restrictions/{standing}/evidence").status_code == 200
    lifted(world, restricted(world, world.enrol(85)["person_id"]))


def answer_about_own_data(world: World) -> None:
    """Have a person answered about their own data, a part removed."""
    world.enrol(86)
    request = identified(own_request(world, person=86))
    prepared(request, remove=[{"place": "consultations", "ground": "is privileged"}])
    request.release()
