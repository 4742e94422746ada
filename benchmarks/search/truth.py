"""Exact ranks of the mates, by comparing every query with the whole gallery in float32."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.search.datasets import Dataset, MarkQueries, Queries
from data.synthetic.captures import CaptureArrays, merge_captures, take_captures

CUTS = (1, 10, 100)
_EPSILON = 1e-6
"""Differences below this are rounding, not rank."""


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of queries whose mate is among the first 1, 10 and 100 persons."""

    at_1: float
    at_10: float
    at_100: float

    def values(self) -> tuple[float, float, float]:
        """Return the three in order."""
        return self.at_1, self.at_10, self.at_100


def recall_of(ranks: npt.NDArray[np.int64]) -> Recall:
    """Return the recall of mates at these ranks, int64 (q,), 0 being the first."""
    return Recall(*(float((ranks < cut).mean()) for cut in CUTS))


def relative(found: Recall, exact: Recall) -> float:
    """Return the lowest ratio of found to exact recall over the three cuts; 1 when exact is 0."""
    pairs = zip(found.values(), exact.values(), strict=True)
    return min(mine / theirs if theirs else 1.0 for mine, theirs in pairs)


def ranks_in(
    answers: Sequence[npt.NDArray[np.int64]], mates: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the rank of each mate among distinct persons of its answer, a large one if absent."""
    ranks = np.full(len(mates), np.iinfo(np.int64).max)
    for row, (persons, mate) in enumerate(zip(answers, mates, strict=True)):
        _, first = np.unique(persons, return_index=True)
        distinct = persons[np.sort(first)]
        places = np.flatnonzero(distinct == mate)
        if len(places):
            ranks[row] = places[0]
    return ranks


class ExactRanks:
    """Counts, chunk by chunk of the gallery, the persons that agree more than the mate does."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def of(
        self,
        tenprints: Sequence[Queries],
        marks: Sequence[tuple[MarkQueries, int | None]],
    ) -> tuple[list[npt.NDArray[np.int64]], list[npt.NDArray[np.int64]]]:
        """Return the exact ranks of each set of queries, int64 (q,) each.

        A set of marks is compared with one finger (its column) or, None, with all ten.
        """
        mates = self._mates(tenprints, marks)
        tenprint_ranks = [np.zeros(len(q.persons), dtype=np.int64) for q in tenprints]
        mark_ranks = [np.zeros(len(q.persons), dtype=np.int64) for q, _ in marks]
        tenprint_mates = [
            _mate_values(_tenprint_similarities(mates, q), mates.numbers, q.persons)
            for q in tenprints
        ]
        mark_mates = [
            _mate_values(_mark_similarities(mates, q, column), mates.numbers, q.persons)
            for q, column in marks
        ]
        for chunk in self._dataset.chunks():
            for number, q in enumerate(tenprints):
                tenprint_ranks[number] += _above(
                    _tenprint_similarities(chunk, q), tenprint_mates[number]
                )
            for number, (m, column) in enumerate(marks):
                mark_ranks[number] += _above(
                    _mark_similarities(chunk, m, column), mark_mates[number]
                )
        return tenprint_ranks, mark_ranks

    def _mates(
        self, tenprints: Sequence[Queries], marks: Sequence[tuple[MarkQueries, int | None]]
    ) -> CaptureArrays:
        """Return the enrolled captures of all queried persons."""
        sets = [q.persons for q in tenprints] + [q.persons for q, _ in marks]
        wanted = np.unique(np.concatenate(sets))
        parts = []
        for start in _chunk_starts(wanted):
            chunk = self._dataset.population.templates(start, start + _BLOCK)
            parts.append(take_captures(chunk, np.flatnonzero(np.isin(chunk.numbers, wanted))))
        return merge_captures(parts)


_BLOCK = 128


def _chunk_starts(persons: npt.NDArray[np.int64]) -> list[int]:
    return [int(block) * _BLOCK for block in np.unique(persons // _BLOCK)]


def _tenprint_similarities(captures: CaptureArrays, queries: Queries) -> npt.NDArray[np.float32]:
    """Return float32 (q, n): sums of cosines over the root of the common fingers."""
    total = np.zeros((len(queries.persons), len(captures)), dtype=np.float32)
    common = queries.presence.astype(np.float32) @ captures.prints.presence.T.astype(np.float32)
    for column in range(10):
        total += queries.vectors[:, column] @ captures.prints.vectors[:, column].T
    total /= np.sqrt(np.maximum(common, 1))
    return total


def _mark_similarities(
    captures: CaptureArrays, queries: MarkQueries, column: int | None
) -> npt.NDArray[np.float32]:
    """Return float32 (q, n): the highest cosine over the fingers compared."""
    columns = range(10) if column is None else (column,)
    highest = np.full((len(queries.persons), len(captures)), -2, dtype=np.float32)
    for finger in columns:
        cosines = queries.vectors @ captures.prints.vectors[:, finger].T
        cosines[:, ~captures.prints.presence[:, finger]] = -2
        np.maximum(highest, cosines, out=highest)
    return highest


def _mate_values(
    similarities: npt.NDArray[np.float32],
    numbers: npt.NDArray[np.int64],
    persons: npt.NDArray[np.int64],
) -> npt.NDArray[np.float32]:
    mates: npt.NDArray[np.float32] = similarities[
        np.arange(len(persons)), np.searchsorted(numbers, persons)
    ]
    return mates


def _above(
    similarities: npt.NDArray[np.float32], mates: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    above: npt.NDArray[np.int64] = (similarities > mates[:, None] + _EPSILON).sum(axis=1)
    return above
