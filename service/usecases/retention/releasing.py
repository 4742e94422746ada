"""Plans released by two people, and carried out: person by person, resumed after any stop.

A person of a released plan is hidden as by an erasure that the two releasing people asked for and
confirmed, in one transaction; the worker erases them after the wait of erasures. Whoever is no
longer due at that moment is spared.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from domain.access import ROLE_SCOPES, Actor, Caller, Purpose, Role, Scope
from domain.erasures import ErasureBasis
from domain.errors import ConflictError, NotFoundError
from domain.events.retention import PurgeReleased, PurgeSettled
from domain.ids import ErasureId, PersonId, UserId
from domain.retention.plans import Plan, PlanId, PlanState, Release, Settled, Settlement
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.people.erasure import AskErasure, ask_in, confirm_in
from service.usecases.retention.due import Fate, standing_of
from service.usecases.services import Services

LASTS = timedelta(days=7)
"""An older plan is made anew: the days of others have come meanwhile."""

_AT_ONCE = 50

_MAY_RELEASE = frozenset({PlanState.COUNTED, PlanState.HALF_RELEASED})
_WHY_NOT = {
    PlanState.REFUSED: "This plan is refused: find out why, and make a new one.",
    PlanState.UNCOUNTED: "Nobody has counted this plan again: have it counted first.",
    PlanState.RELEASED: "Two people have released this plan already.",
    PlanState.DONE: "This plan was carried out already.",
}

_PURGER = Caller(Actor(UserId("purger"), Role.ADMINISTRATOR, None, frozenset()), Purpose.DELETION)
"""The actor that settles the people of a plan: the service itself, without a token."""


def release_plan(services: Services, caller: Caller, plan_id: PlanId) -> Plan:
    """Release a plan; the second release hides the people that it names, everywhere and at once.

    Raises NotPermittedError, NotFoundError, ConflictError (refused, not counted again, older than
    a newer plan or than a week), SelfVerificationError (the same person released it before).
    """
    caller.actor.require(Scope.ERASE)
    now = services.surroundings.clock()
    with services.units.write() as unit:
        plan = existing(unit.plans.get(plan_id))
        newest = unit.plans.newest(limit=1).items[0]
        if plan.state not in _MAY_RELEASE:
            raise ConflictError(_WHY_NOT[plan.state])
        if newest.plan_id != plan_id or plan.made_at + LASTS < now:
            raise ConflictError("There is a newer plan, or this one is a week old: use a new one.")
        number = len(plan.releases) + 1
        first = plan.releases[0].released_by if plan.releases else None
        unit.plans.release(plan_id, number, Release(caller.actor.user_id, now), first)
        record(unit, services.surroundings, caller, PurgeReleased(plan_id, number))
        unit.commit()
    if number > 1:
        carry_out_plan(services, plan_id)
    with services.units.read() as unit:
        return existing(unit.plans.get(plan_id))


def carry_out_by(services: Services, caller: Caller, plan_id: PlanId) -> Plan:
    """Go on with a released plan, as a worker does by itself.

    Raises NotPermittedError, NotFoundError, ConflictError for one that is not released.
    """
    caller.actor.require(Scope.ERASE)
    with services.units.read() as unit:
        plan = existing(unit.plans.get(plan_id))
    if plan.state not in (PlanState.RELEASED, PlanState.DONE):
        raise ConflictError("Two people have to release this plan first.")
    carry_out_plan(services, plan_id)
    with services.units.read() as unit:
        return existing(unit.plans.get(plan_id))


def carry_out_plans(services: Services, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Go on with every released plan that was interrupted; return how many people it settled."""
    with services.units.read() as unit:
        plans = unit.plans.unfinished()
    return sum(carry_out_plan(services, plan_id, is_stopped) for plan_id in plans)


def carry_out_plan(
    services: Services, plan_id: PlanId, is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Hide the people of a released plan, one transaction each; return how many it settled.

    Killed at any step, a person is hidden whole or not at all; the next call goes on.
    """
    done = 0
    while not is_stopped():
        with services.units.read() as unit:
            plan = existing(unit.plans.get(plan_id))
            lines = unit.plans.unsettled(plan_id, _AT_ONCE)
        if not lines:
            break
        done += sum(_settle(services, plan, line.person_id) for line in lines if not is_stopped())
    if done:
        services.gallery.catch_up()
    return done


def _settle(services: Services, plan: Plan, person_id: PersonId) -> bool:
    try:
        with services.units.write() as unit:
            erasure_id = _hidden(services, unit, plan, person_id)
            is_first = _put(services, unit, plan.plan_id, person_id, erasure_id)
            if is_first:
                unit.commit()
            return is_first
    except (ConflictError, NotFoundError):
        # Another erasure of the person is open, or they are gone: nothing of this plan is left.
        with services.units.write() as unit:
            is_first = _put(services, unit, plan.plan_id, person_id, None)
            if is_first:
                unit.commit()
            return is_first


def _hidden(
    services: Services, unit: UnitOfWork, plan: Plan, person_id: PersonId
) -> ErasureId | None:
    """Hide a person who is still due, in the names of the two who released the plan."""
    found = standing_of(unit, person_id, plan.on)
    if found is None or found.fate is not Fate.DUE:
        return None
    first, second = (_releasing(one.released_by) for one in plan.releases)
    authority = f"plan:{plan.plan_id}"
    basis = ErasureBasis.RETENTION_ENDED if found.last_day else ErasureBasis.NO_POWER_TO_RETAIN
    asked = ask_in(services, unit, AskErasure(first, person_id, basis, authority))
    confirm_in(services, unit, second, asked)
    return asked.erasure_id


def _releasing(user_id: UserId) -> Caller:
    scopes = ROLE_SCOPES[Role.SUPERVISOR] & {Scope.ERASE}
    return Caller(Actor(user_id, Role.SUPERVISOR, None, scopes), Purpose.DELETION)


def _put(
    services: Services,
    unit: UnitOfWork,
    plan_id: PlanId,
    person_id: PersonId,
    erasure_id: ErasureId | None,
) -> bool:
    outcome = Settled.SPARED if erasure_id is None else Settled.HIDDEN
    settlement = Settlement(
        services.surroundings.new_id(),
        plan_id,
        person_id,
        outcome,
        erasure_id,
        services.surroundings.clock(),
    )
    if not unit.plans.settle(settlement):
        return False
    event = PurgeSettled(settlement.settlement_id, plan_id, person_id, outcome, erasure_id)
    record(unit, services.surroundings, _PURGER, event)
    return True
