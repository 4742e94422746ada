"""Recall of planted duplicates and exchanged fingers: `python -m benchmarks integrity`.

A gallery of generated people. Some are enrolled a second time under a new person; some are booked
twice, half of these with two fingers recorded under each other's position. Then every person is
checked. A false alarm is a pair of persons that was not planted, or an exchange in a booking that
has none.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.machine import described_run, write_result
from benchmarks.search.datasets import (
    FORMAT,
    Dataset,
    Queries,
    QueryKind,
    encounters,
    tenprint_queries,
)
from data.synthetic.parameters import CaptureProfile
from domain.captures import CaptureColumns
from domain.prints import ImpressionType
from indexing.batches import GalleryBatch
from indexing.gallery_index import GalleryIndex
from indexing.integrity import probable_duplicates, probable_swaps

KINDS = (
    QueryKind("rolled", ImpressionType.ROLLED, CaptureProfile.CONTROLLED),
    QueryKind("plain", ImpressionType.PLAIN, CaptureProfile.CONTROLLED),
    QueryKind("plain-poor", ImpressionType.PLAIN, CaptureProfile.POOR),
    QueryKind("plain-stress", ImpressionType.PLAIN, CaptureProfile.STRESS),
    QueryKind("plain-stress-6-missing", ImpressionType.PLAIN, CaptureProfile.STRESS, 6),
)
"""The conditions of the second captures; stress has mates at median cosine .65."""

_PEOPLE_AT_ONCE = 5_000


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 if a false alarm was raised."""
    options = _parser().parse_args(arguments)
    dataset = Dataset(options.persons, options.seed)
    with tempfile.TemporaryDirectory() as directory:
        index = GalleryIndex.create(
            Path(directory) / "index",
            template_format=FORMAT.index,
            key=b"a key for benchmarks alone",
            threads=1,
        )
        for captures in dataset.chunks():
            index.add(encounters(captures), cursor=index.cursor + 1)
        planting = _Planting(dataset, index, options.planted)
        rows = [planting.row(kind, number) for number, kind in enumerate(KINDS)]
        index.compact()
        result = _looked_at(index, rows)
        index.close()
    result = {
        "benchmark": "integrity",
        **described_run(
            ["python", "-m", "benchmarks", "integrity", *arguments],
            seed=options.seed,
            dataset_digest=dataset.digest,
        ),
        "persons": options.persons,
        "planted_of_each": options.planted,
        "thresholds": {
            "similarity": FORMAT.index.standout_similarity,
            "crossed_cosine": FORMAT.index.crossed_cosine,
            "crossed_margin": FORMAT.index.crossed_margin,
        },
        **result,
    }
    _say(result)
    write_result(options.json, result)
    return int(bool(result["false_duplicates"] or result["false_swaps"]))


class _Planting:
    """Adds second captures to a gallery and remembers their planted faults."""

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
        """Plant second captures of one kind: duplicates, exchanged fingers, faultless ones."""
        parts = self._chosen.reshape(len(KINDS), 3, self._count)[number]
        duplicates, swapped, plain = (np.sort(part) for part in parts)
        pairs = self._enrol(kind, duplicates, as_new=True)
        rows, positions = self._enrol_swapped(kind, swapped)
        self._enrol(kind, plain, as_new=False)
        return {
            "kind": kind.name,
            "pairs": set(pairs),
            "swaps": dict(zip(rows, positions, strict=True)),
        }

    def _enrol(
        self, kind: QueryKind, persons: npt.NDArray[np.int64], *, as_new: bool
    ) -> list[tuple[int, int]]:
        queries = tenprint_queries(self._dataset, kind, persons)
        rows = self._add(queries, as_new=as_new)
        return list(zip(persons.tolist(), rows.tolist(), strict=True))

    def _enrol_swapped(
        self, kind: QueryKind, persons: npt.NDArray[np.int64]
    ) -> tuple[list[int], list[tuple[int, int]]]:
        queries = tenprint_queries(self._dataset, kind, persons)
        vectors, presence = queries.vectors.copy(), queries.presence.copy()
        positions = []
        for row in range(len(persons)):
            pair = np.sort(self._rng.choice(np.flatnonzero(presence[row]), 2, replace=False))
            vectors[row, pair] = vectors[row, pair[::-1]]
            positions.append((int(pair[0]) + 1, int(pair[1]) + 1))
        self._add(replace(queries, vectors=vectors), as_new=False)
        return persons.tolist(), positions

    def _add(self, queries: Queries, *, as_new: bool) -> npt.NDArray[np.int64]:
        """Enrol captures, each of a new person or of its own; return the rows."""
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
    everybody = index.held_rows()
    began, cpu = time.perf_counter(), time.process_time()
    pairs = {
        found.person_rows
        for start in range(0, len(everybody), _PEOPLE_AT_ONCE)
        for found in probable_duplicates(index, everybody[start:][:_PEOPLE_AT_ONCE])
    }
    duplicates_s, duplicates_cpu_s = time.perf_counter() - began, time.process_time() - cpu
    began = time.perf_counter()
    swaps = {(found.person_row, found.positions) for found in probable_swaps(index, everybody)}
    swaps_s = time.perf_counter() - began
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
        "duplicates_s": duplicates_s,
        "duplicates_cpu_s": duplicates_cpu_s,
        "swaps_s": swaps_s,
    }


def _say(result: dict[str, Any]) -> None:
    for row in result["rows"]:
        print(
            f"{row['kind']:<24} duplicates {row['duplicate_recall']:7.1%}"
            f"   exchanges {row['swap_recall']:7.1%}"
        )
    print(
        f"false alarms: {result['false_duplicates']} pairs among {result['captures']:,} captures, "
        f"{result['false_swaps']} exchanges among {result['bookings_compared']:,} second bookings"
    )
    print(
        f"{result['duplicates_cpu_s'] / result['captures'] * 1e3:.2f} ms CPU per capture, "
        f"{result['duplicates_s'] + result['swaps_s']:.0f} s in total"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks integrity", description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000, help="people in the gallery")
    parser.add_argument(
        "--planted", type=int, default=200, help="second captures per kind and fault"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file for the result")
    return parser
