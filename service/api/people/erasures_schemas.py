"""Erasures of people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.access import Caller
from domain.erasures import ErasureBasis, ErasureState
from domain.ids import PersonId
from service.api.base import Answer, Body, Next, PageAnswer
from service.usecases.people.erasure import AskErasure

Authority = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._:@/+=-]{1,100}$"),
    Field(description="The reference of the deciding authority; no name, no sentence."),
]


class ErasureBody(Body):
    """Why a person's data may no longer be kept."""

    basis: ErasureBasis
    authority: Authority
    court_order: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="The reference of a court order that takes the wait away; it is kept sealed.",
    )

    def to_command(self, caller: Caller, person_id: PersonId) -> AskErasure:
        """Return the command."""
        order = self.court_order or ""
        return AskErasure(caller, person_id, self.basis, self.authority, order)


class ErasureIdAnswer(Answer):
    """A request that waits for a second person."""

    erasure_id: str


class ErasureAnswer(Answer):
    """A request to erase a person, and how far it has come."""

    erasure_id: str
    person_id: str
    state: ErasureState
    basis: ErasureBasis
    authority: str
    court_order: str = Field(description="Empty without a court order.")
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    due_at: datetime | None = Field(description="Until then it can surely be called back.")
    ended_by: str | None
    ended_at: datetime | None


class ErasureListAnswer(PageAnswer):
    """A page of erasures, newest first."""

    erasures: tuple[ErasureAnswer, ...]
    next_before: Next
