"""Supervisors plan a purge: made, counted again, released by two, carried out."""

from __future__ import annotations

from fastapi import APIRouter

from domain.errors import (
    ConflictError,
    InvalidDateError,
    NotFoundError,
    SelfVerificationError,
)
from domain.retention.plans import PlanId
from service.api.authentication import Eraser
from service.api.bodies import BodyOf
from service.api.documentation import INDEX_ERRORS, body_problems, call_problems
from service.api.parameters import Before, IdInPath, Limit
from service.api.retention.plans_schemas import (
    PurgePlanAnswer,
    PurgePlanBody,
    PurgePlanListAnswer,
    ShownPlanAnswer,
)
from service.api.state import ServicesOf
from service.usecases.retention.planning import list_plans, plan_purge, show_plan
from service.usecases.retention.recounting import recount_plan
from service.usecases.retention.releasing import call_prints_back, carry_out_by, release_plan

router = APIRouter(prefix="/v1/retention/plans", tags=["supervisor"])


@router.post("", status_code=201, responses=body_problems(InvalidDateError))
def post_purge_plan(
    caller: Eraser, body: BodyOf[PurgePlanBody], services: ServicesOf
) -> PurgePlanAnswer:
    """Plan a purge of the prints that nothing keeps: a dry run, nothing is hidden."""
    return PurgePlanAnswer.of(plan_purge(services, caller, body.day()))


@router.get("", responses=call_problems())
def get_purge_plans(
    caller: Eraser, services: ServicesOf, *, before: Before = None, limit: Limit = 50
) -> PurgePlanListAnswer:
    """Return the last plans, newest first."""
    return PurgePlanListAnswer.of(list_plans(services, caller, before=before, limit=limit))


@router.get("/{plan_id}", responses=call_problems(NotFoundError))
def get_purge_plan(caller: Eraser, plan_id: IdInPath, services: ServicesOf) -> ShownPlanAnswer:
    """Return a plan with the people that it names, and how it differs from the one before."""
    return ShownPlanAnswer.of(show_plan(services, caller, PlanId(plan_id)))


@router.post("/{plan_id}/recount", responses=call_problems(NotFoundError))
def post_recount(caller: Eraser, plan_id: IdInPath, services: ServicesOf) -> PurgePlanAnswer:
    """Count the people of a plan again, by code that shares nothing with the planner."""
    return PurgePlanAnswer.of(recount_plan(services, caller, PlanId(plan_id)))


@router.post(
    "/{plan_id}/release",
    responses=call_problems(NotFoundError, ConflictError, SelfVerificationError, *INDEX_ERRORS),
)
def post_purge_release(caller: Eraser, plan_id: IdInPath, services: ServicesOf) -> PurgePlanAnswer:
    """Release a plan; the second person's release hides the prints that it names at once."""
    return PurgePlanAnswer.of(release_plan(services, caller, PlanId(plan_id)))


@router.post(
    "/{plan_id}/carry-out",
    responses=call_problems(NotFoundError, ConflictError, *INDEX_ERRORS),
)
def post_carry_out(caller: Eraser, plan_id: IdInPath, services: ServicesOf) -> PurgePlanAnswer:
    """Go on with a released plan that was interrupted, as a worker does by itself."""
    return PurgePlanAnswer.of(carry_out_by(services, caller, PlanId(plan_id)))


@router.post(
    "/{plan_id}/call-back",
    responses=call_problems(NotFoundError, ConflictError, *INDEX_ERRORS),
)
def post_call_back(caller: Eraser, plan_id: IdInPath, services: ServicesOf) -> PurgePlanAnswer:
    """Bring back all prints of a plan that are not destroyed yet: searches find them again."""
    return PurgePlanAnswer.of(call_prints_back(services, caller, PlanId(plan_id)))
