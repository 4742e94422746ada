"""From scored encounters to distinct persons, and the similarity they are ranked by."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from domain.captures import FINGER_COUNT

RowsAt = Callable[[npt.NDArray[np.int64]], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]

_SPARE = 4
"""One in this many more encounters than persons wanted are ranked first: few have several."""
_GROWTH = 4
_ROOTS = np.sqrt(np.maximum(np.arange(FINGER_COUNT + 1), 1)).astype(np.float32)
"""float32 (11,): the root of a number of fingers, one for none."""


def tenprint_similarities(cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the sum of cosines over common fingers, divided by the root of their number.

    `cosines` float32 (k, 10), NaN where a finger was not compared. The result is float32 (k,);
    -inf where nothing was compared. Under the impostor hypothesis its spread does not depend on
    how many fingers there are, which makes captures of unequal completeness comparable.
    """
    compared = ~np.isnan(cosines.T)
    common = compared.sum(axis=0, dtype=np.uint8)
    terms = np.where(compared, cosines.T, np.float32(0))
    # Added in NumPy's own order for ten numbers in a row, in which stored searches were made;
    # written out, it holds for every layout in memory.
    pairs = terms[0:8:2] + terms[1:8:2]
    fours = pairs[0::2] + pairs[1::2]
    total = fours[0] + fours[1] + terms[8] + terms[9]
    return np.where(common > 0, total / _ROOTS[common], np.float32(-np.inf))


def highest_per_person(
    similarities: npt.NDArray[np.float32], rows_at: RowsAt, *, k: int
) -> npt.NDArray[np.int64]:
    """Return the places of the k most similar encounters, one for each person.

    `similarities` float32 (m,); the result is int64 (<= k,), in falling similarity. `rows_at`
    answers places int64 (c,) with the person rows and encounter rows there; it is asked for few.
    Ties go to the lower person row, then the lower encounter row. Encounters at -inf are left out.
    """
    size = k + k // _SPARE + 1
    while True:
        # The highest similarities, and all that tie with the last of them.
        shortlist = np.arange(len(similarities))
        if len(similarities) > size:
            lowest = np.partition(similarities, len(similarities) - size)[-size]
            shortlist = np.flatnonzero(similarities >= lowest)
        places = _ranked(similarities, rows_at, shortlist)
        if len(places) >= k or len(shortlist) == len(similarities):
            return places[:k]
        size *= _GROWTH


def _ranked(
    similarities: npt.NDArray[np.float32], rows_at: RowsAt, chosen: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    found = similarities[chosen]
    if found.min(initial=np.inf) == -np.inf:
        chosen = chosen[found > -np.inf]
        found = similarities[chosen]
    persons, encounters = rows_at(chosen)
    order = np.lexsort((encounters, persons, -found))
    _, first = np.unique(persons[order], return_index=True)
    return chosen[order[np.sort(first)]]
