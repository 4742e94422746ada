"""Duties that nothing was sent for, found by the register and queued once.

A version of a record is surveyed once, by the settings of its time: after an earlier start of the
exchange, or a new member State, its duties stay unmet. The register finds them; the sender makes
the messages. The day by which a State was to be told stays as it was: late stays late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Caller
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
    """The outcome of a repair."""

    unmet: int
    """Duties for which there was no message."""
    queued: int
    left: int
    """Duties still unmet: the person is hidden, or sender and register differ."""


def repair_duties(services: StoreServices, desk: ExchangeDesk, caller: Caller) -> Repaired:
    """Queue a message for each duty that the register finds unmet, once.

    Killed at any moment, it is run again: the database holds one message for each duty. Raises
    VaultDamagedError for a record that is damaged.
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
    """Return the duties for which there is no message, not even one that waits."""
    pending = [one.key for one in reckon(services, desk, most_pending=_EVERY).pending]
    with services.units.read() as unit:
        told = unit.outbox.told(pending)
    return [key for key in pending if key not in told]


def _queued(services: StoreServices, desk: ExchangeDesk, keys: Sequence[DutyKey]) -> int:
    for attempt in range(_ATTEMPTS):
        try:
            return queue_told(services, desk, keys)
        except ConflictError:
            # Another repair queued some of them meanwhile: what is left is read anew.
            if attempt == _ATTEMPTS - 1:
                raise
    return 0
