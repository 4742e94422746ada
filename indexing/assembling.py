"""From exact cosines over several sources to the hits of one search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.prints import FingerComparisons
from indexing.batches import FINGER_COUNT
from indexing.hits import Hits
from indexing.ranking import highest_per_person
from indexing.snapshots import Snapshot
from indexing.sources import Source

_Rows = npt.NDArray[np.int64]


class Compared(Protocol):
    """Encounters of one source that were compared exactly for one query."""

    @property
    def source(self) -> Source:
        """Where they are."""

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """int64 (c,)."""

    @property
    def similarities(self) -> npt.NDArray[np.float32]:
        """float32 (c,), -inf where nothing was compared."""

    def cosine_rows(self, which: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return float32 (len(which), 10) for some of them, NaN where nothing was compared."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedCaptures:
    """Encounters compared in all the fingers both sides have."""

    source: Source
    places: npt.NDArray[np.int64]
    cosines: npt.NDArray[np.float32]
    """float32 (c, 10), NaN where a finger was not compared."""
    similarities: npt.NDArray[np.float32]

    def cosine_rows(self, which: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return the cosines of some of them."""
        return self.cosines[which]


@dataclass(frozen=True, slots=True, eq=False)
class ComparedFingers:
    """Encounters compared in one finger each; one that was compared in several appears again."""

    source: Source
    places: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    """int64 (c,): where the cosine is reported."""
    similarities: npt.NDArray[np.float32]
    """float32 (c,): the cosines, -inf where a finger is missing."""

    def cosine_rows(self, which: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Return the cosines of some of them, each in its column."""
        rows = np.full((len(which), FINGER_COUNT), np.nan, dtype=np.float32)
        rows[np.arange(len(which)), self.columns[which]] = self.similarities[which]
        return rows


def hits_of(compared: Sequence[Compared], snapshot: Snapshot, *, k: int) -> Hits:
    """Return the k most similar persons of everything that was compared."""
    if not compared:
        return _no_hits(snapshot)
    similarities = np.concatenate([one.similarities for one in compared])

    def rows_at(places: npt.NDArray[np.int64]) -> tuple[_Rows, _Rows]:
        return _rows_at(compared, places)

    chosen = highest_per_person(similarities, rows_at, k=k)
    persons, encounters = rows_at(chosen)
    return Hits(
        person_rows=persons,
        encounter_rows=encounters,
        similarities=similarities[chosen],
        comparisons=_comparisons(compared, chosen),
        generation=snapshot.generation,
        digest=snapshot.digest,
        cursor=snapshot.cursor,
    )


def _rows_at(compared: Sequence[Compared], chosen: npt.NDArray[np.int64]) -> tuple[_Rows, _Rows]:
    """Return person and encounter rows at places of all that was compared, run after run."""
    persons = np.empty(len(chosen), dtype=np.int64)
    encounters = np.empty(len(chosen), dtype=np.int64)
    for one, mine, local in _spread(compared, chosen):
        places = one.places[local]
        persons[mine] = one.source.columns.person_rows[places]
        encounters[mine] = one.source.columns.encounter_rows[places]
    return persons, encounters


def _spread(
    compared: Sequence[Compared], chosen: _Rows
) -> Iterator[tuple[Compared, slice | npt.NDArray[np.bool_], _Rows]]:
    """Yield each run that was chosen from, which of the chosen are its own, and their places."""
    if len(compared) == 1:
        yield compared[0], slice(None), chosen
        return
    start = 0
    for one in compared:
        mine = (chosen >= start) & (chosen < start + len(one.places))
        if mine.any():
            yield one, mine, chosen[mine] - start
        start += len(one.places)


def _comparisons(compared: Sequence[Compared], chosen: npt.NDArray[np.int64]) -> FingerComparisons:
    shape = (len(chosen), FINGER_COUNT)
    cosines = np.full(shape, np.nan, dtype=np.float32)
    qualities = np.zeros(shape, dtype=np.uint8)
    codes = np.zeros(shape, dtype=np.uint8)
    for one, mine, local in _spread(compared, chosen):
        places = one.places[local]
        cosines[mine] = one.cosine_rows(local)
        qualities[mine] = one.source.columns.qualities[places]
        codes[mine] = one.source.columns.impression_codes[places]
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
