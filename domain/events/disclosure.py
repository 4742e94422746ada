"""Data restricted instead of erased, and answers to people about their own data."""

from __future__ import annotations

from domain.disclosure.restriction import RestrictionGround
from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Part, Row
from domain.events.texts import Subject
from domain.ids import AnswerId, DeletionId, PersonId, RecordId, RequestId, RestrictionId
from domain.requests import ReplyOutcome

SAYS = ("ground", "holder", "record_id", "item_id")


@event(
    "restriction-begun",
    rows=(
        Row("restrictions", key="restriction_id", by="begun_by", says=SAYS),
        Committed("restrictions", (("restriction_id", "restriction_id"),)),
    ),
    demands=ITS_ROW,
)
class RestrictionBegun(Event):
    """A person or an item was restricted: hidden from all but the holder of the evidence."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]
    """The person and everyone merged with them; of an item, its person."""
    ground: RestrictionGround
    holder: str
    """The force that holds the evidence."""
    record_id: Subject[RecordId | None] = None
    """The record of the item that is restricted; None for a person."""
    item_id: str | None = None


@event(
    "restriction-lifted",
    rows=(
        Row("restriction_ends", key="restriction_id", by="lifted_by"),
        Committed("restriction_ends", (("restriction_id", "restriction_id"),)),
    ),
    demands=ITS_ROW,
)
class RestrictionLifted(Event):
    """A restriction was lifted, and what it hid is as it was before."""

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


@event(
    "deletion-asked",
    rows=(
        Row(
            "deletion_cases",
            key="deletion_id",
            by="opened_by",
            says=("request_id", "owner", "ground"),
        ),
        Committed(
            "deletion_cases",
            (("deletion_id", "deletion_id"),),
            (Part("deletion_captures", (("deletion_id", "deletion_id"),)),),
        ),
    ),
    demands=ITS_ROW,
)
class DeletionAsked(Event):
    """The force that owns an arrest was asked to delete the data left by it."""

    deletion_id: Subject[DeletionId]
    request_id: Subject[RequestId]
    person_id: Subject[PersonId]
    owner: str
    ground: str
    """The code of the ground that the person states."""


@event(
    "deletion-decided",
    rows=(
        Row(
            "deletion_decisions",
            key="deletion_id",
            by="decided_by",
            says=("number", "ground"),
        ),
        Committed("deletion_decisions", (("deletion_id", "deletion_id"), ("number", "number"))),
    ),
    demands=ITS_ROW,
)
class DeletionDecided(Event):
    """A force decided on a deletion, or reviewed its decision by another officer."""

    deletion_id: Subject[DeletionId]
    person_id: Subject[PersonId]
    number: int
    """1: the decision; 2: the review."""
    ground: str
    entry: bool
    """Whether the entry is to be deleted, and so below."""
    prints: bool


@event(
    "deletion-chased",
    rows=(
        Row("deletion_chases", key="deletion_id", says=("number",)),
        Committed("deletion_chases", (("deletion_id", "deletion_id"), ("number", "number"))),
    ),
    demands=ITS_ROW,
)
class DeletionChased(Event):
    """A force that is late was reminded of a deletion; nothing is decided by that."""

    deletion_id: Subject[DeletionId]
    number: int
    """From 1."""
    age_days: int


@event(
    "deletion-carried-out",
    rows=(
        Row("deletions_done", key="deletion_id", by="done_by"),
        Committed(
            "deletions_done",
            (("deletion_id", "deletion_id"),),
            (
                Part("deleted_versions", (("deletion_id", "deletion_id"),)),
                Part("deleted_captures", (("deletion_id", "deletion_id"),)),
            ),
        ),
    ),
    demands=ITS_ROW,
)
class DeletionCarriedOut(Event):
    """Data that a force decided to delete was destroyed."""

    deletion_id: Subject[DeletionId]
    person_id: Subject[PersonId]
    versions: int
    """Of the record: those that had held the entry."""
    captures: int


@event("restricted-evidence-read", is_look=True)
class RestrictedEvidenceRead(Event):
    """The holder of the evidence read the restricted data."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]
    record_ids: Subject[tuple[RecordId, ...]]
