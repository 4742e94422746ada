"""Patterns that an auditor should look at: each is a question to a person, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.events import EventType
from domain.ids import FindingId, ForceCode, PersonId, SearchId, UserId


class FindingKind(StrEnum):
    """What was noticed."""

    PROBE_SERIES = "probe-series"
    """One probe searched again and again with small changes: somebody may be climbing a hill."""
    STAFF_MATCH = "staff-match"
    """The prints searched with are those of somebody on the staff: contamination, or a test."""
    OWN_RECORD = "own-record"
    """Somebody searched for themselves, or for the person they act for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One pattern, found once."""

    finding_id: FindingId
    kind: FindingKind
    series: str
    """What makes it the same pattern: it is not found a second time."""
    actor: UserId
    force: ForceCode | None
    subject_ref: str
    """The search at which it was noticed."""
    count: int
    """How many attempts had been made by then."""
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Sketch:
    """A keyed sketch of a probe that was searched with; see `service.live.probe_guard`."""

    search_id: SearchId
    force: ForceCode
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class StaffPerson:
    """Whose prints in the staff gallery are those of which account."""

    person_id: PersonId
    user_id: UserId
    added_by: UserId
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Access:
    """One look at something, as the log tells it."""

    actor: UserId
    event_type: EventType
    has_case: bool
    at: datetime
