"""What the desk shows around the cases: queue, stuck work, figures, pictures, control items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.cases import Activity, CaseState, Outcome, Priority
from domain.ids import CaseId, EncounterId, ForceCode, LinkId, PersonId, SearchId, UserId
from domain.searches import SearchType
from prints.minutiae.iso19794_2 import MinutiaeView

CONTROL_FORCE = ForceCode("00")
"""Under this code control items are kept apart; no force has it, and no link may carry it."""


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """A case as an examiner's queue orders it; nothing here tells who examined before."""

    case_id: CaseId
    activity: Activity
    opened_at: datetime
    priority: Priority
    is_mine: bool


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case as a supervisor sees it: where it stands and since when."""

    case_id: CaseId
    activity: Activity
    state: CaseState
    opened_at: datetime
    priority: Priority
    claimed_by: UserId | None
    claimed_at: datetime | None
    last_sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A concluded case as figures need it."""

    force: ForceCode
    activity: Activity
    search_type: SearchType
    state: CaseState
    opened_at: datetime
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class OpinionPair:
    """How often a first and a second examination came to these outcomes."""

    activity: Activity
    first: Outcome
    second: Outcome
    is_same_person: bool
    """Whether both named the same exemplar, or neither named any."""
    count: int


@dataclass(frozen=True, slots=True)
class OpenAges:
    """How many cases of one activity are open, and since when."""

    activity: Activity
    cases: int
    median_opened_at: datetime | None
    """As many cases are older as are younger; None when none is open."""
    oldest_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueWanted:
    """Which part of a queue is wanted; as it stands, all of it."""

    activities: Collection[Activity] = tuple(Activity)
    priorities: Collection[Priority] = tuple(Priority)
    opened_before: Mapping[tuple[Activity, Priority], datetime] | None = None
    """Only cases opened before these instants; None for all."""


class DeskRepository(Protocol):
    """Reads across cases; the only things written are priorities."""

    def queue(
        self, examiner: UserId, wanted: QueueWanted, *, limit: int
    ) -> tuple[QueuedCase, ...]:
        """Return what the examiner can take: by priority, then oldest first.

        Waiting or verifying, claimed by nobody, not decided by the examiner.
        """

    def held_by(self, examiner: UserId) -> tuple[QueuedCase, ...]:
        """Return the cases this examiner holds."""

    def decided_by(self, examiner: UserId, *, limit: int) -> tuple[CaseId, ...]:
        """Return closed cases this examiner decided, newest decision first."""

    def set_priority(self, case_id: CaseId, priority: Priority) -> None:
        """Set a priority, in place of an earlier one."""

    def open_cases(self, *, limit: int) -> tuple[OpenCase, ...]:
        """Return open cases, oldest first."""

    def open_counts(self) -> Mapping[CaseState, int]:
        """Return how many cases are open in each state."""

    def link_of_case(self, case_id: CaseId) -> LinkId | None:
        """Return the link a case led to."""

    def recent_links(self, force: ForceCode | None, *, limit: int) -> tuple[LinkId, ...]:
        """Return the newest links, of one force or of all."""


class FigureRepository(Protocol):
    """What statistics and control items are made of."""

    def closed_cases(self, *, since: datetime, limit: int) -> tuple[ClosedCase, ...]:
        """Return concluded cases, control items left out, newest first."""

    def open_ages(self) -> tuple[OpenAges, ...]:
        """Return the ages of open cases by activity."""

    def opinions(self, *, since: datetime, limit: int) -> tuple[OpinionPair, ...]:
        """Return how first and second examinations of a case compare, control items left out.

        Of the newest `limit` cases in each state that has two examinations.
        """

    def control_outcomes(self, *, since: datetime) -> Mapping[tuple[UserId, Outcome], int]:
        """Return how examiners decided control items."""

    def control_count(self) -> tuple[int, int]:
        """Return how many cases there are that are control items, and how many that are not."""

    def random_encounters(
        self, *, after: EncounterId, limit: int
    ) -> tuple[tuple[EncounterId, PersonId], ...]:
        """Return tenprint encounters in the order of their random ids, from one on."""


class ImageRepository(Protocol):
    """Images that came with a capture; personal data, erased with it."""

    def add(self, owner: SearchId | EncounterId, position: int, png: bytes) -> None:
        """Store the image of one impression of a search or an encounter."""

    def of_search(self, search_id: SearchId, position: int) -> bytes | None:
        """Return the image that came with a search."""

    def of_encounter(self, encounter_id: EncounterId, position: int) -> bytes | None:
        """Return the image that came with an encounter."""

    def enrolled_from(self, encounter_id: EncounterId, search_id: SearchId) -> None:
        """Store that a capture was enrolled from a search: its images are that search's."""

    def source_of(self, encounter_id: EncounterId) -> SearchId | None:
        """Return the search from which a capture was enrolled, None for any other capture."""

    def searched_with(self, search_id: SearchId) -> EncounterId | None:
        """Return the enrolled capture that a search was made with, None for a new capture."""


class MinutiaeRepository(Protocol):
    """Minutiae that came with a capture; personal data, erased with it."""

    def add(self, owner: SearchId | EncounterId, view: MinutiaeView) -> None:
        """Store the minutiae of one impression of a search or an encounter."""

    def of_search(self, search_id: SearchId, position: int) -> MinutiaeView | None:
        """Return the minutiae that came with a search."""

    def of_encounter(self, encounter_id: EncounterId, position: int) -> MinutiaeView | None:
        """Return the minutiae that came with an encounter."""
