"""Every kind of search with the index and with exact search, on the same vectors and queries."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import Watch, clocked, private_bytes
from benchmarks.runner import Result
from benchmarks.search import datasets, timing
from benchmarks.search.datasets import KNOWN_COLUMN, Dataset, K, MarkQueries, Queries
from data.synthetic.captures import CaptureArrays, merge_captures, take_captures
from domain.arrays import Float32s, Int64s
from domain.prints.captures import FINGER_COUNT
from indexing.codes.vector_index import FlatScan
from indexing.gallery_index import GalleryIndex
from indexing.searching.hits import Hits

CUTS = (1, 10, 100)
_Similar = Callable[[CaptureArrays], Float32s]
_EPSILON = 1e-6
"""Differences below this are rounding errors and do not affect the rank."""


Recall = dict[int, float]
"""The share of queries whose mate is among the first 1, 10 and 100 persons."""


def recall_of(ranks: Int64s) -> Recall:
    """Return the recall of mates with these ranks, int64 (q,); 0 is the first rank."""
    return {cut: float((ranks < cut).mean()) for cut in CUTS}


def relative(found: Recall, exact: Recall) -> float:
    """Return the lowest ratio of found to exact recall over three cuts; 1 if exact recall is 0."""
    return min(found[cut] / exact[cut] if exact[cut] else 1.0 for cut in CUTS)


def ranks_in(answers: Sequence[Int64s], mates: Int64s) -> Int64s:
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
) -> tuple[list[Int64s], list[Int64s]]:
    """Return the exact ranks of each set of queries, int64 (q,) each.

    A rank is the number of persons in the gallery who are more similar than the mate. A set of
    marks is compared with one finger (its column) or, if that is None, with all ten.
    """
    sets: list[tuple[Int64s, _Similar]] = [
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


def _mates(dataset: Dataset, wanted: Int64s) -> CaptureArrays:
    """Return the enrolled captures of these persons, int64 (p,), ascending."""
    parts = []
    for block in np.unique(wanted // _BLOCK).tolist():
        chunk = dataset.population.templates(block * _BLOCK, (block + 1) * _BLOCK)
        parts.append(take_captures(chunk, np.flatnonzero(np.isin(chunk.numbers, wanted))))
    return merge_captures(parts)


def _tenprint_similarities(captures: CaptureArrays, queries: Queries) -> Float32s:
    """Return float32 (q, n): sums of cosines over the root of the number of common fingers."""
    total = np.zeros((len(queries.persons), len(captures)), dtype=np.float32)
    common = queries.presence.astype(np.float32) @ captures.prints.presence.T.astype(np.float32)
    for column in range(10):
        total += queries.vectors[:, column] @ captures.prints.vectors[:, column].T
    total /= np.sqrt(np.maximum(common, 1))
    return total


def _mark_similarities(
    captures: CaptureArrays, queries: MarkQueries, column: int | None
) -> Float32s:
    """Return float32 (q, n): the highest cosine among the fingers compared."""
    columns = range(10) if column is None else (column,)
    highest = np.full((len(queries.persons), len(captures)), -2, dtype=np.float32)
    for finger in columns:
        cosines = queries.vectors @ captures.prints.vectors[:, finger].T
        cosines[:, ~captures.prints.presence[:, finger]] = -2
        np.maximum(highest, cosines, out=highest)
    return highest


TEN, KNOWN, UNKNOWN = "ten", "known", "unknown"
_COLUMNS = {UNKNOWN: None, KNOWN: KNOWN_COLUMN}
"""The finger (0-9) of searches with marks; None for any finger."""

_SPARE = 10
"""Additional vectors requested from finger indexes, because a person may be found twice."""
_FLAT_BYTES = 2_000_000_000
"""Memory limit of the exact baseline. If it needs more, it is left out."""
_SLOW_SINGLES = 50
"""Number of single searches of the exact baseline that are timed. Its times hardly vary."""
_BLAS_THRESHOLDS = (128_000, 1000, 20)


_Search = Callable[[Sequence[Float32s]], Sequence[Int64s]]


class Contest:
    """Builds everything once, then measures each design in turn, with `searches` of each kind.

    `fingers`: whether marks are searched for with a known finger, an unknown one, or both.
    """

    def __init__(
        self,
        dataset: datasets.Dataset,
        searches: int,
        scratch: Path,
        *,
        fingers: Sequence[str] = (UNKNOWN, KNOWN),
    ) -> None:
        self._persons, self._dataset = dataset.persons, dataset
        self._index_place = scratch / "index"
        self._rows: list[dict[str, Any]] = []
        persons = dataset.queried(datasets.Purpose.REPORTING, searches)
        self._tuned = dataset.queried(datasets.Purpose.TUNING, searches)
        self._tenprints = [
            datasets.tenprint_queries(dataset, kind, persons) for kind in datasets.TENPRINT_KINDS
        ]
        self._marks = {
            finger: [
                datasets.mark_queries(dataset, kind, persons, column=_COLUMNS[finger])
                for kind in datasets.MARK_KINDS
            ]
            for finger in fingers
        }

    def run(self) -> Result:
        """Return the figures of both designs."""
        index, ours = self._prepared()
        memory = self._contest_index(index, ours)
        asked = self._tenprints[1].tenprints(), self._marks[UNKNOWN][2].probes(())
        company = timing.costs_in_company(index, *asked)
        changes = timing.changes_of_index(index, self._dataset)
        index.close()
        _tell("two threads")
        ratios = timing.two_thread_ratios(self._index_place, *asked)
        _tell("flat")
        missing = list(self._contest_flat_fingers())
        return {
            "rows": self._rows,
            "changes": [changes],
            "two_threads": ratios,
            "company": company,
            "memory": memory,
            "missing": missing,
        }

    def of_index(self) -> list[dict[str, Any]]:
        """Return the rows of the index, without its changes, and without the other design."""
        index, ours = self._prepared()
        self._contest_index(index, ours)
        index.close()
        return self._rows

    def _prepared(self) -> tuple[GalleryIndex, Result]:
        """Rank exactly; return the index with the gallery."""
        _tell("exact ranks")
        self._rank_exactly()
        _tell("identlink: building")
        building = Watch()
        index = datasets.filled_index(self._index_place, self._dataset, building)
        with building:
            index.compact()
        _tell("identlink: searching")
        size = index.statistics().bytes_on_disk / len(index)
        return index, _design("identlink", size, building.wall_s)

    def _rank_exactly(self) -> None:
        marks = [(one, _COLUMNS[finger]) for finger, some in self._marks.items() for one in some]
        ten, found = exact_ranks(self._dataset, self._tenprints, marks)
        ranks, left = {TEN: ten}, iter(found)
        ranks |= {finger: list(islice(left, len(some))) for finger, some in self._marks.items()}
        self._truth = {finger: list(map(recall_of, each)) for finger, each in ranks.items()}

    def _contest_index(self, index: GalleryIndex, design: Result) -> dict[str, float]:
        memory = {"before": private_bytes() / 1e6}
        index.warm(marks=False)
        for tenprints, truth in zip(self._tenprints, self._truth[TEN], strict=True):
            times, hits = timing.timed(
                tenprints.tenprints(), lambda probes: index.search_tenprints(probes, k=K)
            )
            self._add(design, TEN, tenprints, truth, (times, [one.person_rows for one in hits]))
        memory["tenprint_search"] = private_bytes() / 1e6
        index.warm(marks=True)
        for finger, marks in self._marks.items():
            positions = (KNOWN_COLUMN + 1,) if finger == KNOWN else ()
            for queries, truth in zip(marks, self._truth[finger], strict=True):
                times, hits = timing.timed(
                    queries.probes(positions), lambda probes: index.search_marks(probes, k=K)
                )
                answers = [one.person_rows for one in hits]
                self._add(design, finger, queries, truth, (times, answers))
        memory["with_mark_search"] = private_bytes() / 1e6
        return memory

    def _contest_flat_fingers(self) -> Iterator[str]:
        """Search with single fingers. Yield a sentence for each set that is too large."""
        tuning = datasets.mark_queries(
            self._dataset, datasets.MARK_KINDS[0], self._tuned, column=KNOWN_COLUMN
        )
        for finger, marks in self._marks.items():
            columns = (KNOWN_COLUMN,) if finger == KNOWN else range(FINGER_COUNT)
            if self._is_too_large(len(columns)):
                yield f"flat for marks of {len(columns)} fingers: too large"
                continue
            vectors, owners = datasets.finger_vectors(self._dataset, columns)
            search, design = self._flat(vectors, tuning.vectors)
            for queries, truth in zip(marks, self._truth[finger], strict=True):
                times, found = timing.timed(list(queries.vectors), search, singles=_SLOW_SINGLES)
                answers = [owners[places] for places in found]
                self._add(design, finger, queries, truth, (times, answers))

    def _is_too_large(self, fingers: int) -> bool:
        return self._persons * fingers * datasets.FORMAT.template.dimension * 4 > _FLAT_BYTES

    def _flat(self, vectors: Float32s, tuning: Float32s) -> tuple[_Search, Result]:
        """Return the search of FAISS IndexFlatIP, and its facts.

        For each batch size its BLAS threshold is the fastest on the tuning queries; for others,
        that of the nearest size.
        """
        built = clocked(partial(FlatScan, vectors))
        scan, thresholds = built.value, {}
        for size in (1, timing.BATCH):
            times = {one: _flat_time(scan, tuning[:size], one) for one in _BLAS_THRESHOLDS}
            thresholds[size] = min(times, key=times.__getitem__)

        def search(queries: Sequence[Float32s]) -> Sequence[Int64s]:
            nearest = min(thresholds, key=lambda size: abs(size - len(queries)))
            asked, threshold = np.stack(queries), thresholds[nearest]
            return list(scan.search(asked, K + _SPARE, blas_threshold=threshold).places)

        return search, _design("flat", vectors.nbytes / self._persons, built.wall_s)

    def _add(
        self,
        design: Result,
        finger: str,
        queries: datasets.Queries | datasets.MarkQueries,
        truth: Recall,
        found: Any,
    ) -> None:
        """Add a row for searches: their times, and the persons they found."""
        times, answers = found
        reached = recall_of(ranks_in(answers, queries.persons))
        self._rows.append(
            {
                "search": "tenprint" if finger == TEN else "mark",
                "finger": finger,
                "vectors": self._persons * (FINGER_COUNT if finger == UNKNOWN else 1),
                "impression": queries.kind.name,
                "profile": queries.kind.profile.value,
                "queries": len(queries.persons),
                **{f"recall_at_{cut}": share for cut, share in reached.items()},
                "recall_relative_to_exact": relative(reached, truth),
                **{f"exact_at_{cut}": share for cut, share in truth.items()},
                **times,
                **design,
            }
        )


def _design(name: str, bytes_per_person: float, build_s: float) -> Result:
    return {"design": name, "bytes_per_person": bytes_per_person, "build_s": build_s}


def _tell(stage: str) -> None:
    print(stage, file=sys.stderr, flush=True)


def _flat_time(scan: FlatScan, queries: Float32s, threshold: int) -> float:
    once = partial(scan.search, queries, K, blas_threshold=threshold)
    return min(clocked(once).wall_s for _ in range(3))
