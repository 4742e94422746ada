"""Captures, and the feed of changes from which a gallery index is kept true."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.ids import EncounterId, EncounterRow, PersonRow
from domain.prints import Encounter
from indexing.batches import EncounterBatch, Gallery, MarkBatch


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
    enrolled: EncounterBatch
    marks: MarkBatch
    """What joined the unsolved mark file."""
    erased_rows: npt.NDArray[np.int64]
    """int64 (m,): encounter rows."""
    is_last: bool
    """Whether the feed held nothing more when it was read."""


class EncounterRepository(Protocol):
    """Encounters with their templates. Every addition and erasure gets a contiguous number.

    The number is given at commit, so that the order of the feed is the order of the commits.
    """

    def add(self, encounter: Encounter, placement: Placement) -> EncounterRow:
        """Store an encounter and queue its change."""

    def get(self, encounter_id: EncounterId) -> Encounter | None:
        """Return an encounter with its impressions, or None when unknown or erased."""

    def ids(self, rows: Collection[EncounterRow]) -> Mapping[EncounterRow, EncounterId]:
        """Return the ids of these rows in one query."""

    def last_change(self) -> int:
        """Return the number of the newest change, 0 before the first."""

    def changes_after(self, cursor: int, limit: int) -> GalleryChanges:
        """Return up to `limit` changes after `cursor`."""

    def count(self) -> int:
        """Return how many encounters are not erased."""
