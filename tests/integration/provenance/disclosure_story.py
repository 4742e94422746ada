"""What is told of data restricted instead of erased, and of answers to people."""

from __future__ import annotations

from collections.abc import Iterator

from domain.disclosure.restriction import RestrictionGround
from domain.events.declaring import Event
from domain.events.disclosure import (
    OwnAnswerPrepared,
    RestrictedEvidenceRead,
    RestrictionBegun,
    RestrictionLifted,
)
from domain.ids import AnswerId, PersonId, RecordId, RequestId, RestrictionId
from domain.requests import ReplyOutcome


def disclosure_events() -> Iterator[Event]:
    """Yield one event of each type."""
    restriction_id, people = RestrictionId("restriction-1"), (PersonId("person-1"),)
    yield RestrictionBegun(restriction_id, people, RestrictionGround.EVIDENCE, "01")
    yield RestrictedEvidenceRead(restriction_id, people, (RecordId("record-1"),))
    yield RestrictionLifted(restriction_id, people)
    yield OwnAnswerPrepared(
        AnswerId("answer-1"),
        RequestId("request-1"),
        5,
        ReplyOutcome.INFORMATION,
        removed=2,
        person_id=people[0],
    )
