"""Exact ranks of the mates, from comparing every query with the whole gallery in float32."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from benchmarks.search.datasets import Dataset, MarkQueries, Queries
from data.synthetic.captures import CaptureArrays, merge_captures, take_captures
from indexing.searching.hits import Hits

CUTS = (1, 10, 100)
_Similar = Callable[[CaptureArrays], npt.NDArray[np.float32]]
_EPSILON = 1e-6
"""Differences below this are rounding errors and do not affect the rank."""


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of queries whose mate is among the first 1, 10 and 100 persons."""

    at_1: float
    at_10: float
    at_100: float


def recall_of(ranks: npt.NDArray[np.int64]) -> Recall:
    """Return the recall of mates with these ranks, int64 (q,); 0 is the first rank."""
    return Recall(*(float((ranks < cut).mean()) for cut in CUTS))


def relative(found: Recall, exact: Recall) -> float:
    """Return the lowest ratio of found to exact recall over three cuts; 1 if exact recall is 0."""
    pairs = zip(astuple(found), astuple(exact), strict=True)
    return min(mine / theirs if theirs else 1.0 for mine, theirs in pairs)


def ranks_in(
    answers: Sequence[npt.NDArray[np.int64]], mates: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return each mate's rank among an answer's distinct persons; a large number if absent."""
    ranks = np.full(len(mates), np.iinfo(np.int64).max)
    for row, (persons, mate) in enumerate(zip(answers, mates, strict=True)):
        _, first = np.unique(persons, return_index=True)
        distinct = persons[np.sort(first)]
        places = np.flatnonzero(distinct == mate)
        if len(places):
            ranks[row] = places[0]
    return ranks


def holds_same(found: Hits, expected: Hits) -> bool:
    """Return whether two lists are identical in every byte."""
    return (
        np.array_equal(found.person_rows, expected.person_rows)
        and np.array_equal(found.encounter_rows, expected.encounter_rows)
        and found.similarities.tobytes() == expected.similarities.tobytes()
    )


def exact_ranks(
    dataset: Dataset, tenprints: Sequence[Queries], marks: Sequence[tuple[MarkQueries, int | None]]
) -> tuple[list[npt.NDArray[np.int64]], list[npt.NDArray[np.int64]]]:
    """Return the exact ranks of each set of queries, int64 (q,) each.

    A rank is the number of persons in the gallery who are more similar than the mate. A set of
    marks is compared with one finger (its column) or, if that is None, with all ten.
    """
    sets: list[tuple[npt.NDArray[np.int64], _Similar]] = [
        (one.persons, partial(_tenprint_similarities, queries=one)) for one in tenprints
    ]
    sets += [
        (one.persons, partial(_mark_similarities, queries=one, column=column))
        for one, column in marks
    ]
    mates = _mates(dataset, np.unique(np.concatenate([persons for persons, _ in sets])))
    least = []
    for persons, similar in sets:
        own = np.arange(len(persons)), np.searchsorted(mates.numbers, persons)
        least.append(similar(mates)[own] + _EPSILON)
    ranks = [np.zeros(len(persons), dtype=np.int64) for persons, _ in sets]
    for chunk in dataset.chunks():
        for number, (_, similar) in enumerate(sets):
            ranks[number] += (similar(chunk) > least[number][:, None]).sum(axis=1)
    return ranks[: len(tenprints)], ranks[len(tenprints) :]


_BLOCK = 128


def _mates(dataset: Dataset, wanted: npt.NDArray[np.int64]) -> CaptureArrays:
    """Return the enrolled captures of these persons, int64 (p,), ascending."""
    parts = []
    for block in np.unique(wanted // _BLOCK).tolist():
        chunk = dataset.population.templates(block * _BLOCK, (block + 1) * _BLOCK)
        parts.append(take_captures(chunk, np.flatnonzero(np.isin(chunk.numbers, wanted))))
    return merge_captures(parts)


def _tenprint_similarities(captures: CaptureArrays, queries: Queries) -> npt.NDArray[np.float32]:
    """Return float32 (q, n): sums of cosines over the root of the number of common fingers."""
    total = np.zeros((len(queries.persons), len(captures)), dtype=np.float32)
    common = queries.presence.astype(np.float32) @ captures.prints.presence.T.astype(np.float32)
    for column in range(10):
        total += queries.vectors[:, column] @ captures.prints.vectors[:, column].T
    total /= np.sqrt(np.maximum(common, 1))
    return total


def _mark_similarities(
    captures: CaptureArrays, queries: MarkQueries, column: int | None
) -> npt.NDArray[np.float32]:
    """Return float32 (q, n): the highest cosine among the fingers compared."""
    columns = range(10) if column is None else (column,)
    highest = np.full((len(queries.persons), len(captures)), -2, dtype=np.float32)
    for finger in columns:
        cosines = queries.vectors @ captures.prints.vectors[:, finger].T
        cosines[:, ~captures.prints.presence[:, finger]] = -2
        np.maximum(highest, cosines, out=highest)
    return highest
