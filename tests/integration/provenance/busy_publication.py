"""Publication in a store in which everything has happened once: an answer, and a release."""

from __future__ import annotations

from tests.integration.api.driver import World
from tests.integration.publication.working import answered, asked


def publish(world: World) -> None:
    """Answer a request for information, and release a quarter that is over."""
    answered(world, asked(world))
    released = world.administrator().post("/v1/publication/releases", {"quarter": "2020Q1"})
    assert released.status_code == 201, released.text
