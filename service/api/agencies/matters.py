"""Results of courts and other matters: told, listed while they wait, and read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from domain.errors import NotFoundError
from domain.matters import Matter, MatterSource, MatterState, Step
from domain.plain_values import plain
from service.api.authentication import MatterTeller, RequestReader
from service.api.base import Answer
from service.api.bodies import media_type_of
from service.api.documentation import call_problems
from service.api.parameters import IdInPath
from service.api.refusals import UnsupportedMediaTypeError
from service.usecases.agencies.matters import (
    Inbox,
    TellCourtResult,
    ToldMatter,
    last_day,
    list_matters,
    show_matter,
    tell_court_result,
)


class ReasonAnswer(Answer):
    """Why a matter waits, and where in the message."""

    doubt: str
    words: str
    pointer: str = Field(description="JSON pointer into `content`; empty for the whole message.")


class StepAnswer(Answer):
    """One step of a matter."""

    number: int
    state: MatterState
    stepped_at: datetime
    reasons: tuple[ReasonAnswer, ...]
    words: str
    record_id: str | None
    version: int | None = Field(description="The version of the record that tells the matter.")

    @classmethod
    def told(cls, step: Step) -> StepAnswer:
        """Return a step as an answer."""
        return cls(
            number=step.number,
            state=step.state,
            stepped_at=step.stepped_at,
            reasons=tuple(
                ReasonAnswer(doubt=one.doubt, words=one.words, pointer=one.pointer)
                for one in step.reasons
            ),
            words=step.words,
            record_id=step.record_id,
            version=step.version,
        )


class ToldAnswer(Answer):
    """Where a matter stands, and what it asks for beside the record."""

    matter_id: str
    state: MatterState
    reasons: tuple[ReasonAnswer, ...]
    tasks: tuple[str, ...] = Field(description="Nothing of this stops the result.")
    record_id: str | None
    version: int | None
    is_new: bool = Field(description="False: the same content came before, and nothing changed.")

    @classmethod
    def told(cls, told: ToldMatter) -> ToldAnswer:
        """Return what became of a matter as an answer."""
        last = StepAnswer.told(told.matter.last)
        return cls(
            matter_id=told.matter.matter_id,
            state=last.state,
            reasons=last.reasons,
            tasks=told.tasks,
            record_id=last.record_id,
            version=last.version,
            is_new=told.is_new,
        )


class MatterHead(Answer):
    """A matter without its content."""

    matter_id: str
    source: MatterSource
    reference: str
    received_at: datetime
    state: MatterState
    last_day: date = Field(description="The last day on which it may wait.")

    @classmethod
    def fields_of(cls, matter: Matter) -> dict[str, Any]:
        """Return the fields that heads and whole matters share."""
        return {
            "matter_id": matter.matter_id,
            "source": matter.source,
            "reference": matter.reference,
            "received_at": matter.received_at,
            "state": matter.state,
            "last_day": last_day(matter),
        }


class WaitingHead(MatterHead):
    """A matter that waits, and why."""

    reasons: tuple[ReasonAnswer, ...]
    is_late: bool


class WaitingCountAnswer(Answer):
    """How many matters wait in a state."""

    state: MatterState
    count: int
    oldest: datetime


class InboxAnswer(Answer):
    """What waits, oldest first."""

    counts: tuple[WaitingCountAnswer, ...]
    waiting: tuple[WaitingHead, ...]

    @classmethod
    def told(cls, inbox: Inbox) -> InboxAnswer:
        """Return the inbox as an answer."""
        waiting = (
            WaitingHead(
                **MatterHead.fields_of(one),
                reasons=StepAnswer.told(one.last).reasons,
                is_late=one.matter_id in inbox.late,
            )
            for one in inbox.waiting
        )
        counts = (
            WaitingCountAnswer(state=one.state, count=one.count, oldest=one.oldest)
            for one in inbox.counts
        )
        return cls(counts=tuple(counts), waiting=tuple(waiting))


class MatterAnswer(MatterHead):
    """A matter with everything that it says."""

    content: dict[str, Any] | None = Field(
        description="The message as read: hearing, case, defendant, offences, every line of a"
        " result. Null once it was erased."
    )
    steps: tuple[StepAnswer, ...]

    @classmethod
    def told(cls, matter: Matter) -> MatterAnswer:
        """Return a matter as an answer."""
        return cls(
            **MatterHead.fields_of(matter),
            content=None if matter.content is None else plain(matter.content),
            steps=tuple(map(StepAnswer.told, matter.steps)),
        )


_XML = ("application/xml", "text/xml")
_TAKES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One message in the national format, bare or in its envelope.",
        "content": {_XML[0]: {"schema": {"type": "string"}}},
    }
}


async def _xml(request: Request) -> bytes:
    if media_type_of(request) not in _XML:
        raise UnsupportedMediaTypeError(f"The media type is wrong: send a result as {_XML[0]}.")
    return await request.body()


router = APIRouter(prefix="/v1", tags=["case officer"])


@router.post(
    "/court-results",
    status_code=201,
    openapi_extra=_TAKES,
    responses=call_problems(UnsupportedMediaTypeError),
)
def post_court_result(call: MatterTeller, body: Annotated[bytes, Depends(_xml)]) -> ToldAnswer:
    """Take a result of a court: it is attached by rule, or it waits."""
    return ToldAnswer.told(tell_court_result(call.services, TellCourtResult(call.caller, body)))


@router.get("/matters", responses=call_problems())
def get_matters(call: RequestReader) -> InboxAnswer:
    """Return the matters that wait for a person, oldest first."""
    return InboxAnswer.told(list_matters(call.services, call.caller))


@router.get("/matters/{matter_id}", responses=call_problems(NotFoundError))
def get_matter(call: RequestReader, matter_id: IdInPath) -> MatterAnswer:
    """Return a matter with its content and steps."""
    return MatterAnswer.told(show_matter(call.services, call.caller, matter_id))
