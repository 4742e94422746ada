"""Purge plans: made, counted again, shown and listed. A plan by itself changes no data."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Scope
from domain.errors import existing
from domain.events.looking import LookKind
from domain.events.retention import PurgePlanned, PurgeRecounted
from domain.ids import PersonId
from domain.list_pages import ListPage
from domain.office_days import office_day
from domain.people.partial_dates import refuse_future
from domain.retention import retention
from service.storage.retention.recount import recount
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.retention.captures import Fate
from service.usecases.retention.due import RULES, Standing, everybody
from service.usecases.services import Services, StoreServices


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A plan with the people it names, and how it differs from the previous plan."""

    plan: retention.Plan
    lines: tuple[retention.PlanLine, ...]
    added: tuple[PersonId, ...]
    gone: tuple[PersonId, ...]
    settlements: tuple[retention.Settlement, ...]


def plan_purge(services: Services, caller: Caller, on: date | None = None) -> retention.Plan:
    """Make a plan of everybody whose prints nothing keeps on a day (default: today).

    Raises NotPermittedError, InvalidInputError (a day in the future), VaultDamagedError for a
    damaged record.
    """
    caller.actor.require(Scope.ERASE)
    now = services.now()
    day = on or office_day(now)
    refuse_future(day, office_day(now), "/on")
    with services.units.begin() as unit:
        fates, due = _counted(unit, day)
        previous = next(iter(unit.plans.newest(limit=1).items), None)
        before = _expected(unit, previous)
        people = {one.person_id for one in due}
        figures = retention.PlanFigures(
            people=fates.total(),
            due=len(due),
            kept=fates[Fate.KEPT],
            reviews=fates[Fate.REVIEW],
            added=len(people - before),
            gone=len(before - people),
        )
        plan = retention.Plan(
            retention.PlanId(services.new_id()),
            day,
            RULES,
            figures,
            services.purge_caps.refusal(figures.due, figures.people),
            caller.actor.user_id,
            now,
            previous.plan_id if previous else None,
        )
        unit.plans.put(plan, [(one.person_row, _line(one)) for one in due])
        record(services, unit, caller, _event(plan))
    return plan


def _counted(unit: UnitOfWork, on: date) -> tuple[Counter[Fate], list[Standing]]:
    fates: Counter[Fate] = Counter()
    due = []
    for one in everybody(unit, on):
        fates[one.fate] += 1
        if one.fate is Fate.DUE:
            due.append(one)
    return fates, due


def _line(due: Standing) -> retention.PlanLine:
    captures = tuple(
        retention.PlanCapture(one.capture.encounter_id, one.event, one.provision, one.last_day)
        for one in due.due
    )
    return retention.PlanLine(due.person_id, due.provision, due.last_day, captures)


def _expected(unit: UnitOfWork, previous: retention.Plan | None) -> frozenset[PersonId]:
    """Return the people in the previous plan who have not been settled."""
    if previous is None:
        return frozenset()
    settled = {one.person_id for one in unit.plans.settlements(previous.plan_id)}
    return frozenset(one.person_id for one in unit.plans.lines(previous.plan_id)) - settled


def _event(plan: retention.Plan) -> PurgePlanned:
    figures = plan.figures
    return PurgePlanned.of(figures, plan_id=plan.plan_id, refusal=plan.refusal)


def show_plan(services: StoreServices, caller: Caller, plan_id: retention.PlanId) -> ShownPlan:
    """Return a plan with the people it names. Raises NotPermittedError, NotFoundError."""
    with services.reading(caller, Scope.ERASE) as unit:
        plan = existing(unit.plans.get(plan_id))
        lines = unit.plans.lines(plan_id)
        previous = None if plan.previous_id is None else unit.plans.get(plan.previous_id)
        before = _expected(unit, previous)
        settlements = unit.plans.settlements(plan_id)
    look(services, caller, LookKind.RETENTION_PLAN, (plan_id, *(one.person_id for one in lines)))
    people = {one.person_id for one in lines}
    return ShownPlan(
        plan,
        lines,
        tuple(one.person_id for one in lines if one.person_id not in before),
        tuple(sorted(before - people)),
        settlements,
    )


def list_plans(
    services: StoreServices, caller: Caller, *, before: str | None = None, limit: int
) -> ListPage[retention.Plan, str]:
    """Return plans, newest first. Raises NotPermittedError."""
    with services.reading(caller, Scope.ERASE) as unit:
        page = unit.plans.newest(before=before, limit=limit)
    look(services, caller, LookKind.RETENTION_PLANS, (plan.plan_id for plan in page.items))
    return page


def recount_plan(services: Services, caller: Caller, plan_id: retention.PlanId) -> retention.Plan:
    """Count a plan again and return it with this count.

    If the counts differ, the plan is refused permanently. Raises NotPermittedError, NotFoundError,
    VaultDamagedError for a damaged record.
    """
    with services.begin(caller, Scope.ERASE) as unit:
        plan = existing(unit.plans.get(plan_id))
        rows = unit.recount_rows
        found = recount(
            rows.people(), rows.rulings(), plan.on.isoformat(), rows.facts(), rows.captures
        )
        planned = rows.listed(plan_id)
        count = retention.Recount(
            services.new_id(),
            due=len(found.due),
            missing=len(found.due - planned),
            beyond=len(planned - found.due),
            reviews=found.reviews,
            counted_by=caller.actor.user_id,
            counted_at=services.now(),
        )
        unit.plans.count_again(plan_id, count)
        event = PurgeRecounted(
            count.recount_id, plan_id, count.due, count.missing, count.beyond, count.reviews
        )
        record(services, unit, caller, event)
    with services.units.read() as unit:
        return existing(unit.plans.get(plan_id))
