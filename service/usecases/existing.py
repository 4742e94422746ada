"""Returning the requested thing, or raising NotFoundError."""

from typing import TypeVar

from domain.errors import NotFoundError

Thing = TypeVar("Thing")


def existing(thing: Thing | None) -> Thing:
    """Return the thing. Raises NotFoundError if it is None."""
    if thing is None:
        raise NotFoundError
    return thing
