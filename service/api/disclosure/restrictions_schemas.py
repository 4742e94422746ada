"""Restrictions of people and of single items, and the data they hide."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from domain.access import Caller
from domain.disclosure.restriction import RestrictionGround
from domain.forces import find_force
from domain.ids import PersonId, RecordId, RestrictionId
from domain.items import ItemId
from service.api.base import Answer, Body, Code, DateText, Next, PageAnswer, Reason, at
from service.api.dates import read_day
from service.api.people.items_schemas import ItemAnswer
from service.usecases.disclosure.restricting import Lift, Restrict
from service.usecases.disclosure.restricting_items import RestrictItem


class RestrictionBody(Body):
    """Why data is restricted, and for which force the evidence stays visible."""

    ground: RestrictionGround
    holder: Code = Field(description="The force that holds the evidence.")
    reasons: Reason

    def to_command(self, caller: Caller, person_id: PersonId) -> Restrict:
        """Return the command; raises UnknownForceError with a pointer."""
        with at("/holder"):
            holder = find_force(self.holder).code
        return Restrict(caller, person_id, self.ground, holder, self.reasons)

    def to_item_command(
        self, caller: Caller, record_id: RecordId, item_id: ItemId
    ) -> RestrictItem:
        """Return the command for one item; raises UnknownForceError with a pointer."""
        with at("/holder"):
            holder = find_force(self.holder).code
        return RestrictItem(caller, record_id, item_id, self.ground, holder, self.reasons)


class LiftingBody(Body):
    """Why a restriction is lifted, and when the person was told that it will be."""

    told_on: DateText = Field(description="The day on which the person was told.")
    reasons: Reason

    def to_command(self, caller: Caller, restriction_id: RestrictionId) -> Lift:
        """Return the command; raises InvalidDateError with a pointer."""
        with at("/told_on"):
            told_on = read_day(self.told_on)
        return Lift(caller, restriction_id, told_on, self.reasons)


class RestrictionAnswer(Answer):
    """The restriction of a person, or of one item of a record."""

    restriction_id: str
    person_id: str
    record_id: str | None = Field(
        description="The record of the item that is restricted, null where the person is."
    )
    item_id: str | None = Field(
        description="The item that is restricted, null where the person is."
    )
    ground: RestrictionGround
    holder: str
    reasons: str = Field(description="Empty once they were erased.")
    is_open: bool
    begun_by: str
    begun_at: datetime
    told_on: date | None
    lifted_by: str | None
    lifted_at: datetime | None
    lifting_reasons: str


class RestrictionListAnswer(PageAnswer):
    """A page of restrictions, newest first."""

    restrictions: tuple[RestrictionAnswer, ...]
    next_before: Next


class RestrictedRecordAnswer(Answer):
    """A record that is restricted: its newest version, or one item with its parts and entry."""

    record_id: str
    force: str
    held: tuple[ItemAnswer, ...]


class RestrictedEvidenceAnswer(Answer):
    """The data that a restriction hides."""

    restriction: RestrictionAnswer
    records: tuple[RestrictedRecordAnswer, ...]
    captures: tuple[str, ...] = Field(description="Their ids.")
