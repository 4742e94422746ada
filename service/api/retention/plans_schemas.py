"""Plans of a purge."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from pydantic import Field

from domain.retention.plans import Plan, PlanRefusal, PlanState, PurgeEnd, Settled
from service.api.base import Answer, Body, DateText, Next, PageAnswer
from service.api.dates import read_day
from service.usecases.retention.planning import ShownPlan


class PurgePlanBody(Body):
    """The day of a plan."""

    on: DateText | None = Field(default=None, description="As of which day; default today.")

    def day(self) -> date | None:
        """Return the day; raises InvalidDateError."""
        return None if self.on is None else read_day(self.on)


class RecountAnswer(Answer):
    """An independent count against a plan."""

    due: int = Field(description="People due by the count.")
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

    @classmethod
    def of(cls, value: Plan, /) -> Self:
        """Return the answer that shows a plan."""
        return cls.showing(value)


class PlanLineAnswer(Answer):
    """A person whose prints to purge."""

    person_id: str
    provision: str = Field(description="The last basis that kept their prints.")
    last_day: date | None = Field(description="The last lawful day; null where no period ran.")


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

    @classmethod
    def of(cls, value: ShownPlan, /) -> Self:
        """Return the answer that shows a plan with its people."""
        return cls.showing(value)


class PurgePlanListAnswer(PageAnswer):
    """The last plans, newest first."""

    plans: tuple[PurgePlanAnswer, ...]
    next_before: Next
