"""Select the best-matching people by exact similarity, from several sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from indexing.codes.sources import Source
from indexing.searching.ranking import highest_per_person

_Rows = npt.NDArray[np.int64]
NONE = np.zeros(0, dtype=np.float32)
"""An empty array of similarities."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Encounters of one source that were compared exactly for one query.

    Where single fingers are compared, an encounter appears once for each finger.
    """

    source: Source
    places: npt.NDArray[np.int64]
    """int64 (c,): places in the source."""
    similarities: npt.NDArray[np.float32]
    """float32 (c,), -inf where nothing was compared."""


def best_of(
    compared: Sequence[Compared], *, k: int
) -> tuple[_Rows, _Rows, npt.NDArray[np.float32]]:
    """Return the k most similar persons among all the encounters that were compared.

    Returns person rows and encounter rows, int64 (h,), and similarities, float32 (h,), in falling
    order.
    """
    similarities = np.concatenate([NONE, *(one.similarities for one in compared)])
    rows_at = partial(_rows_at, compared)
    chosen = highest_per_person(similarities, rows_at, k=k)
    return *rows_at(chosen), similarities[chosen]


def _rows_at(compared: Sequence[Compared], chosen: _Rows) -> tuple[_Rows, _Rows]:
    """Return the person and encounter rows at places. Places are numbered through all sources in
    turn.
    """
    persons = np.empty(len(chosen), dtype=np.int64)
    encounters = np.empty(len(chosen), dtype=np.int64)
    start = 0
    for one in compared:
        mine = (chosen >= start) & (chosen < start + len(one.places))
        if mine.any():
            places = one.places[chosen[mine] - start]
            persons[mine] = one.source.columns.person_rows[places]
            encounters[mine] = one.source.columns.encounter_rows[places]
        start += len(one.places)
    return persons, encounters
