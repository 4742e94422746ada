"""The people of a plan counted again, by code that shares nothing with the planner."""

from __future__ import annotations

from domain.access import Caller, Scope
from domain.events.retention import PurgeRecounted
from domain.retention.plans import Plan, PlanId, Recount
from service.storage.retention.recount import recount
from service.usecases.existing import existing
from service.usecases.log.recording import record
from service.usecases.services import Services


def recount_plan(services: Services, caller: Caller, plan_id: PlanId) -> Plan:
    """Count a plan again and return it with the count; one that differs is refused for good.

    Raises NotPermittedError, NotFoundError, VaultDamagedError for a damaged record.
    """
    caller.actor.require(Scope.ERASE)
    with services.units.write() as unit:
        plan = existing(unit.plans.get(plan_id))
        rows = unit.recount_rows
        found = recount(rows.people(), rows.rulings(), plan.on.isoformat())
        planned = rows.listed(plan_id)
        count = Recount(
            services.surroundings.new_id(),
            due=len(found.due),
            missing=len(found.due - planned),
            beyond=len(planned - found.due),
            reviews=found.reviews,
            counted_by=caller.actor.user_id,
            counted_at=services.surroundings.clock(),
        )
        unit.plans.count_again(plan_id, count)
        event = PurgeRecounted(
            count.recount_id, plan_id, count.due, count.missing, count.beyond, count.reviews
        )
        record(unit, services.surroundings, caller, event)
        unit.commit()
    with services.units.read() as unit:
        return existing(unit.plans.get(plan_id))
