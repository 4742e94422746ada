"""Captures, and the feed of changes from which a gallery index is kept true."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.errors import UnknownForceError
from domain.ids import EncounterId, EncounterRow, ForceCode, PersonRow
from domain.prints import Encounter
from indexing.batches import Gallery, GalleryBatch


def force_number(force: ForceCode) -> int:
    """Return the integer that stands for a force in gallery filters: two base-36 digits, 0-1295.

    Raises UnknownForceError for anything but two ASCII letters or digits.
    """
    if len(force) != 2 or not (force.isascii() and force.isalnum()):
        raise UnknownForceError
    return int(force, 36)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a new encounter goes and what the gallery may be filtered by.

    A mark of the unsolved mark file has a person too: its unknown donor, an id and nothing else.
    """

    person_row: PersonRow
    gallery: Gallery
    year_of_birth: int
    """0 when unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class GalleryChanges:
    """Consecutive changes of the gallery, oldest first, already netted: erased wins."""

    cursor: int
    """The number of the last change contained."""
    enrolled: GalleryBatch
    marks: GalleryBatch
    """Additions to the unsolved mark file."""
    erased_rows: npt.NDArray[np.int64]
    """int64 (m,): encounter rows."""
    is_last: bool
    """Whether the feed held nothing more when it was read."""


@dataclass(frozen=True, slots=True)
class TouchedPeople:
    """Who was concerned by consecutive changes of the gallery: what is known of them moved."""

    cursor: int
    """The number of the last change contained."""
    person_rows: frozenset[PersonRow]
    is_last: bool
    """Whether the feed held nothing more when it was read."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldTemplates:
    """Stored templates of encounters and marks, in no particular order."""

    encounter_ids: Mapping[int, EncounterId]
    """By encounter row."""
    tenprints: GalleryBatch
    marks: GalleryBatch


@dataclass(frozen=True, slots=True, eq=False)
class PastCaptures:
    """Part of a gallery as it stood at an earlier change, in the order of enrolment."""

    cursor: int
    """The number of the last change that was looked at."""
    held: HeldTemplates
    """What is still there."""
    gone: int
    """How many captures more there were, whose templates have been erased since."""
    is_last: bool
    """Whether the gallery as it stood held nothing after these."""


class EncounterRepository(Protocol):
    """Encounters with their templates. Every addition and erasure gets a contiguous number.

    The number is given at commit, so that the order of the feed is the order of the commits.
    """

    def add(self, encounter: Encounter, placement: Placement) -> EncounterRow:
        """Store an encounter and queue its change."""

    def get(self, encounter_id: EncounterId) -> Encounter | None:
        """Return an encounter with its impressions, or None when unknown or erased."""

    def has_enrolled(self, force: ForceCode, person_row: PersonRow) -> bool:
        """Return whether this force ever enrolled a capture of the person, moved since or not."""

    def ids(self, rows: Collection[EncounterRow]) -> Mapping[EncounterRow, EncounterId]:
        """Return the ids of these rows in one query."""

    def templates(self, rows: Collection[EncounterRow]) -> HeldTemplates:
        """Return the stored templates of these encounters in one query; erased ones left out."""

    def templates_by_id(self, encounter_ids: Collection[EncounterId]) -> HeldTemplates:
        """Return the same by id, whether or not a capture has moved to another row meanwhile."""

    def template_format(self) -> str | None:
        """Return the label of the template format held, None while no template is."""

    def last_change(self) -> int:
        """Return the number of the newest change, 0 before the first."""

    def changes_after(self, cursor: int, limit: int) -> GalleryChanges:
        """Return up to `limit` changes after `cursor`."""

    def gallery_at(self, change: int, gallery: Gallery, *, after: int, limit: int) -> PastCaptures:
        """Return up to `limit` captures of a gallery as it stood at a change.

        Those enrolled up to it and not erased or moved by then, from the change `after` on.
        """

    def people_touched_after(self, cursor: int, limit: int) -> TouchedPeople:
        """Return whom up to `limit` changes after `cursor` concern, without their templates."""

    def count(self) -> int:
        """Return how many encounters are not erased."""
