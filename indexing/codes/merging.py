"""Merge several runs of encounters into one in ascending order of row, without loading them all
into memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from indexing.codes.sources import Source

_ROWS_AT_ONCE = 2048
"""Encounters copied at a time: 4 MB of stored vectors, and 20 MB of codes of minutiae."""


class MergedRows:
    """A plan that merges the encounters of several sources into one run, leaving
    out erased ones.
    """

    def __init__(
        self,
        source_of: npt.NDArray[np.int32],
        place_of: npt.NDArray[np.int64],
        source_count: int,
    ) -> None:
        self._source_of = source_of
        self._place_of = place_of
        self._source_count = source_count

    def __len__(self) -> int:
        return len(self._place_of)

    def split(self, limit: int) -> tuple[MergedRows, ...]:
        """Return the plan in consecutive pieces of about equal size, none larger
        than the limit.
        """
        pieces = max(1, -(-len(self) // limit))
        bounds = [len(self) * piece // pieces for piece in range(pieces + 1)]
        return tuple(
            MergedRows(self._source_of[a:b], self._place_of[a:b], self._source_count)
            for a, b in pairwise(bounds)
        )

    def parts(self, arrays: Sequence[npt.NDArray[Any]]) -> Iterator[npt.NDArray[Any]]:
        """Yield one column of the merged run in consecutive parts.

        `arrays` holds that column of each source, in the order of the sources in the plan.
        """
        for start in range(0, len(self), _ROWS_AT_ONCE):
            yield self._gathered(arrays, slice(start, start + _ROWS_AT_ONCE))

    def sampled(self, arrays: Sequence[npt.NDArray[Any]], size: int) -> npt.NDArray[Any]:
        """Return one column at up to `size` evenly spaced encounters."""
        chosen = np.unique(np.linspace(0, len(self) - 1, min(size, len(self))).astype(np.int64))
        return self._gathered(arrays, chosen)

    def _gathered(
        self, arrays: Sequence[npt.NDArray[Any]], which: slice | npt.NDArray[np.int64]
    ) -> npt.NDArray[Any]:
        sources, places = self._source_of[which], self._place_of[which]
        result = np.empty((len(places), *arrays[0].shape[1:]), dtype=arrays[0].dtype)
        for number in range(self._source_count):
            mine = sources == number
            if mine.any():
                result[mine] = arrays[number][places[mine]]
        return result


def merged_rows(sources: Sequence[Source]) -> MergedRows:
    """Return the plan that merges these sources."""
    if not sources:
        return MergedRows(np.zeros(0, np.int32), np.zeros(0, np.int64), 0)
    places = [
        np.arange(len(source)) if source.alive is None else np.flatnonzero(source.alive)
        for source in sources
    ]
    rows = [
        source.columns.encounter_rows[place] for source, place in zip(sources, places, strict=True)
    ]
    source_of = np.repeat(np.arange(len(sources), dtype=np.int32), [len(p) for p in places])
    order = np.argsort(np.concatenate(rows), kind="stable")
    return MergedRows(source_of[order], np.concatenate(places)[order], len(sources))
