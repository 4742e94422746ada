"""Signs of errors in the gallery, each put to a supervisor; none has an automatic effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import EncounterId, GalleryCaseId, PersonId, UserId


class GalleryDoubt(StrEnum):
    """A suspected error."""

    DUPLICATE_PERSONS = "duplicate-persons"
    """Two persons have the same prints: they may be one human being."""
    SWAPPED_FINGERS = "swapped-fingers"
    """Two captures of one person agree only when two fingers are exchanged in one of them."""


class GalleryOutcome(StrEnum):
    """A supervisor's finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class GalleryConclusion:
    """The end of a gallery case; it is written once."""

    case_id: GalleryCaseId
    outcome: GalleryOutcome
    reason: str
    merge_id: str | None
    """The merge proposed with it; another supervisor confirms that."""
    concluded_by: UserId
    concluded_at: datetime


@dataclass(frozen=True, slots=True)
class GalleryCase:
    """One doubt and its conclusion, without a score: the supervisor compares the prints."""

    case_id: GalleryCaseId
    doubt: GalleryDoubt
    person_ids: tuple[PersonId, ...]
    """Two persons, or the one whose fingers may be exchanged; in the order of their ids."""
    encounter_ids: tuple[EncounterId, EncounterId]
    """The compared captures."""
    positions: tuple[int, ...]
    """The two finger positions that may be exchanged; empty for two persons."""
    prints: str
    """SHA-256, hexadecimal, of the ids of all captures of these persons: a concluded doubt is not
    raised again on the same prints."""
    opened_at: datetime
    conclusion: GalleryConclusion | None = None

    @property
    def subject(self) -> str:
        """The identity of the doubt: the persons, and the positions if any."""
        return ":".join((*self.person_ids, *(f"{each:02}" for each in self.positions)))
