"""From exact cosines over several sources to the hits of one search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.prints import FingerComparisons
from indexing.batches import FINGER_COUNT
from indexing.hits import Hits
from indexing.ranking import highest_per_person
from indexing.snapshots import Snapshot
from indexing.sources import Source


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Encounters of one source that were compared exactly for one query."""

    source: Source
    places: npt.NDArray[np.int64]
    """int64 (c,)."""
    cosines: npt.NDArray[np.float32]
    """float32 (c, 10), NaN where a finger was not compared."""
    similarities: npt.NDArray[np.float32]
    """float32 (c,), -inf where nothing was compared."""


def hits_of(compared: Sequence[Compared], snapshot: Snapshot, *, k: int) -> Hits:
    """Return the k most similar persons of everything that was compared."""
    if not compared:
        return _no_hits(snapshot)
    persons = np.concatenate([one.source.columns.person_rows[one.places] for one in compared])
    encounters = np.concatenate(
        [one.source.columns.encounter_rows[one.places] for one in compared]
    )
    similarities = np.concatenate([one.similarities for one in compared])
    chosen = highest_per_person(similarities, persons, encounters, k=k)
    return Hits(
        person_rows=persons[chosen],
        encounter_rows=encounters[chosen],
        similarities=similarities[chosen],
        comparisons=_comparisons(compared, chosen),
        generation=snapshot.generation,
        digest=snapshot.digest,
        cursor=snapshot.cursor,
    )


def _comparisons(compared: Sequence[Compared], chosen: npt.NDArray[np.int64]) -> FingerComparisons:
    shape = (len(chosen), FINGER_COUNT)
    cosines = np.full(shape, np.nan, dtype=np.float32)
    qualities = np.zeros(shape, dtype=np.uint8)
    codes = np.zeros(shape, dtype=np.uint8)
    start = 0
    for one in compared:
        mine = (chosen >= start) & (chosen < start + len(one.places))
        local = chosen[mine] - start
        places = one.places[local]
        cosines[mine] = one.cosines[local]
        qualities[mine] = one.source.columns.qualities[places]
        codes[mine] = one.source.columns.impression_codes[places]
        start += len(one.places)
    empty = np.isnan(cosines)
    qualities[empty] = 0
    codes[empty] = 0
    return FingerComparisons(cosines, qualities, codes)


def _no_hits(snapshot: Snapshot) -> Hits:
    none = np.zeros(0, dtype=np.int64)
    empty = np.zeros((0, FINGER_COUNT), dtype=np.uint8)
    return Hits(
        person_rows=none,
        encounter_rows=none,
        similarities=none.astype(np.float32),
        comparisons=FingerComparisons(empty.astype(np.float32), empty, empty),
        generation=snapshot.generation,
        digest=snapshot.digest,
        cursor=snapshot.cursor,
    )
