"""Finding duties for which nothing has been sent, and queuing each one once.

A version of a record is surveyed only once, with the settings of that time. If the exchange's
start date is later moved back, or a new member State is added, some duties stay unmet. The
register finds these duties, and the sender makes the messages. Their deadlines do not change: a
late duty stays late.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access.access import Caller
from domain.errors import ConflictError
from domain.events.exchange import DutiesRepaired
from domain.exchange.duties import DutyKey
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.duties import queue_told, survey_records, tell_erased
from service.usecases.exchange.reconciling import reckon
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

_EVERY = 10_000_000
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Repaired:
    """The result of a repair."""

    unmet: int
    """The number of duties that had no message."""
    queued: int
    left: int
    """The number of duties still unmet, because the person is hidden or because the sender and the
    register disagree."""


def repair_duties(services: StoreServices, desk: ExchangeDesk, caller: Caller) -> Repaired:
    """Queue one message for each duty that the register finds unmet.

    If interrupted, it can be run again: the database allows only one message for each duty. Raises
    VaultDamagedError for a damaged record.
    """
    while survey_records(services, desk):
        pass
    while tell_erased(services, desk):
        pass
    unmet = _unmet(services, desk)
    queued = sum(
        _queued(services, desk, unmet[start : start + desk.at_once])
        for start in range(0, len(unmet), desk.at_once)
    )
    with services.units.read() as unit:
        left = len(set(unmet) - unit.outbox.told(unmet))
    with services.units.write() as unit:
        record(unit, services.surroundings, caller, DutiesRepaired(len(unmet), queued, left))
        unit.commit()
    return Repaired(len(unmet), queued, left)


def _unmet(services: StoreServices, desk: ExchangeDesk) -> list[DutyKey]:
    """Return the duties that have no message, not even a waiting one."""
    pending = [one.key for one in reckon(services, desk, most_pending=_EVERY).pending]
    with services.units.read() as unit:
        told = unit.outbox.told(pending)
    return [key for key in pending if key not in told]


def _queued(services: StoreServices, desk: ExchangeDesk, keys: Sequence[DutyKey]) -> int:
    for attempt in range(_ATTEMPTS):
        try:
            return queue_told(services, desk, keys)
        except ConflictError:
            # Another repair has queued some of them meanwhile: read again which ones are left.
            if attempt == _ATTEMPTS - 1:
                raise
    return 0
