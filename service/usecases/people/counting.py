"""The countable facts of a case that ends."""

from __future__ import annotations

from domain.access import Caller
from domain.cases import Case
from domain.publication.facts import CountableFact, Stage
from domain.requests import PartyKind
from domain.searches import Search
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.counting import give_fact
from service.usecases.services import Services


def count_case(
    services: Services,
    unit: UnitOfWork,
    caller: Caller,
    case: Case,
    search: Search,
    *,
    outcome: str,
) -> None:
    """Give the facts of a case that was linked or not; control items are no work of the office."""
    if case.is_control:
        return
    now = services.surroundings.clock()
    fact = CountableFact(
        case.case_id,
        number=0,
        stage=Stage.CLOSED,
        service=f"search {search.search_type.value}",
        counted_on=now.date(),
        outcome=outcome,
        asker=PartyKind.FORCE.value,
        party=case.force,
        days=(now - case.opened_at).days,
    )
    give_fact(services, unit, caller, fact)
