"""What misuse is recognised by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from domain.abuse import Access, Finding, Sketch, StaffPerson
from domain.events import EventType
from domain.ids import ForceCode, PersonId, SearchId, UserId


class AbuseRepository(Protocol):
    """Sketches of probes, findings, and whose prints are those of staff."""

    def add_sketch(self, sketch: Sketch) -> None:
        """Store the sketch of a search's probe."""

    def sketches(
        self, force: ForceCode, *, since: datetime, limit: int
    ) -> Mapping[SearchId, bytes]:
        """Return the newest sketches of a force by search, newest first, at most `limit`."""

    def under_examination(self, search_ids: Collection[SearchId]) -> int:
        """Return how many of these searches have a case that is still open."""

    def forget_sketches(self, *, before: datetime) -> int:
        """Erase sketches that are no longer counted and return how many they were."""

    def add_finding(self, finding: Finding) -> bool:
        """Store a finding; False when its kind and series were found before."""

    def findings(self, *, before: str | None, limit: int) -> tuple[Finding, ...]:
        """Return findings, newest first; an unknown `before` gives none."""

    def add_staff(self, staff: StaffPerson) -> None:
        """Store whose prints somebody's are; raises ConflictError when that is known."""

    def has_staff(self) -> bool:
        """Whether anybody's prints are in the staff gallery."""

    def staff_among(self, person_ids: Collection[PersonId]) -> Mapping[PersonId, UserId]:
        """Return the accounts of those that are staff."""

    def accesses(
        self, kinds: Collection[EventType], *, since: datetime, until: datetime
    ) -> Iterator[Access]:
        """Yield events of these types in a span of time, in bounded memory."""
