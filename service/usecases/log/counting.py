"""Countable facts given to the statistics, in the transaction of the event that they count."""

from __future__ import annotations

from domain.access import Caller
from domain.events.publication import Counted
from domain.publication.facts import CountableFact
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import StoreServices


def give_fact(
    services: StoreServices, unit: UnitOfWork, caller: Caller, fact: CountableFact
) -> None:
    """Store a countable fact in the current transaction, with its event."""
    unit.facts.give(fact)
    event = Counted(fact.subject_id, fact.number, fact.stage, fact.service, fact.outcome)
    record(unit, services.surroundings, caller, event)
