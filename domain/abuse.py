"""Patterns that an auditor should examine: each is a question for a person, never a verdict."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import EventType, FindingId, ForceCode, PersonId, SearchId, UserId


class FindingKind(StrEnum):
    """The kind of pattern."""

    PROBE_SERIES = "probe-series"
    """One probe was searched repeatedly with small changes: possibly a hill-climbing attack."""
    STAFF_MATCH = "staff-match"
    """The prints searched with belong to a member of staff: contamination, or a test."""
    OWN_RECORD = "own-record"
    """An account was used to search for its own holder, or for the person it acts for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One suspicious pattern. It is recorded once."""

    finding_id: FindingId
    kind: FindingKind
    series: str
    """The key of the pattern. A pattern whose key is already recorded is not recorded again."""
    actor: UserId
    force: ForceCode | None
    subject_ref: str
    """The search that revealed the pattern."""
    count: int
    """The number of attempts made up to that search."""
    found_at: datetime
    """When it was found."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A keyed sketch of a probe that was used in a search; see `service.live.rate_limits`."""

    search_id: SearchId
    force: ForceCode
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class StaffPerson:
    """A person in the staff gallery, and the account of that person."""

    person_id: PersonId
    user_id: UserId
    added_by: UserId
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Access:
    """One access to data, as the log records it."""

    actor: UserId
    event_type: EventType
    has_case: bool
    at: datetime
