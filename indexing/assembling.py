"""From exact similarities over several sources to the best persons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from indexing.ranking import highest_per_person
from indexing.sources import Source

_Rows = npt.NDArray[np.int64]
_NONE = np.zeros(0, dtype=np.float32)


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


def best_of(
    compared: Sequence[Compared], *, k: int
) -> tuple[_Rows, _Rows, npt.NDArray[np.float32]]:
    """Return the k most similar persons among everything that was compared.

    Person rows and encounter rows int64 (h,), similarities float32 (h,), never rising.
    """
    similarities = np.concatenate([_NONE, *(one.similarities for one in compared)])
    rows_at = partial(_rows_at, compared)
    chosen = highest_per_person(similarities, rows_at, k=k)
    return *rows_at(chosen), similarities[chosen]


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
