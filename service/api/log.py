"""Auditors read evidence and the log; showing evidence is itself recorded in the log."""

import base64
from typing import Annotated, Self

from fastapi import Query
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime, BeforeValidator, Field

from domain.events.catalogue import LoggedEvent
from domain.ids import CaseId, EventId, ForceCode, SearchId, UserId
from domain.list_pages import EventFilter
from service.api.authentication import EvidenceReader, LogReader
from service.api.base import Answer, NextNumber, PageAnswer
from service.api.bodies import EventTypeCode, IdInPath, Limit
from service.api.call_routes import CallRouter, file_of
from service.api.searches.evidence_schemas import SearchEvidenceAnswer
from service.api.shapes import From, shows
from service.usecases.log import reading
from service.usecases.searches.recorded import unmask


@shows(LoggedEvent)
class LogEntryAnswer(Answer):
    """One event."""

    event_type: EventTypeCode
    body: Annotated[str, BeforeValidator(bytes.decode)]
    """Canonical JSON (RFC 8785); its UTF-8 bytes are the leaf of the log's tree."""


def _in_base64(steps: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(base64.b64encode(step).decode() for step in steps)


_Steps = Annotated[tuple[str, ...], From("steps"), BeforeValidator(_in_base64)]


class InclusionAnswer(Answer):
    """The proof that one event is in the log."""

    event: LogEntryAnswer
    """The event that is proven."""
    size: int = Field(description="How many events the checkpoint covers.")
    proof: _Steps = Field(description="Steps from the leaf to the root, base64.")
    receipt: str = Field(description="The same proof as one file (C2SP tlog-proof).")

    @classmethod
    def of(cls, proved: reading.InclusionProof) -> Self:
        """Return the answer for a proof."""
        return cls.showing(proved, receipt=proved.receipt().encode().decode())


class ConsistencyAnswer(Answer):
    """The proof that the log has only grown."""

    old_size: int
    """The number of events at the earlier checkpoint."""
    size: int
    """The number of events that the checkpoint covers."""
    proof: _Steps = Field(description="Steps, base64.")


class EventListAnswer(PageAnswer):
    """Events that an audit search found, newest first."""

    entries: tuple[LogEntryAnswer, ...]
    next_before: NextNumber


class LogPageAnswer(Answer):
    """Consecutive events."""

    entries: tuple[LogEntryAnswer, ...]
    """Events in the log, in their order."""
    size: int = Field(description="How many events the log holds.")


router = CallRouter(prefix="/v1", tags=["auditor"])

EventIdInQuery = Annotated[
    str, Query(pattern=r"^[A-Za-z0-9._:@/+=-]{1,200}$", description="Id of the event.")
]
RefInQuery = Annotated[
    str | None, Query(pattern=r"^[A-Za-z0-9._:@/+=-]{1,200}$", description="An opaque id.")
]
ForceInQuery = Annotated[
    str | None, Query(pattern=r"^[A-Za-z0-9]{2}$", description="Code of a force.")
]
MomentInQuery = Annotated[
    AwareDatetime | None, Query(description="A date and time with its UTC offset (RFC 3339).")
]
OldSize = Annotated[int, Query(alias="from", ge=0, le=2**53 - 1, description="The smaller size.")]
NewSize = Annotated[int, Query(alias="to", ge=0, le=2**53 - 1, description="The larger size.")]
Start = Annotated[int, Query(ge=0, le=2**53 - 1, description="Number of the first event.")]


@router.get("/searches/{search_id}/evidence")
def get_evidence(call: EvidenceReader, search_id: IdInPath) -> SearchEvidenceAnswer:
    """Return the candidates of a search with the rank and evidence computed at the time."""
    return SearchEvidenceAnswer.of(call.use(unmask, SearchId(search_id)))


@router.get(
    "/log/checkpoint",
    response_class=PlainTextResponse,
    responses=file_of("A C2SP signed note.", "text/plain", told={}),
)
def get_checkpoint(call: LogReader) -> PlainTextResponse:
    """Return the newest signed checkpoint of the log."""
    return PlainTextResponse(call.use(reading.signed_head).note.decode())


@router.get("/log/proofs/inclusion")
def get_inclusion(call: LogReader, event: EventIdInQuery) -> InclusionAnswer:
    """Return the proof that an event is in the log, and a receipt with the same proof."""
    return InclusionAnswer.of(call.use(reading.prove_inclusion, EventId(event)))


@router.get("/log/proofs/consistency")
def get_consistency(call: LogReader, old: OldSize, new: NewSize) -> ConsistencyAnswer:
    """Return the proof that the log at the larger size begins with the log at the smaller size."""
    return ConsistencyAnswer.of(call.use(reading.prove_consistency, old_size=old, size=new))


@router.get("/log/search")
def search_log(  # noqa: PLR0913 - one parameter for each thing that can be asked
    call: LogReader,
    *,
    actor: RefInQuery = None,
    force: ForceInQuery = None,
    case: RefInQuery = None,
    subject: RefInQuery = None,
    event_type: Annotated[EventTypeCode | None, Query(alias="type")] = None,
    since: MomentInQuery = None,
    until: MomentInQuery = None,
    before: Annotated[int | None, Query(ge=0, le=2**53 - 1)] = None,
    limit: Limit = 50,
) -> EventListAnswer:
    """Return the events by actor, force, case, person or other subject, and time, newest first.

    The search itself is recorded as an event.
    """
    wanted = EventFilter(
        actor=UserId(actor) if actor else None,
        force=ForceCode(force) if force else None,
        case_id=CaseId(case) if case else None,
        subject_ref=subject,
        event_type=event_type,
        since=since,
        until=until,
    )
    return EventListAnswer.of(call.use(reading.search_events, wanted, before=before, limit=limit))


@router.get("/log/entries")
def list_log_entries(call: LogReader, start: Start = 0, limit: Limit = 50) -> LogPageAnswer:
    """Return events of the log in order."""
    return LogPageAnswer.of(call.use(reading.log_entries, start=start, limit=limit))


ROUTERS = (router,)
