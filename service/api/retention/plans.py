"""Supervisors make a purge plan; it is counted again, released by two, and carried out."""

from datetime import date, datetime

from pydantic import Field

from domain import errors
from domain.ids import EncounterId, PersonId
from domain.retention.retention import Plan, PlanId, PlanState, PurgeEnd, Recount, Release, Settled
from service.api.authentication import Eraser
from service.api.base import Answer, Body, DateText, Next, PageAnswer
from service.api.bodies import Before, BodyOf, IdInPath, Limit
from service.api.call_routes import INDEX_ERRORS, CallRouter
from service.api.shapes import read_day, shows
from service.usecases.retention import planning, releasing


class PurgePlanBody(Body):
    """The day of a purge plan."""

    on: DateText | None = Field(default=None, description="Day of the plan; today if absent.")

    def day(self) -> date | None:
        """Return the day; raises InvalidDateError."""
        return None if self.on is None else read_day(self.on)


@shows(Recount, without=("recount_id",))
class RecountAnswer(Answer):
    """An independent count, compared with a plan."""


@shows(Release)
class PurgeReleaseAnswer(Answer):
    """One person's release of a plan."""


class PlanFiguresAnswer(Answer):
    """The figures of a plan, as numbers of people."""

    people: int = Field(description="People on file; merged people count as one.")
    due: int = Field(description="People whose prints there is no longer a ground to keep.")
    kept: int
    """The number of people whose prints a rule or a review requires to be kept."""
    reviews: int
    """The number of people for whom no rule decides."""
    added: int = Field(description="People who are due now and were not in the previous plan.")
    gone: int = Field(description="People who were in the previous plan and are no longer due.")


@shows(Plan)
class PurgePlanAnswer(Answer):
    """A purge plan and its outcome."""

    state: PlanState
    figures: PlanFiguresAnswer
    recount: RecountAnswer | None = Field(description="The last independent count.")
    releases: tuple[PurgeReleaseAnswer, ...]
    """Releases of the plan, by at most two people."""


class PlanCaptureAnswer(Answer):
    """A capture to purge."""

    encounter_id: EncounterId
    event: str
    """The item of a record for which the prints were taken, as `record.item`."""
    provision: str = Field(description="The last legal basis for keeping the capture.")
    last_day: date | None
    """The last lawful day; null if there was no retention period."""


class PlanLineAnswer(Answer):
    """A person with prints to purge: all of the person's prints or some of them."""

    person_id: PersonId
    provision: str = Field(description="The last legal basis for keeping the person's prints.")
    last_day: date | None
    """The last lawful day; null if there was no retention period."""
    captures: tuple[PlanCaptureAnswer, ...]
    """The captures to purge; other captures of the person stay."""


class SettlementAnswer(Answer):
    """What a released plan did for one person."""

    person_id: PersonId
    outcome: Settled
    erasure_id: str | None = Field(description="Only for plans that erased whole persons.")
    settled_at: datetime
    """When the person was hidden or spared."""
    due_at: datetime | None = Field(description="The time from which the prints are destroyed.")
    ended: PurgeEnd | None
    """Null while the prints are hidden but not yet destroyed."""


class ShownPlanAnswer(Answer):
    """A plan with the people that it names."""

    plan: PurgePlanAnswer
    lines: tuple[PlanLineAnswer, ...]
    """The people of the plan."""
    added: tuple[str, ...] = Field(description="People who were not in the previous plan.")
    gone: tuple[str, ...] = Field(description="People of the previous plan who are no longer due.")
    settlements: tuple[SettlementAnswer, ...]
    """What happened to the plan's people, once it was released."""


class PurgePlanListAnswer(PageAnswer):
    """Purge plans, newest first."""

    plans: tuple[PurgePlanAnswer, ...]
    next_before: Next


router = CallRouter(prefix="/v1/retention/plans", tags=["supervisor"])


@router.post("", errors.InvalidDateError, status_code=201)
def post_purge_plan(call: Eraser, body: BodyOf[PurgePlanBody]) -> PurgePlanAnswer:
    """Plan a purge of prints that there is no ground to keep; the plan itself hides nothing."""
    return PurgePlanAnswer.of(call.use(planning.plan_purge, body.day()))


@router.get("")
def get_purge_plans(
    call: Eraser, *, before: Before = None, limit: Limit = 50
) -> PurgePlanListAnswer:
    """Return the purge plans, newest first."""
    return PurgePlanListAnswer.of(call.use(planning.list_plans, before=before, limit=limit))


@router.get("/{plan_id}")
def get_purge_plan(call: Eraser, plan_id: IdInPath) -> ShownPlanAnswer:
    """Return a plan with its people, and how it differs from the previous plan."""
    return ShownPlanAnswer.of(call.use(planning.show_plan, PlanId(plan_id)))


@router.post("/{plan_id}/recount")
def post_recount(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Recount the people of a purge plan, with code that shares nothing with the planner."""
    return PurgePlanAnswer.of(call.use(planning.recount_plan, PlanId(plan_id)))


@router.post("/{plan_id}/release", *INDEX_ERRORS)
def post_purge_release(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Release a plan; when the second person releases it, its prints are hidden at once."""
    return PurgePlanAnswer.of(call.use(releasing.release_plan, PlanId(plan_id)))


@router.post("/{plan_id}/carry-out", *INDEX_ERRORS)
def post_carry_out(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Continue a released plan that was interrupted; a worker also does this automatically."""
    return PurgePlanAnswer.of(call.use(releasing.carry_out_by, PlanId(plan_id)))


@router.post("/{plan_id}/call-back", *INDEX_ERRORS)
def post_call_back(call: Eraser, plan_id: IdInPath) -> PurgePlanAnswer:
    """Restore all prints of a plan not yet destroyed, so that searches find them again."""
    return PurgePlanAnswer.of(call.use(releasing.call_prints_back, PlanId(plan_id)))
