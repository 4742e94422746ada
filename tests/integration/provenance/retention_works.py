"""A purge by plan, as the office would go on with it after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from domain.access.access import Role
from domain.errors import LinkingError
from domain.events.retention import (
    PrintsHidden,
    PurgePlanned,
    PurgeRecounted,
    PurgeReleased,
    PurgeSettled,
)
from domain.retention.retention import PlanState
from service.usecases.retention.planning import list_plans, plan_purge, recount_plan
from service.usecases.retention.releasing import carry_out_plans, release_plan
from service.usecases.services import Services
from tests.integration.provenance.crash_works import Prepared, Work, caller

DUE = 2
"""People in the prepared store whose data nothing keeps."""


def _purge(services: Services, _: Prepared) -> None:
    """Plan, count again, release by two, and hide all prints, from wherever it stopped."""
    sue, tom = (caller(Role.SUPERVISOR, name) for name in ("sue", "tom"))
    plan = next(iter(list_plans(services, sue, limit=1).items), None) or plan_purge(services, sue)
    if plan.state is PlanState.UNCOUNTED:
        plan = recount_plan(services, sue, plan.plan_id)
    assert plan.agrees
    for supervisor in (sue, tom):
        with suppress(LinkingError):
            release_plan(services, supervisor, plan.plan_id)
    carry_out_plans(services)


RETENTION_WORKS: Mapping[str, Work] = {
    "purge": Work(
        _purge,
        {
            PurgePlanned.event_type: 1,
            PurgeRecounted.event_type: 1,
            PurgeReleased.event_type: 2,
            PurgeSettled.event_type: DUE,
            PrintsHidden.event_type: DUE,
        },
    )
}
