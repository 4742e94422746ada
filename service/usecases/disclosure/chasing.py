"""Forces that are late with a deletion are reminded, again and again; nothing else follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from domain.access import Actor, Caller, Purpose, Role
from domain.events.disclosure import (
    DeletionChased,
)
from domain.ids import DeletionId, UserId
from rules.clocks import clock_rule
from service.storage.unit_of_work import UnitOfWork
from service.usecases.disclosure.deciding import CLOCK
from service.usecases.existing import existing
from service.usecases.log.recording import Concern, record
from service.usecases.services import StoreServices

CHASER = Caller(Actor(UserId("chaser"), Role.ADMINISTRATOR, None, frozenset()), Purpose.DELETION)
"""The actor that reminds forces: the service itself, without a token."""

_AGAIN = timedelta(days=28)


def chase_late_deletions(
    services: StoreServices, is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Remind forces of cases that are late, each every 28 days, once; return how many."""
    now = services.surroundings.clock()
    if is_stopped():
        return 0
    late = now - timedelta(days=clock_rule(CLOCK).count)
    with services.units.read() as unit:
        found = unit.deletions.undecided(late, _AGAIN, now.date())
    if not found:
        return 0
    with services.units.write() as unit:
        chased = sum(remind(services, unit, one) for one in found)
        unit.commit()
    return chased


def remind(services: StoreServices, unit: UnitOfWork, deletion_id: DeletionId) -> bool:
    """Remind a force of a case in the current transaction; False when another worker was first."""
    case, now = existing(unit.deletions.get(deletion_id)), services.surroundings.clock()
    number = case.chases + 1
    if not unit.deletions.chase(deletion_id, number, now.date()):
        return False
    event = DeletionChased(deletion_id, number, (now - case.opened_at).days)
    record(unit, services.surroundings, CHASER, event, Concern(case.owner))
    return True
