"""Signs that the gallery itself is wrong, each put to a supervisor; nothing follows by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import EncounterId, GalleryCaseId, PersonId, UserId


class GalleryDoubt(StrEnum):
    """What may be wrong."""

    DUPLICATE_PERSONS = "duplicate-persons"
    """Two persons have the same prints: they may be one human being."""
    SWAPPED_FINGERS = "swapped-fingers"
    """Two captures of one person agree only when two fingers are exchanged in one of them."""


class GalleryOutcome(StrEnum):
    """What a supervisor found."""

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
    """The merge that was proposed with it; another supervisor confirms that."""
    concluded_by: UserId
    concluded_at: datetime


@dataclass(frozen=True, slots=True)
class GalleryCase:
    """One doubt, and what became of it. It holds no score: whoever settles it looks at prints."""

    case_id: GalleryCaseId
    doubt: GalleryDoubt
    person_ids: tuple[PersonId, ...]
    """Two persons, or the one whose fingers may be exchanged; in the order of their ids."""
    encounter_ids: tuple[EncounterId, EncounterId]
    """The captures that were compared."""
    positions: tuple[int, ...]
    """The two finger positions that may be exchanged; empty for two persons."""
    prints: str
    """SHA-256, hexadecimal, of the ids of all captures of these persons: with the same prints a
    doubt that was concluded is not raised again."""
    opened_at: datetime
    conclusion: GalleryConclusion | None = None

    @property
    def subject(self) -> str:
        """What makes it the same doubt: the persons, and the positions if any."""
        return ":".join((*self.person_ids, *(f"{each:02}" for each in self.positions)))
