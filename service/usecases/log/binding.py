"""Payloads of earlier releases are bound to the rows that own them, by a command."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from domain.access import Caller, Scope
from domain.errors import ConflictError
from service.usecases.services import StoreServices

_LOOKED_UP = 5_000
"""Payloads whose rows are looked up in one pass over all tables that name payloads."""
_BATCH = 500
"""Payloads that one transaction binds."""


def unbound_payloads(services: StoreServices) -> int:
    """Return how many payloads open for whichever row names them."""
    with services.units.read() as unit:
        return unit.unbound.count()


def bind_payloads(services: StoreServices, caller: Caller, progress: Callable[[int], None]) -> int:
    """Bind every payload to the rows that name it now, and return how many were bound.

    A killed run is repeated: it goes on with what is left. Keys, references and commitments stay,
    so that the log verifies as before. `progress` is told the number after each transaction.
    Raises ConflictError, and changes nothing, when rows share a payload; NotPermittedError.
    """
    caller.actor.require(Scope.OPERATE)
    with services.units.read() as unit:
        if not unit.unbound.are_owned_once():
            raise ConflictError(
                "A payload has several owners or none: `identlink log verify` names it. "
                "Clear this up first: who is named as the owner now stays the owner."
            )
    count = 0
    while waiting := _next(services):
        left = iter(waiting.items())
        while batch := dict(islice(left, _BATCH)):
            with services.units.write() as unit:
                unit.unbound.bind(batch)
                unit.commit()
            progress(len(batch))
            count += len(batch)
    return count


def _next(services: StoreServices) -> dict[int, list[str]]:
    with services.units.read() as unit:
        return unit.unbound.first(_LOOKED_UP)
