"""Releasing purge plans by two people, and carrying them out person by person.

The prints of each person in a released plan are hidden from every search, in one transaction.
After the waiting time for erasures the worker destroys them, unless a supervisor calls them back.
Nothing else about the person changes: the record has its own retention rules. A person who is no
longer due when the plan is carried out is spared. After an interruption, the work continues.
"""

from collections.abc import Callable
from datetime import timedelta

from domain.access.access import Caller, Purpose, Scope, service_itself
from domain.errors import ConflictError, NotFoundError, existing
from domain.events import retention as events
from domain.examination.cases import Withdrawal
from domain.ids import EncounterId, PersonId
from domain.retention.retention import (
    MAY_RELEASE,
    Plan,
    PlanId,
    PlanLine,
    PlanState,
    PurgeEnd,
    Release,
    Settled,
    Settlement,
)
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.people.ended_cases import withdraw_exemplars
from service.usecases.people.merging import claimed_human
from service.usecases.retention.due import standing_of
from service.usecases.services import Services

LASTS = timedelta(days=7)
"""A plan older than this must be made again, because other people may have become due
meanwhile."""

_AT_ONCE = 50

_WHY_NOT = {
    PlanState.REFUSED: "This plan has been refused: find out why, and make a new plan.",
    PlanState.UNCOUNTED: "This plan has not been counted again: have it counted first.",
    PlanState.RELEASED: "Two people have already released this plan.",
    PlanState.DONE: "This plan has already been carried out.",
}

_PURGER = service_itself("purger", Purpose.DELETION)
"""The actor that settles the people of a plan: the service itself, which has no token."""


def release_plan(services: Services, caller: Caller, plan_id: PlanId) -> Plan:
    """Release a plan.

    The second release hides the prints that the plan names, everywhere and at once. Raises
    NotPermittedError, NotFoundError, ConflictError (refused, not counted again, not the newest
    plan, or more than a week old), SelfVerificationError (the same person has already released
    it).
    """
    now = services.now()
    with services.begin(caller, Scope.ERASE) as unit:
        plan = existing(unit.plans.get(plan_id))
        newest = unit.plans.newest(limit=1).items[0]
        if plan.state not in MAY_RELEASE:
            raise ConflictError(_WHY_NOT[plan.state])
        if newest.plan_id != plan_id or plan.made_at + LASTS < now:
            raise ConflictError(
                "There is a newer plan, or this plan is more than a week old: use a new plan."
            )
        number = len(plan.releases) + 1
        first = plan.releases[0].released_by if plan.releases else None
        unit.plans.release(plan_id, number, Release(caller.actor.user_id, now), first)
        record(services, unit, caller, events.PurgeReleased(plan_id, number))
    if number > 1:
        carry_out_plan(services, plan_id)
    with services.units.read() as unit:
        return existing(unit.plans.get(plan_id))


def carry_out_by(services: Services, caller: Caller, plan_id: PlanId) -> Plan:
    """Continue to carry out a released plan, as a worker does automatically.

    Raises NotPermittedError, NotFoundError, ConflictError (not released).
    """
    with services.reading(caller, Scope.ERASE) as unit:
        plan = existing(unit.plans.get(plan_id))
    if plan.state not in (PlanState.RELEASED, PlanState.DONE):
        raise ConflictError("Two people must release this plan first.")
    carry_out_plan(services, plan_id)
    with services.units.read() as unit:
        return existing(unit.plans.get(plan_id))


def carry_out_plans(services: Services, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Continue every released plan that was interrupted; return how many people were settled."""
    with services.units.read() as unit:
        plans = unit.plans.unfinished()
    return sum(carry_out_plan(services, plan_id, is_stopped) for plan_id in plans)


def carry_out_plan(
    services: Services, plan_id: PlanId, is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Hide the prints in a released plan; return how many people were settled.

    All prints of a person are hidden or none. The next call after an interruption continues.
    """
    done = 0
    while not is_stopped():
        with services.units.read() as unit:
            plan = existing(unit.plans.get(plan_id))
            lines = unit.plans.unsettled(plan_id, _AT_ONCE)
        if not lines:
            break
        done += sum(_settle(services, plan, line) for line in lines if not is_stopped())
    if done:
        services.gallery.catch_up()
    return done


def _settle(services: Services, plan: Plan, line: PlanLine) -> bool:
    try:
        return _settled(services, plan, line, Settled.HIDDEN)
    except NotFoundError:
        return _settled(services, plan, line, Settled.SPARED)


def _settled(services: Services, plan: Plan, line: PlanLine, wanted: Settled) -> bool:
    """Settle a person. Raises NotFoundError if the person is gone and prints were to be hidden."""
    person_id = line.person_id
    with services.units.write() as unit:
        people = claimed_human(unit, person_id)
        due = _still_due(unit, plan, line)
        outcome = wanted if due else Settled.SPARED
        now = services.now()
        new_id = services.new_id()
        settlement = Settlement(new_id, plan.plan_id, person_id, outcome, None, now)
        if not unit.plans.settle(settlement):
            return False
        event = events.PurgeSettled(new_id, plan.plan_id, person_id, outcome, None)
        record(services, unit, _PURGER, event)
        if outcome is Settled.HIDDEN:
            due_at = now + services.erasure_wait
            captures = unit.print_purges.hide(new_id, people, due, due_at)
            hidden = events.PrintsHidden(new_id, person_id, captures, due_at)
            record(services, unit, _PURGER, hidden)
        unit.commit()
    return True


def _still_due(unit: UnitOfWork, plan: Plan, line: PlanLine) -> frozenset[EncounterId]:
    """Return the captures of a plan line that nothing keeps in the present store."""
    found = standing_of(unit, line.person_id, plan.on)
    now = () if found is None else (one.capture.encounter_id for one in found.due)
    return frozenset(one.encounter_id for one in line.captures) & frozenset(now)


def destroy_prints(services: Services, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Destroy prints whose waiting time is over; return how many people's prints were destroyed.

    Each person is one transaction. The prints of a person who has been restricted meanwhile are
    not destroyed: they may be evidence. Prints that something recorded meanwhile keeps, such as a
    conviction, are shown again.
    """
    with services.units.read() as unit:
        due = unit.print_purges.due(services.now(), _AT_ONCE)
    done = sum(_destroyed(services, *one) for one in due if not is_stopped())
    if due:
        services.gallery.catch_up()
    return done


def _destroyed(services: Services, settlement_id: str, person_id: PersonId) -> bool:
    """Destroy the prints of a purge, or show again what something keeps.

    Returns whether they were destroyed.
    """
    with services.units.write() as unit:
        people = claimed_human(unit, person_id)
        if unit.restrictions.has_items(people):
            return False
        if _is_kept_again(services, unit, settlement_id, person_id):
            _call_back(services, unit, _PURGER, settlement_id, person_id)
            unit.commit()
            return False
        if not unit.print_purges.end(
            settlement_id, PurgeEnd.DESTROYED, _PURGER.actor.user_id, services.now()
        ):
            return False
        gone = unit.findings.open_exemplars_from(unit.print_purges.captures(settlement_id))
        withdraw_exemplars(services, unit, _PURGER, gone, Withdrawal.ERASED)
        record(services, unit, _PURGER, events.PrintsDestroyed(settlement_id, person_id))
        unit.commit()
    return True


def _is_kept_again(
    services: Services, unit: UnitOfWork, settlement_id: str, person_id: PersonId
) -> bool:
    """Whether something keeps prints that wait to be destroyed; not if the person is hidden."""
    found = standing_of(unit, person_id, services.today(), called_back=settlement_id)
    waited = frozenset(unit.print_purges.captures(settlement_id))
    return found is not None and not waited <= {one.capture.encounter_id for one in found.due}


def _call_back(
    services: Services, unit: UnitOfWork, caller: Caller, settlement_id: str, person_id: PersonId
) -> None:
    """Show prints again in this transaction, unless their purge has already ended."""
    by, now = caller.actor.user_id, services.now()
    if unit.print_purges.end(settlement_id, PurgeEnd.CALLED_BACK, by, now):
        record(services, unit, caller, events.PrintsCalledBack(settlement_id, person_id))


def call_prints_back(services: Services, caller: Caller, plan_id: PlanId) -> Plan:
    """Cancel the destruction of a plan's prints that are not destroyed yet.

    Searches find them again. Prints of people who have been hidden or erased meanwhile stay
    hidden. Raises NotPermittedError, NotFoundError, and ConflictError if no prints of the plan are
    waiting.
    """
    with services.begin(caller, Scope.ERASE) as unit:
        existing(unit.plans.get(plan_id))
        waiting = [
            one
            for one in unit.print_purges.waiting(plan_id)
            if unit.people.person_row(one[1]) is not None
        ]
        if not waiting:
            raise ConflictError("No prints of this plan are waiting to be destroyed.")
        for settlement_id, person_id in waiting:
            _call_back(services, unit, caller, settlement_id, person_id)
    services.gallery.catch_up()
    with services.units.read() as unit:
        return existing(unit.plans.get(plan_id))
