"""Restrictions in a store in which everything has happened once."""

from __future__ import annotations

from tests.integration.api.driver import World
from tests.integration.disclosure.restricting import lifted, restricted


def restrict_people(world: World) -> None:
    """Restrict two people, have the evidence of one read, and free the other."""
    standing = restricted(world, world.enrol(84)["person_id"])
    assert world.force().get(f"/v1/restrictions/{standing}/evidence").status_code == 200
    lifted(world, restricted(world, world.enrol(85)["person_id"]))
