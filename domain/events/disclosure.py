"""Data restricted instead of erased, and answers to people about their own data."""

from __future__ import annotations

from domain.disclosure.restriction import RestrictionGround
from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Part, Row
from domain.events.texts import Subject
from domain.ids import AnswerId, PersonId, RecordId, RequestId, RestrictionId
from domain.requests import ReplyOutcome


@event(
    "restriction-begun",
    rows=(
        Row("restrictions", key="restriction_id", by="begun_by", says=("ground", "holder")),
        Committed("restrictions", (("restriction_id", "restriction_id"),)),
    ),
    demands=ITS_ROW,
)
class RestrictionBegun(Event):
    """A person was restricted: hidden from all but the holder of the evidence."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]
    """The person and everyone merged with them."""
    ground: RestrictionGround
    holder: str
    """The force that holds the evidence."""


@event(
    "restriction-lifted",
    rows=(
        Row("restriction_ends", key="restriction_id", by="lifted_by"),
        Committed("restriction_ends", (("restriction_id", "restriction_id"),)),
    ),
    demands=ITS_ROW,
)
class RestrictionLifted(Event):
    """The restriction of a person was lifted, and everything is as it was before."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]


@event(
    "own-answer-prepared",
    rows=(
        Row(
            "own_answers",
            key="answer_id",
            by="prepared_by",
            says=("request_id", "number", "outcome"),
            counts=("removed", "own_answer_removals"),
        ),
        Committed(
            "own_answers",
            (("answer_id", "answer_id"),),
            (Part("own_answer_removals", (("answer_id", "answer_id"),)),),
        ),
    ),
    demands=ITS_ROW,
)
class OwnAnswerPrepared(Event):
    """An answer to a person about their own data was prepared for a second reader."""

    answer_id: Subject[AnswerId]
    request_id: Subject[RequestId]
    number: int
    """The version of the request that it was prepared on."""
    outcome: ReplyOutcome
    removed: int
    """How many places were removed."""
    person_id: Subject[PersonId | None] = None


@event("restricted-evidence-read", is_look=True)
class RestrictedEvidenceRead(Event):
    """The holder of the evidence read what is restricted."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]
    record_ids: Subject[tuple[RecordId, ...]]
