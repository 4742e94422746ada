"""Giving up payloads whose keys are lost, on order and on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.access import Caller, Scope
from domain.errors import ConflictError
from domain.events.log import KeysLost
from service.storage.log.state import State
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

Missing = Callable[[Sequence[str]], frozenset[str]]
"""Returns which of these references of keys are unknown to the key store."""

_PAGE = 2_000
_PERSONS_AN_EVENT = 500


def every_key(refs: Sequence[str]) -> frozenset[str]:
    """Return all references: there is no key store at all."""
    return frozenset(refs)


def give_up_lost_payloads(
    services: StoreServices, caller: Caller, missing: Missing, *, expected: int
) -> int:
    """Delete the payloads whose keys are missing and record it; return how many there were.

    What is deleted could not be opened by anybody. Rows, links and the log remain and verify. The
    services must hold no keys. Raises ConflictError, and changes nothing, when another number of
    payloads is lost than `expected`; NotPermittedError.
    """
    caller.actor.require(Scope.OPERATE)
    with services.units.write() as unit:
        lost = _lost(unit.state, missing)
        if len(lost) != expected:
            raise ConflictError(
                f"The keys of {len(lost)} payloads are missing: use a newer backup of the "
                f"keys, or give up these payloads for good with --payloads {len(lost)}."
            )
        if lost:
            persons = unit.state.persons_of(lost)
            unit.state.give_up(lost)
            for start in range(0, max(1, len(persons)), _PERSONS_AN_EVENT):
                named = persons[start : start + _PERSONS_AN_EVENT]
                record(unit, services.surroundings, caller, KeysLost(named, payloads=len(lost)))
            unit.commit()
    return len(lost)


def _lost(state: State, missing: Missing) -> list[int]:
    lost: list[int] = []
    for page in state.payload_refs(_PAGE):
        gone = missing([ref for _, ref in page])
        lost += [number for number, ref in page if ref in gone]
    return lost
