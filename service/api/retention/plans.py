"""Supervisors plan a purge: made, counted again, released by two, carried out."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import Field

from domain.errors import (
    ConflictError,
    InvalidDateError,
    NotFoundError,
    SelfVerificationError,
)
from domain.retention import PlanId, PlanRefusal, PlanState, PurgeEnd, Settled
from service.api.authentication import Eraser
from service.api.base import Answer, Body, DateText, Next, PageAnswer
from service.api.bodies import BodyOf
from service.api.dates import read_day
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.usecases.retention.planning import list_plans, plan_purge, recount_plan, show_plan
from service.usecases.retention.releasing import call_prints_back, carry_out_by, release_plan


class PurgePlanBody(Body):
    """The day of a plan."""

    on: DateText | None = Field(default=None, description="Day of the plan; default today.")

    def day(self) -> date | None:
        """Return the day; raises InvalidDateError."""
        return None if self.on is None else read_day(self.on)


class RecountAnswer(Answer):
    """An independent count against a plan."""

    due: int = Field(description="Captures due by the count.")
    missing: int = Field(description="Due by the count and not in the plan: it fails to delete.")
    beyond: int = Field(description="In the plan and not due by the count: it deletes too much.")
    reviews: int
    counted_by: str
    counted_at: datetime


class PurgeReleaseAnswer(Answer):
    """A person's release of a plan."""

    released_by: str
    released_at: datetime


class PlanFiguresAnswer(Answer):
    """The counts of a plan."""

    people: int = Field(description="People held, those merged as one.")
    due: int = Field(description="People whose prints nothing keeps.")
    kept: int
    reviews: int
    added: int = Field(description="Due now and not in the plan before.")
    gone: int = Field(description="In the plan before and no longer due.")


class PurgePlanAnswer(Answer):
    """A plan of a purge and its outcome."""

    plan_id: str
    on: date = Field(description="As of which day.")
    state: PlanState
    rules: str = Field(description="The rules that it was computed by.")
    figures: PlanFiguresAnswer
    refusal: PlanRefusal | None = Field(description="The cap that it exceeds.")
    made_by: str
    made_at: datetime
    previous_id: str | None = Field(description="The plan before.")
    recount: RecountAnswer | None = Field(description="The last independent count.")
    releases: tuple[PurgeReleaseAnswer, ...]
    settled: int = Field(description="How many of its people are hidden or spared.")


class PlanCaptureAnswer(Answer):
    """A capture to purge."""

    encounter_id: str
    event: str = Field(description="The item of a record at which it was taken, as `record.item`.")
    provision: str = Field(description="The last basis that kept it.")
    last_day: date | None = Field(description="The last lawful day; null where no period ran.")


class PlanLineAnswer(Answer):
    """A person with prints to purge, all or some."""

    person_id: str
    provision: str = Field(description="The last basis that kept their prints.")
    last_day: date | None = Field(description="The last lawful day; null where no period ran.")
    captures: tuple[PlanCaptureAnswer, ...] = Field(
        description="What the purge takes; other captures of the person stay."
    )


class SettlementAnswer(Answer):
    """The outcome for a person of a released plan."""

    person_id: str
    outcome: Settled
    erasure_id: str | None = Field(description="Of plans that erased people whole.")
    settled_at: datetime
    due_at: datetime | None = Field(description="From when on the prints are destroyed.")
    ended: PurgeEnd | None = Field(description="Null while the prints wait.")


class ShownPlanAnswer(Answer):
    """A plan with the people that it names."""

    plan: PurgePlanAnswer
    lines: tuple[PlanLineAnswer, ...]
    added: tuple[str, ...] = Field(description="People who were not in the plan before.")
    gone: tuple[str, ...] = Field(description="People of the plan before who are not due.")
    settlements: tuple[SettlementAnswer, ...]


class PurgePlanListAnswer(PageAnswer):
    """The last plans, newest first."""

    plans: tuple[PurgePlanAnswer, ...]
    next_before: Next


router = APIRouter(prefix="/v1/retention/plans", tags=["supervisor"])


@router.post("", status_code=201, responses=body_problems(InvalidDateError))
def post_purge_plan(call: Eraser, body: BodyOf[PurgePlanBody]) -> PurgePlanAnswer:
    """Plan a purge of the prints that nothing keeps: a dry run, nothing is hidden."""
    return PurgePlanAnswer.of(plan_purge(call.services, call.caller, body.day()))


@router.get("", responses=call_problems())
def get_purge_plans(
    call: Eraser, *, before: Before = None, limit: Limit = 50
) -> PurgePlanListAnswer:
    """Return the last plans, newest first."""
    return PurgePlanListAnswer.of(
        list_plans(call.services, call.caller, before=before, limit=limit)
    )


@router.get("/{plan_id}", responses=call_problems(NotFoundError))
def get_purge_plan(call: Eraser, plan_id: IdInPath) -> ShownPlanAnswer:
    """Return a plan with the people that it names, and how it differs from the previous one."""
    return ShownPlanAnswer.of(show_plan(call.services, call.caller, PlanId(plan_id)))


@router.post("/{plan_id}/recount", responses=call_problems(NotFoundError))
def post_recount(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Count the people of a plan again, by code that shares nothing with the planner."""
    return PurgePlanAnswer.of(recount_plan(call.services, call.caller, PlanId(plan_id)))


@router.post(
    "/{plan_id}/release",
    responses=call_problems(NotFoundError, ConflictError, SelfVerificationError, *INDEX_ERRORS),
)
def post_purge_release(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Release a plan; the second person's release hides the prints that it names at once."""
    return PurgePlanAnswer.of(release_plan(call.services, call.caller, PlanId(plan_id)))


@router.post(
    "/{plan_id}/carry-out",
    responses=call_problems(NotFoundError, ConflictError, *INDEX_ERRORS),
)
def post_carry_out(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Continue a released plan that was interrupted, as a worker does by itself."""
    return PurgePlanAnswer.of(carry_out_by(call.services, call.caller, PlanId(plan_id)))


@router.post(
    "/{plan_id}/call-back",
    responses=call_problems(NotFoundError, ConflictError, *INDEX_ERRORS),
)
def post_call_back(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Bring back all prints of a plan that are not destroyed yet: searches find them again."""
    return PurgePlanAnswer.of(call_prints_back(call.services, call.caller, PlanId(plan_id)))
