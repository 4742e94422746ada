"""Matters of the inbox and their steps, each stored with its event in the current transaction."""

from datetime import date

from domain.access.access import Caller
from domain.agencies.matters import Matter, Step
from domain.events.agencies import MatterReceived, MatterStepped
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def store_matter(
    services: StoreServices, unit: UnitOfWork, caller: Caller, matter: Matter
) -> bool:
    """Store a matter without its steps. False if the same content is already stored under its
    reference.
    """
    is_new = unit.matters.add(matter)
    if is_new:
        event = MatterReceived(matter.matter_id, matter.source)
        record(unit, services.surroundings, caller, event)
    return is_new


def store_step(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    step: Step,
    kept_until: date | None = None,
) -> None:
    """Store a step of a matter. Raises the errors of `Matters.step`.

    `kept_until` is the day because of which its content was destroyed.
    """
    unit.matters.step(step)
    event = MatterStepped(
        *(step.matter_id, step.number, step.state, step.record_id, step.person_id, step.version),
        None if kept_until is None else kept_until.isoformat(),
    )
    record(unit, services.surroundings, caller, event)
