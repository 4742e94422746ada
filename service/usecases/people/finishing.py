"""Erasures of earlier releases finished: they left what their tables did not declare."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.events.people import Erased
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

_BASIS = "left by an earlier erasure"
_AUTHORITY = "finish"
_PEOPLE_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Finished:
    """The people of whom something was left, and how many payloads that were."""

    people: int
    payloads: int


def finish_erasures(services: StoreServices, caller: Caller) -> Finished:
    """Erase what is left of people who were erased before, and withhold what hidden people left.

    A hundred people in one transaction, with an event for each of whom something was left. Killed
    at any step, it is run again and continues: whoever has nothing left is skipped. Raises
    NotPermittedError.
    """
    caller.actor.require(Scope.ERASE)
    with services.units.write() as unit:
        unit.people.hide_again()
        unit.commit()
    row, people, payloads = 0, 0, 0
    while True:
        with services.units.write() as unit:
            page = unit.people.erased_after(row, _PEOPLE_AT_ONCE)
            if not page:
                return Finished(people, payloads)
            left = {one: unit.people.finish_erasure(one) for _, one in page}
            for person_id, items in left.items():
                if items:
                    event = Erased((person_id,), _BASIS, _AUTHORITY, items)
                    record(unit, services.surroundings, caller, event)
            unit.commit()
        row = page[-1][0]
        people += sum(map(bool, left.values()))
        payloads += sum(left.values())
