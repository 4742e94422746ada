"""Comparing the duties to notify with the messages sent.

Finding duties for which nothing has been sent, and queuing each one once.

A version of a record is surveyed only once, with the settings of that time. If the exchange's
start date is later moved back, or a new member State is added, some duties stay unmet. The
register finds these duties, and the sender makes the messages. Their deadlines do not change: a
late duty stays late.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access.access import Caller
from domain.errors import ConflictError
from domain.events.exchange import DutiesRepaired, Reconciled
from domain.exchange.codes import StateCode
from domain.exchange.duties import DutyKey, Reconciliation
from domain.office_days import office_day
from domain.plain_values import made_from
from service.storage.exchange.register import LackingNationality, Membership, PendingDuty, Question
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.duties import queue_told, survey_records, tell_erased
from service.usecases.log.recording import record
from service.usecases.log.state_age import root_at
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The figures, and the oldest duties for which nothing has been sent."""

    figures: Reconciliation
    pending: tuple[PendingDuty, ...]
    lacking: tuple[LackingNationality, ...] = ()


def reckon(services: StoreServices, desk: ExchangeDesk, *, most_pending: int = 100) -> Reckoning:
    """Compare the duties to notify with the messages sent.

    The figures state the size and root of the log in the same snapshot from which they were
    counted. Raises VaultDamagedError for a damaged record.
    """
    now = services.now()
    question = Question(desk.own, desk.since, office_day(now), _members(desk), most_pending)
    with services.units.read() as unit:
        count = unit.register.count(question)
        size = unit.events.size()
        root = root_at(unit, size)
    figures = made_from(
        Reconciliation,
        count,
        on=office_day(now),
        log_size=size,
        log_root=root.hex(),
        lacking=len(count.lacking),
        lacking_past_due=sum(one.due_on < office_day(now) for one in count.lacking),
    )
    return Reckoning(figures, count.pending, count.lacking)


def reconcile(services: StoreServices, desk: ExchangeDesk, caller: Caller) -> Reckoning:
    """Do the same as `reckon`, and log the figures."""
    reckoning = reckon(services, desk)
    figures, total = reckoning.figures, reckoning.figures.total
    event = Reconciled.of(
        total, unexpected=figures.unexpected, faults=figures.faults, on_log_size=figures.log_size
    )
    with services.units.begin() as unit:
        record(services, unit, caller, event)
    return reckoning


def _members(desk: ExchangeDesk) -> tuple[Membership, ...]:
    return tuple(
        Membership(StateCode(row.code), row.valid_from, row.valid_to)
        for rows in desk.members.rows.values()
        for row in rows
        if row.valid_from is not None
    )


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
    with services.units.begin() as unit:
        record(services, unit, caller, DutiesRepaired(len(unmet), queued, left))
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
