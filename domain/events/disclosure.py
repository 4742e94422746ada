"""Data restricted instead of erased, and answers to people about their own data."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import AnswerId, DeletionId, PersonId, RecordId, RequestId, RestrictionId
from domain.requests.requests import ReplyOutcome
from domain.retention.disclosure import RestrictionGround

SAYS = ("ground", "holder", "record_id", "item_id")


@event("restriction-begun", leaves=Leaves("restrictions", by="begun_by"))
class RestrictionBegun(Event):
    """A person or an item was restricted: only the holder of the evidence may see the data."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]
    """The person and everyone merged with them. If an item was restricted, its person."""
    ground: RestrictionGround
    holder: str
    """The force that holds the evidence."""
    record_id: Subject[RecordId | None] = None
    """The record of the item that is restricted; None for a person."""
    item_id: str | None = None


@event("restriction-lifted", leaves=Leaves("restriction_ends", by="lifted_by"))
class RestrictionLifted(Event):
    """A restriction was lifted, and the data that it hid is visible as before."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]


@event(
    "own-answer-prepared",
    leaves=Leaves(
        "own_answers",
        by="prepared_by",
        counts=("removed", "own_answer_removals"),
        parts=("own_answer_removals",),
    ),
)
class OwnAnswerPrepared(Event):
    """An answer to a person about their own data was prepared for a second reader."""

    answer_id: Subject[AnswerId]
    request_id: Subject[RequestId]
    number: int
    """The version of the request on which the answer was prepared."""
    outcome: ReplyOutcome
    removed: int
    """The number of places at which data was removed."""
    person_id: Subject[PersonId | None] = None


@event(
    "deletion-asked", leaves=Leaves("deletion_cases", by="opened_by", parts=("deletion_captures",))
)
class DeletionAsked(Event):
    """The force that owns an arrest was asked to delete the data that resulted from it."""

    deletion_id: Subject[DeletionId]
    request_id: Subject[RequestId]
    person_id: Subject[PersonId]
    owner: str
    ground: str


@event(
    "deletion-decided",
    leaves=Leaves("deletion_decisions", by="decided_by", where=("deletion_id", "number")),
)
class DeletionDecided(Event):
    """A force decided on a deletion, or another officer of the force reviewed the decision."""

    deletion_id: Subject[DeletionId]
    person_id: Subject[PersonId]
    number: int
    """1 for the decision, 2 for the review."""
    ground: str
    entry: bool
    """Whether the entry is to be deleted; `prints` says the same of the prints."""
    prints: bool


@event("deletion-chased", leaves=Leaves("deletion_chases", where=("deletion_id", "number")))
class DeletionChased(Event):
    """A force that is late with a deletion was reminded; a reminder decides nothing."""

    deletion_id: Subject[DeletionId]
    number: int
    """The number of the reminder, counted from 1."""
    age_days: int


@event(
    "deletion-carried-out",
    leaves=Leaves("deletions_done", by="done_by", parts=("deleted_versions", "deleted_captures")),
)
class DeletionCarriedOut(Event):
    """Data that a force had decided to delete was destroyed."""

    deletion_id: Subject[DeletionId]
    person_id: Subject[PersonId]
    versions: int
    """The number of versions of the record that held the entry."""
    captures: int


@event("restricted-evidence-read", is_look=True)
class RestrictedEvidenceRead(Event):
    """The holder of the evidence read the restricted data."""

    restriction_id: Subject[RestrictionId]
    person_ids: Subject[tuple[PersonId, ...]]
    record_ids: Subject[tuple[RecordId, ...]]
