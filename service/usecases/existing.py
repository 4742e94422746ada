"""The requested thing, or NotFoundError."""

from __future__ import annotations

from typing import TypeVar

from domain.errors import NotFoundError

Thing = TypeVar("Thing")


def existing(thing: Thing | None) -> Thing:
    """Return the thing; raises NotFoundError for None."""
    if thing is None:
        raise NotFoundError
    return thing
