"""The cohort: enrolled people, drawn once, to measure how similar strangers are to each probe.

The cohort is the people whose rows have the lowest hashes. All processes therefore draw the same
people, an enrolment or an erasure rarely changes the cohort, and nobody can choose to be in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from domain.arrays import Bools, Float32s, Int64s
from domain.prints.captures import FINGER_COUNT, MarkProbe, PrintProbe, TenprintProbe
from domain.searches.strangers import LEAST_PEOPLE, OwnStrangers, Strangers
from indexing.codes.columns import Columns
from indexing.codes.filters import NO_FILTER
from indexing.codes.rotation import probe_values
from indexing.files.snapshots import Shelf, Snapshot
from indexing.manifests import Kind
from indexing.parameters import COHORT_DRAWN, COHORT_PEOPLE
from indexing.placing import hashed


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """m enrolled people: `vectors` float32 (10, m, d), of unit length; `presence` bool (10, m)."""

    encounter_rows: Int64s
    vectors: Float32s
    presence: Bools


class State(Protocol):
    """An object that knows the newest state of a gallery. A `Store` is one."""

    @property
    def snapshot(self) -> Snapshot:
        """The newest state. It must contain at least the tenprints that may be in the cohort."""


class CohortKeeper:
    """Keeps the cohort for the newest state of a store. Thread-safe."""

    def __init__(self, store: State) -> None:
        self._store = store
        self._kept: tuple[Shelf, Cohort] | None = None
        self._drawn: tuple[tuple[Columns, Int64s], ...] = ()
        self._own: tuple[Cohort, OwnStrangers] | None = None

    def forget(self) -> None:
        """Drop the cohort from memory, as an erasure requires. The next search draws a new one."""
        self._kept, self._drawn, self._own = None, (), None

    def strangers(self, probe: PrintProbe) -> Strangers | None:
        """Return how similar a probe is to the cohort, or None for fewer than three people.

        A mark is compared with every finger. The probe must have the dimension of the index.
        """
        if not isinstance(probe, MarkProbe):
            return self.of_tenprints((probe,))[0]
        snapshot = self._store.snapshot
        cohort = self.cohort(snapshot.shelves[Kind.TENPRINTS])
        if cohort.presence.shape[1] < _LEAST:
            return None
        value = probe_values(probe.vector, snapshot.rotation)
        found = cohort.vectors @ (value / np.linalg.norm(value))
        return Strangers.of_mark(found[cohort.presence])

    def of_tenprints(self, probes: Sequence[TenprintProbe]) -> list[Strangers | None]:
        """Return the same for each of several tenprints.

        Finger by finger, so that a finger of the cohort stays in the processor's cache for all.
        """
        snapshot = self._store.snapshot
        cohort = self.cohort(snapshot.shelves[Kind.TENPRINTS])
        if cohort.presence.shape[1] < _LEAST:
            return [None] * len(probes)
        found = np.zeros((len(probes), *cohort.presence.shape), dtype=np.float32)
        units: list[dict[int, Float32s]] = []
        for probe in probes:
            fingers = np.flatnonzero(probe.presence)
            values = probe_values(probe.vectors[fingers], snapshot.rotation)
            values /= np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1.0)
            units.append(dict(zip(fingers.tolist(), values, strict=True)))
        for finger, people in enumerate(cohort.vectors):
            for at, of_fingers in enumerate(units):
                if finger in of_fingers:
                    found[at, finger] = people @ of_fingers[finger]
        return [
            Strangers.of(one, cohort.presence & probe.presence[:, None])
            for one, probe in zip(found, probes, strict=True)
        ]

    def own(self) -> OwnStrangers | None:
        """Return the measure of who resembles everybody, by the cohort; None if that is small."""
        snapshot = self._store.snapshot
        cohort, kept = self.cohort(snapshot.shelves[Kind.TENPRINTS]), self._own
        if cohort.presence.shape[1] < LEAST_PEOPLE:
            return None
        if kept is not None and kept[0] is cohort:
            return kept[1]
        vectors, rotation = cohort.vectors, snapshot.rotation
        found = OwnStrangers.of(
            vectors if rotation is None else vectors @ rotation.T, cohort.presence
        )
        self._own = (cohort, found)
        return found

    def cohort(self, shelf: Shelf) -> Cohort:
        """Return the cohort of a state. Unchanged runs of encounters reuse their draw."""
        kept = self._kept
        if kept is not None and kept[0] is shelf:
            return kept[1]
        before = {id(columns): places for columns, places in self._drawn}
        drawn, parts = [], []
        for source in shelf.sources:
            columns = source.columns
            places = before.get(id(columns))
            if places is None:
                places = _least(columns.person_rows, COHORT_DRAWN)
            drawn.append((columns, places))
            passing = source.passing(NO_FILTER, 0)
            alive = places if passing is None else places[passing[places]]
            parts.append((columns.person_rows[alive], columns.encounter_rows[alive], alive))
        # The columns are kept with their places, so that no other object gets the same id().
        self._drawn = tuple(drawn)
        cohort = _measured(drawn, parts, None if kept is None else kept[1])
        self._kept = (shelf, cohort)
        return cohort


_LEAST = 3


def _least(person_rows: Int64s, count: int) -> Int64s:
    """Return int64 (k,), ascending: the places of the `count` rows with the lowest hashes."""
    mixed = hashed(person_rows)
    if len(mixed) <= count:
        return np.arange(len(mixed), dtype=np.int64)
    return np.sort(np.argpartition(mixed, count)[:count]).astype(np.int64)


def _measured(
    drawn: Sequence[tuple[Columns, Int64s]],
    parts: Sequence[tuple[Int64s, ...]],
    before: Cohort | None,
) -> Cohort:
    """Return the cohort of the people drawn: the previous one if its encounters are the same.

    `parts` holds for each run the person rows, encounter rows and places, int64 (n,) each.
    """
    nothing = (np.zeros(0, dtype=np.int64),) * 3
    persons, encounters, places = map(np.concatenate, zip(nothing, *parts, strict=True))
    runs = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    # The first encounter of each person, whatever runs their encounters are in.
    by_encounter = np.argsort(encounters, kind="stable")
    _, first = np.unique(persons[by_encounter], return_index=True)
    chosen = by_encounter[first]
    chosen = chosen[_least(persons[chosen], COHORT_PEOPLE)]
    if before is not None and np.array_equal(before.encounter_rows, encounters[chosen]):
        return before
    found = [
        (drawn[run][0], place) for run, place in zip(runs[chosen], places[chosen], strict=True)
    ]
    dimension = drawn[0][0].vectors.shape[2] if drawn else 1
    values = np.array([columns.vectors[place] for columns, place in found], dtype=np.float32)
    values = values.reshape(len(found), FINGER_COUNT, dimension)
    lengths = np.linalg.norm(values, axis=2, keepdims=True)
    return Cohort(
        encounter_rows=encounters[chosen],
        vectors=np.ascontiguousarray((values / np.maximum(lengths, 1.0)).transpose(1, 0, 2)),
        presence=np.ascontiguousarray(lengths[:, :, 0].T > 0.0),
    )
