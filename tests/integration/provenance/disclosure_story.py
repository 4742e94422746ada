"""The story of data restricted instead of erased, and of answers to people."""

from __future__ import annotations

from collections.abc import Iterator

from domain.events.declaring import Event
from domain.events.disclosure import (
    DeletionAsked,
    DeletionCarriedOut,
    DeletionChased,
    DeletionDecided,
    OwnAnswerPrepared,
    RestrictedEvidenceRead,
    RestrictionBegun,
    RestrictionLifted,
)
from domain.ids import AnswerId, DeletionId, PersonId, RecordId, RequestId, RestrictionId
from domain.requests.requests import ReplyOutcome
from domain.retention.disclosure import RestrictionGround


def disclosure_events() -> Iterator[Event]:
    """Yield one event of each type."""
    restriction_id, people = RestrictionId("restriction-1"), (PersonId("person-1"),)
    yield RestrictionBegun(restriction_id, people, RestrictionGround.EVIDENCE, "01")
    yield RestrictionBegun(
        RestrictionId("restriction-2"),
        people,
        RestrictionGround.ACCURACY,
        "01",
        RecordId("record-1"),
        "conviction-1",
    )
    yield RestrictedEvidenceRead(restriction_id, people, (RecordId("record-1"),))
    yield RestrictionLifted(restriction_id, people)
    deletion_id, request_id = DeletionId("deletion-1"), RequestId("request-1")
    yield DeletionAsked(deletion_id, request_id, people[0], "01", "no-crime")
    yield DeletionChased(deletion_id, 1, age_days=29)
    yield DeletionDecided(deletion_id, people[0], 1, "no-crime", entry=True, prints=False)
    yield DeletionCarriedOut(deletion_id, people[0], versions=2, captures=0)
    yield OwnAnswerPrepared(
        AnswerId("answer-1"),
        RequestId("request-1"),
        5,
        ReplyOutcome.INFORMATION,
        removed=2,
        person_id=people[0],
    )
