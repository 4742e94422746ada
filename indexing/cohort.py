"""The cohort: enrolled people drawn once, with whom every probe is compared to know its strangers.

The people with the least hash of their row are the cohort, so that all processes draw the same
people, an enrolment or an erasure changes it seldom, and nobody chooses to be in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.probes import MarkProbe, PrintProbe
from domain.strangers import Strangers
from indexing.columns import Columns, concatenate, has_fingers, take
from indexing.filters import NO_FILTER
from indexing.manifests import Kind
from indexing.parameters import COHORT_DRAWN, COHORT_PEOPLE
from indexing.quantisation import probe_values
from indexing.snapshots import Shelf, Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """m enrolled people: `vectors` float32 (10, m, d), of unit length; `presence` bool (10, m)."""

    encounter_rows: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float32]
    presence: npt.NDArray[np.bool_]


class CohortKeeper:
    """Keeps the cohort of the newest state; safe to share between threads."""

    def __init__(self) -> None:
        self._kept: tuple[Shelf, Cohort] | None = None
        self._drawn: tuple[tuple[Columns, npt.NDArray[np.int64]], ...] = ()

    def forget(self) -> None:
        """Drop what is held, as an erasure demands; the next search draws anew."""
        self._kept, self._drawn = None, ()

    def strangers(self, snapshot: Snapshot, probe: PrintProbe) -> Strangers | None:
        """Return how alike a probe is to the cohort; None for a gallery of fewer than three.

        A mark is compared with every finger.
        """
        cohort = self._cohort(snapshot.shelves[Kind.TENPRINTS])
        if cohort.presence.shape[1] < _LEAST:
            return None
        if isinstance(probe, MarkProbe):
            value = probe_values(probe.vector, snapshot.rotation)
            found = cohort.vectors @ (value / np.linalg.norm(value))
            return Strangers.of_mark(found[cohort.presence])
        values = probe_values(probe.vectors, snapshot.rotation)
        scale = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1.0)
        found = (cohort.vectors @ (values / scale)[:, :, None])[:, :, 0]
        return Strangers.of(found, cohort.presence & probe.presence[:, None])

    def _cohort(self, shelf: Shelf) -> Cohort:
        kept = self._kept
        if kept is not None and kept[0] is shelf:
            return kept[1]
        chosen = self._drawn_from(shelf)
        is_same = kept is not None and np.array_equal(
            kept[1].encounter_rows, chosen.encounter_rows
        )
        cohort = kept[1] if kept is not None and is_same else _measured(chosen)
        self._kept = (shelf, cohort)
        return cohort

    def _drawn_from(self, shelf: Shelf) -> Columns:
        """Return the encounters of the cohort; of large runs the draw is kept."""
        before = {id(columns): places for columns, places in self._drawn}
        drawn, parts = [], []
        for source in shelf.sources:
            places = before.get(id(source.columns))
            if places is None:
                places = _least(source.columns.person_rows, COHORT_DRAWN)
            drawn.append((source.columns, places))
            passing = source.passing(NO_FILTER, 0)
            parts.append(take(source.columns, places if passing is None else places[passing[places]]))
        # The columns are kept with their places, so that no other object takes over their id.
        self._drawn = tuple(drawn)
        if not parts:
            return take(shelf.tail.columns, np.zeros(0, dtype=np.int64))
        both = concatenate(parts)
        _, first = np.unique(both.person_rows, return_index=True)
        return take(both, first[_least(both.person_rows[first], COHORT_PEOPLE)])


_LEAST = 3


def _least(person_rows: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Return int64 (k,), ascending: the places of the `count` rows with the least hash.

    The finaliser of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators", OOPSLA 2014.
    """
    mixed = person_rows.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    if len(mixed) <= count:
        return np.arange(len(mixed), dtype=np.int64)
    return np.sort(np.argpartition(mixed, count)[:count]).astype(np.int64)


def _measured(columns: Columns) -> Cohort:
    values = columns.vectors.astype(np.float32)
    scale = np.maximum(np.linalg.norm(values, axis=2, keepdims=True), 1.0)
    return Cohort(
        encounter_rows=columns.encounter_rows,
        vectors=np.ascontiguousarray((values / scale).transpose(1, 0, 2)),
        presence=np.ascontiguousarray(has_fingers(columns.finger_bits).T),
    )

