"""Signs of errors in the gallery. Each is put to a supervisor, and none has an automatic
effect.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import EncounterId, GalleryCaseId, PersonId, UserId


class GalleryDoubt(StrEnum):
    """Whether two persons seem to be the same, or fingers seem to be swapped."""

    DUPLICATE_PERSONS = "duplicate-persons"
    """Two persons have the same prints: they may be one human being."""
    SWAPPED_FINGERS = "swapped-fingers"
    """Two captures of one person agree only if two fingers are swapped in one of them."""


class GalleryOutcome(StrEnum):
    """The finding of a supervisor."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class GalleryConclusion:
    """The conclusion of a gallery case. It is written once."""

    case_id: GalleryCaseId
    outcome: GalleryOutcome
    reason: str
    """The reason in words; it is stored sealed, and is not part of the log."""
    merge_id: str | None
    """The merge proposed with the conclusion, if any. Another supervisor must confirm the merge.
    """
    concluded_by: UserId
    concluded_at: datetime
    """When the case was concluded."""


@dataclass(frozen=True, slots=True)
class GalleryCase:
    """One suspected error in the gallery, and its conclusion. No score is stored, because the
    supervisor compares the prints.
    """

    case_id: GalleryCaseId
    doubt: GalleryDoubt
    person_ids: tuple[PersonId, ...]
    """Two persons, in the order of their ids; or the one person whose fingers may be swapped."""
    encounter_ids: tuple[EncounterId, EncounterId]
    """The two captures that were compared."""
    positions: tuple[int, ...]
    """The two finger positions that may be swapped; empty if two persons are in question."""
    prints: str
    """SHA-256, in hexadecimal, of the ids of all captures of these persons. A doubt that was
    concluded is not raised again for the same prints.
    """
    opened_at: datetime
    """When the case was opened."""
    conclusion: GalleryConclusion | None = None

    @property
    def subject(self) -> str:
        """The key of the doubt: the ids of the persons, and the finger positions if any."""
        return ":".join((*self.person_ids, *(f"{each:02}" for each in self.positions)))
