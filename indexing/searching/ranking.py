"""Rank scored encounters as distinct persons, and compute the similarity used to rank them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from domain.arrays import Float32s, Int64s, Intps
from domain.prints.captures import FINGER_COUNT
from indexing.codes.sources import Source

RowsAt = Callable[[Int64s], tuple[Int64s, Int64s]]

_SPARE = 4
"""One in this many more encounters than persons are ranked at first: few persons have several."""
_GROWTH = 4
_ZERO, _INFINITY = np.float32(0), np.float32(np.inf)
_ROOTS = np.sqrt(np.maximum(np.arange(FINGER_COUNT + 1), 1)).astype(np.float32)
"""float32 (11,): the square root of each number of fingers; 1 for no fingers."""


def tenprint_similarities(cosines: Float32s) -> Float32s:
    """Return the sum of cosines over common fingers, divided by the square root of their number.

    `cosines` float32 (k, 10), NaN where a finger was not compared. The result is float32 (k,),
    -inf where nothing was compared. Under the impostor hypothesis the spread of the result does
    not depend on the number of fingers, so captures with different numbers of fingers can be
    compared.
    """
    return similarities_of(cosines.T, np.arange(FINGER_COUNT))


def similarities_of(cosines: Float32s, fingers: Intps) -> Float32s:
    """Return the same of `fingers`, ascending, and no others: `cosines` is float32 (w, k)."""
    compared = ~np.isnan(cosines)
    common = compared.sum(axis=0, dtype=np.uint8)
    terms: list[Float32s | None] = [None] * FINGER_COUNT
    for finger, one in zip(fingers.tolist(), np.where(compared, cosines, _ZERO), strict=True):
        terms[finger] = one
    # Added in the order in which NumPy adds ten numbers in a row, as in stored searches. Because
    # it is written out, the order is the same for every layout in memory.
    pairs = [_added(*terms[at : at + 2]) for at in range(0, 8, 2)]
    total = _added(_added(*pairs[:2]), _added(*pairs[2:]), *terms[8:])
    return np.where(common > 0, (_ZERO if total is None else total) / _ROOTS[common], -_INFINITY)


def _added(*terms: Float32s | None) -> Float32s | None:
    """Return the sum, from left to right, without fingers that nobody compared."""
    there = [one for one in terms if one is not None]
    return reduce(np.add, there) if there else None


def highest_per_person(similarities: Float32s, rows_at: RowsAt, *, k: int) -> Int64s:
    """Return the places of the k most similar encounters, one for each person.

    `similarities` float32 (m,). The result is int64 (<= k,), in order of falling similarity.
    `rows_at` is a function from places int64 (c,) to the person rows and encounter rows there; it
    is called for few places. In a tie the lower person row comes first, then the lower encounter
    row. Encounters at -inf are left out.
    """
    size = k + k // _SPARE + 1
    while True:
        # The highest similarities, and all others that tie with the lowest of these.
        shortlist = np.arange(len(similarities))
        if len(similarities) > size:
            lowest = np.partition(similarities, len(similarities) - size)[-size]
            shortlist = np.flatnonzero(similarities >= lowest)
        places = _ranked(similarities, rows_at, shortlist)
        if len(places) >= k or len(shortlist) == len(similarities):
            return places[:k]
        size *= _GROWTH


def _ranked(similarities: Float32s, rows_at: RowsAt, chosen: Int64s) -> Int64s:
    found = similarities[chosen]
    if found.min(initial=np.inf) == -np.inf:
        chosen = chosen[found > -np.inf]
        found = similarities[chosen]
    persons, encounters = rows_at(chosen)
    order = np.lexsort((encounters, persons, -found))
    _, first = np.unique(persons[order], return_index=True)
    return chosen[order[np.sort(first)]]


NONE = np.zeros(0, dtype=np.float32)
"""An empty array of similarities."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Encounters of one source that were compared exactly for one query.

    Where single fingers are compared, an encounter appears once for each finger.
    """

    source: Source
    places: Int64s
    """int64 (c,): places in the source."""
    similarities: Float32s
    """float32 (c,), -inf where nothing was compared."""


def best_of(compared: Sequence[Compared], *, k: int) -> tuple[Int64s, Int64s, Float32s]:
    """Return the k most similar persons among all the encounters that were compared.

    Returns person rows and encounter rows, int64 (h,), and similarities, float32 (h,), in falling
    order.
    """
    similarities = np.concatenate([NONE, *(one.similarities for one in compared)])
    rows_at = partial(_rows_at, compared)
    chosen = highest_per_person(similarities, rows_at, k=k)
    return *rows_at(chosen), similarities[chosen]


def _rows_at(compared: Sequence[Compared], chosen: Int64s) -> tuple[Int64s, Int64s]:
    """Return person and encounter rows at places, numbered through all sources in turn."""
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
