"""Comparing the duties to notify with the messages sent."""

from dataclasses import dataclass

from domain.access.access import Caller
from domain.events.exchange import Reconciled
from domain.exchange.codes import StateCode
from domain.exchange.duties import Reconciliation
from service.storage.exchange.register import LackingNationality, Membership, PendingDuty, Question
from service.usecases.exchange.desk import ExchangeDesk
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
    now = services.surroundings.clock()
    question = Question(desk.own, desk.since, now.date(), _members(desk), most_pending)
    with services.units.read() as unit:
        count = unit.register.count(question)
        size = unit.events.size()
        root = root_at(unit, size)
    figures = Reconciliation(
        now.date(),
        count.strata,
        count.unexpected,
        count.doubled,
        count.faults,
        size,
        root.hex(),
        len(count.lacking),
        sum(one.due_on < now.date() for one in count.lacking),
    )
    return Reckoning(figures, count.pending, count.lacking)


def reconcile(services: StoreServices, desk: ExchangeDesk, caller: Caller) -> Reckoning:
    """Do the same as `reckon`, and log the figures."""
    reckoning = reckon(services, desk)
    figures, total = reckoning.figures, reckoning.figures.total
    event = Reconciled(
        due=total.due,
        acknowledged=total.acknowledged,
        sent=total.sent,
        pending=total.pending,
        exempt=total.exempt,
        late=total.late,
        unsent_past_due=total.unsent_past_due,
        unexpected=figures.unexpected,
        faults=figures.faults,
        on_log_size=figures.log_size,
    )
    with services.units.write() as unit:
        record(unit, services.surroundings, caller, event)
        unit.commit()
    return reckoning


def _members(desk: ExchangeDesk) -> tuple[Membership, ...]:
    return tuple(
        Membership(StateCode(row.code), row.valid_from, row.valid_to)
        for rows in desk.members.rows.values()
        for row in rows
        if row.valid_from is not None
    )
