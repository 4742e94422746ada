"""Recall of planted duplicates and exchanged fingers: `python -m benchmarks integrity`.

In a gallery of generated people, some are enrolled a second time as a new person. Others are
booked twice, and half of these have two fingers recorded under each other's position. Then every
person is checked. A false alarm is a pair of persons that was not planted, or an exchange in a
booking that has none.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.machine import Watch, clocked
from benchmarks.runner import Benchmark, Options, Result, rows_table
from benchmarks.search.datasets import (
    FORMAT,
    Dataset,
    Queries,
    QueryKind,
    filled_index,
    tenprint_queries,
)
from data.synthetic.parameters import CaptureProfile
from domain.arrays import Int64s
from domain.prints.captures import CaptureColumns
from domain.prints.prints import ImpressionType
from indexing.codes.batches import GalleryBatch
from indexing.gallery_index import GalleryIndex
from indexing.integrity import probable_duplicates, probable_swaps

KINDS = (
    QueryKind("rolled", ImpressionType.ROLLED, CaptureProfile.CONTROLLED),
    QueryKind("plain", ImpressionType.PLAIN, CaptureProfile.CONTROLLED),
    QueryKind("plain-poor", ImpressionType.PLAIN, CaptureProfile.POOR),
    QueryKind("plain-stress", ImpressionType.PLAIN, CaptureProfile.STRESS),
    QueryKind("plain-stress-6-missing", ImpressionType.PLAIN, CaptureProfile.STRESS, 6),
)
"""Conditions of the second captures. Under stress, mates have a median cosine of .65."""

_PEOPLE_AT_ONCE = 5_000


@dataclass(frozen=True, kw_only=True)
class IntegrityOptions(Options):
    """The options of `python -m benchmarks integrity`."""

    persons: Annotated[int, "people in the gallery"] = 20_000
    planted: Annotated[int, "second captures per kind and fault"] = 200
    seed: Annotated[int, "seed of the people"] = 0


def measured(options: IntegrityOptions) -> Result:
    """Plant faults in a gallery, check everybody, and return what was found."""
    dataset = Dataset(options.persons, options.seed)
    with tempfile.TemporaryDirectory() as directory:
        index = filled_index(Path(directory) / "index", dataset, Watch())
        planting = _Planting(dataset, index, options.planted)
        rows = [planting.row(kind, number) for number, kind in enumerate(KINDS)]
        index.compact()
        found = _looked_at(index, rows)
        index.close()
    return {
        "persons": options.persons,
        "planted_of_each": options.planted,
        "thresholds": {
            "similarity": FORMAT.index.standout_similarity,
            "crossed_cosine": FORMAT.index.crossed_cosine,
            "crossed_margin": FORMAT.index.crossed_margin,
        },
        **found,
    }


class _Planting:
    """Adds second captures to a gallery and records the faults that were planted."""

    def __init__(self, dataset: Dataset, index: GalleryIndex, count: int) -> None:
        if 3 * count * len(KINDS) > dataset.persons:
            raise SystemExit("--planted is too high: it may use at most one person in three.")
        self._dataset = dataset
        self._index = index
        self._count = count
        self._next_row = dataset.persons
        rng = np.random.default_rng([dataset.seed, 80])
        self._chosen = rng.permutation(dataset.persons)[: 3 * count * len(KINDS)]
        self._rng = rng

    def row(self, kind: QueryKind, number: int) -> dict[str, Any]:
        """Plant second captures of one kind: duplicates, exchanged fingers, and sound ones."""
        parts = self._chosen.reshape(len(KINDS), 3, self._count)[number]
        duplicates, swapped, plain = (np.sort(part) for part in parts)
        added = self._add(tenprint_queries(self._dataset, kind, duplicates), as_new=True)
        positions = self._enrol_swapped(kind, swapped)
        self._add(tenprint_queries(self._dataset, kind, plain), as_new=False)
        return {
            "kind": kind.name,
            "pairs": set(zip(duplicates.tolist(), added.tolist(), strict=True)),
            "swaps": dict(zip(swapped.tolist(), positions, strict=True)),
        }

    def _enrol_swapped(self, kind: QueryKind, persons: Int64s) -> list[tuple[int, int]]:
        """Enrol captures with two fingers exchanged; return the positions of each exchange."""
        queries = tenprint_queries(self._dataset, kind, persons)
        vectors, presence = queries.vectors.copy(), queries.presence.copy()
        positions = []
        for row in range(len(persons)):
            pair = np.sort(self._rng.choice(np.flatnonzero(presence[row]), 2, replace=False))
            vectors[row, pair] = vectors[row, pair[::-1]]
            positions.append((int(pair[0]) + 1, int(pair[1]) + 1))
        self._add(replace(queries, vectors=vectors), as_new=False)
        return positions

    def _add(self, queries: Queries, *, as_new: bool) -> Int64s:
        """Enrol captures, either as new persons or under the same persons; return the rows."""
        n = len(queries.persons)
        rows = np.arange(self._next_row, self._next_row + n, dtype=np.int64)
        self._next_row += n
        batch = GalleryBatch(
            encounter_rows=rows,
            person_rows=rows if as_new else queries.persons,
            captures=CaptureColumns(
                vectors=queries.vectors,
                presence=queries.presence,
                qualities=queries.qualities,
                impression_codes=np.zeros((n, 10), dtype=np.uint8),
            ),
            galleries=np.zeros(n, dtype=np.uint8),
            forces=np.zeros(n, dtype=np.int16),
            years_of_birth=np.zeros(n, dtype=np.int16),
        )
        self._index.add(batch, cursor=self._index.cursor + 1)
        return rows


def _looked_at(index: GalleryIndex, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    everybody = index.snapshot.held_rows()
    duplicates = clocked(
        lambda: {
            found.person_rows
            for start in range(0, len(everybody), _PEOPLE_AT_ONCE)
            for found in probable_duplicates(index, everybody[start:][:_PEOPLE_AT_ONCE])
        }
    )
    swaps = {(found.person_row, found.positions) for found in probable_swaps(index, everybody)}
    pairs = duplicates.value
    planted_pairs = set().union(*(row["pairs"] for row in rows))
    planted_swaps = {item for row in rows for item in row["swaps"].items()}
    return {
        "rows": [
            {
                "kind": row["kind"],
                "duplicate_recall": len(row["pairs"] & pairs) / len(row["pairs"]),
                "swap_recall": len(set(row["swaps"].items()) & swaps) / len(row["swaps"]),
            }
            for row in rows
        ],
        "captures": len(everybody),
        "bookings_compared": 2 * len(planted_swaps),
        "false_duplicates": len(pairs - planted_pairs),
        "false_swaps": len(swaps - planted_swaps),
        "duplicates_cpu_s": duplicates.cpu_s,
    }


def integrity_tables(result: Result) -> str:
    """Return what was found of each kind, and the false alarms."""
    alarms = (
        f"{result['planted_of_each']} planted of each, among {result['persons']:,} people."
        f" False alarms: {result['false_duplicates']} pairs among {result['captures']:,} captures,"
        f" {result['false_swaps']} exchanges among {result['bookings_compared']:,} bookings."
        f" {result['duplicates_cpu_s'] / result['captures'] * 1e3:.1f} ms of one core a capture."
    )
    return f"{rows_table('integrity', result['rows'])}\n\n{alarms}"


main = Benchmark(
    measure=measured,
    show=integrity_tables,
    is_met=lambda result: not (result["false_duplicates"] or result["false_swaps"]),
    digest=lambda options: Dataset(options.persons, options.seed).digest,
).main
