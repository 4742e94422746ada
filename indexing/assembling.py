"""From exact similarities over several sources to the hits of one search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from indexing.hits import Hits
from indexing.ranking import highest_per_person
from indexing.snapshots import Snapshot
from indexing.sources import Source

_Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Encounters of one source that were compared exactly for one query.

    Where single fingers are compared, an encounter appears once for each.
    """

    source: Source
    places: npt.NDArray[np.int64]
    """int64 (c,)."""
    similarities: npt.NDArray[np.float32]
    """float32 (c,), -inf where nothing was compared."""


def hits_of(compared: Sequence[Compared], snapshot: Snapshot, *, k: int) -> Hits:
    """Return the k most similar persons among everything that was compared."""
    if not compared:
        none = np.zeros(0, dtype=np.int64)
        return _hits(snapshot, none, none, none.astype(np.float32))
    similarities = np.concatenate([one.similarities for one in compared])
    rows_at = partial(_rows_at, compared)
    chosen = highest_per_person(similarities, rows_at, k=k)
    return _hits(snapshot, *rows_at(chosen), similarities[chosen])


def _hits(
    snapshot: Snapshot, persons: _Rows, encounters: _Rows, similarities: npt.NDArray[np.float32]
) -> Hits:
    return Hits(
        person_rows=persons,
        encounter_rows=encounters,
        similarities=similarities,
        generation=snapshot.generation,
        digest=snapshot.digest,
        cursor=snapshot.cursor,
    )


def _rows_at(compared: Sequence[Compared], chosen: npt.NDArray[np.int64]) -> tuple[_Rows, _Rows]:
    """Return person and encounter rows at places counted over all runs, one after another."""
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
    """Yield each run with chosen places, which of the chosen are its own, and where they are."""
    if len(compared) == 1:
        yield compared[0], slice(None), chosen
        return
    start = 0
    for one in compared:
        mine = (chosen >= start) & (chosen < start + len(one.places))
        if mine.any():
            yield one, mine, chosen[mine] - start
        start += len(one.places)
