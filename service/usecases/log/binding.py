"""Binding payloads of earlier releases to the rows that own them, by a command."""

from collections.abc import Callable
from itertools import islice

from domain.access.access import Caller, Scope
from domain.errors import ConflictError
from service.usecases.services import StoreServices

_LOOKED_UP = 5_000
"""The number of payloads whose rows are looked up in one pass over all tables that name
payloads."""
_BATCH = 500
"""The number of payloads bound in one transaction."""


def unbound_payloads(services: StoreServices) -> int:
    """Return the number of payloads not bound to a row.

    Such a payload opens for any row that names it.
    """
    with services.units.read() as unit:
        return unit.unbound.count()


def bind_payloads(services: StoreServices, caller: Caller, progress: Callable[[int], None]) -> int:
    """Bind every unbound payload to the row that names it now; return how many were bound.

    If interrupted, it can be run again and continues with the rest. Keys, references and
    commitments do not change, so the log verifies as before. `progress` is called with the number
    bound after each transaction. Raises ConflictError, and changes nothing, if rows share a
    payload; NotPermittedError.
    """
    caller.actor.require(Scope.OPERATE)
    with services.units.read() as unit:
        if not unit.unbound.are_owned_once():
            raise ConflictError(
                "A payload belongs to several rows or to none. Run `identlink log verify` to "
                "find it, and correct the rows before you bind payloads to them."
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
