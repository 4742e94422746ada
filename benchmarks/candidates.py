"""Candidate search beside exact search: recall, speed, size, changes.

Mark searches of unknown finger cover ten vectors a person; those of known finger one. Both designs
search the same vectors in one process on one thread. Rows name the design: `identlink` (ours,
through its public interface) or `flat` (FAISS IndexFlatIP over float32). With `--law` recall is
measured beside exact search under a law of templates; the exit code is 1 where it differs by more
than a hundredth.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.laws import LAWS
from benchmarks.machine import private_bytes
from benchmarks.runner import Benchmark, Column, Options, Result, rows_table
from benchmarks.search.datasets import (
    FORMAT,
    MARK_KINDS,
    TENPRINT_KINDS,
    Dataset,
    MarkQueries,
    Purpose,
    Queries,
    encounters,
    finger_vectors,
    mark_queries,
    opened_index,
    tenprint_queries,
)
from benchmarks.search.other_laws import law_table, recall_under
from benchmarks.search.timing import (
    BATCH,
    changes_of_index,
    costs_in_company,
    timed,
    two_thread_ratios,
)
from benchmarks.search.truth import ExactRanks, Recall, ranks_in, recall_of, relative
from domain.captures import FINGER_COUNT
from indexing.gallery_index import GalleryIndex
from indexing.vector_index import FlatScan

K = 100
KNOWN_COLUMN = 1
"""The finger of searches at a known position: the right index finger."""
TEN, KNOWN, UNKNOWN = "ten", "known", "unknown"
_SPARE = 10
"""Additional vectors requested from finger indexes, since a person may be found twice."""
_FLAT_BYTES = 2_000_000_000
"""Memory limit of the exact baseline; beyond it the baseline is left out."""
_SLOW_SINGLES = 50
"""Number of timed single searches of the exact baseline; its times hardly vary."""
_BLAS_THRESHOLDS = (128_000, 1000, 20)
_MOST_LOST = 0.01
"""Recall @100 that the index may miss of exact search, under every law."""


@dataclass(frozen=True, kw_only=True)
class CandidatesOptions(Options):
    """The options of `python -m benchmarks candidates`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    queries: Annotated[int, "searches of each kind"] = 200
    seed: Annotated[int, "seed of the population"] = 2
    law: Annotated[str, "recall beside exact search under a law", {"choices": ["all", *LAWS]}] = ""

    @property
    def dataset(self) -> Dataset:
        """The people."""
        return Dataset(self.persons, self.seed)


def measured(options: CandidatesOptions) -> Result:
    """Return rows, changes, threads, company, memory, and the duration of each stage."""
    with tempfile.TemporaryDirectory(prefix="candidates-") as scratch:
        return _Contest(options, Path(scratch)).run()


def _under_laws(options: CandidatesOptions) -> Result:
    names = tuple(LAWS) if options.law == "all" else (options.law,)
    found = recall_under(names, options.persons, options.queries, options.seed)
    return {"persons": options.persons, **found}


@dataclass(frozen=True, slots=True)
class _Design:
    name: str
    bytes_per_person: float
    build_s: float


@dataclass(slots=True)
class _Flat:
    """FAISS IndexFlatIP with the BLAS threshold that suits each batch size."""

    scan: FlatScan
    thresholds: dict[int, int]
    """By batch size; the nearest measured one applies."""

    def search(self, queries: Sequence[npt.NDArray[np.float32]]) -> list[npt.NDArray[np.int64]]:
        """Search with the setting chosen on the tuning queries."""
        nearest = min(self.thresholds, key=lambda size: abs(size - len(queries)))
        threshold = self.thresholds[nearest]
        return list(
            self.scan.search(np.stack(queries), K + _SPARE, blas_threshold=threshold).places
        )


class _Contest:
    """Builds everything once and measures design by design."""

    def __init__(self, options: CandidatesOptions, scratch: Path) -> None:
        self._persons, self._dataset = options.persons, options.dataset
        self._index_place = scratch / "index"
        self._rows: list[dict[str, Any]] = []
        dataset, persons = (
            self._dataset,
            options.dataset.queried(Purpose.REPORTING, options.queries),
        )
        self._tuned = dataset.queried(Purpose.TUNING, options.queries)
        self._tenprints = [tenprint_queries(dataset, kind, persons) for kind in TENPRINT_KINDS]
        self._marks = {
            finger: [mark_queries(dataset, kind, persons, column=column) for kind in MARK_KINDS]
            for finger, column in ((UNKNOWN, None), (KNOWN, KNOWN_COLUMN))
        }

    def run(self) -> Result:
        """Return the figures of both designs."""
        _tell("exact ranks")
        self._rank_exactly()
        _tell("identlink: building")
        index, build_s = self._built_index()
        _tell("identlink: searching")
        ours = _Design("identlink", index.statistics().bytes_on_disk / len(index), build_s)
        memory = self._contest_index(index, ours)
        asked = self._tenprints[1].tenprints(), self._marks[UNKNOWN][2].probes(())
        company = costs_in_company(index, *asked)
        changes = changes_of_index(index, self._dataset)
        index.close()
        _tell("two threads")
        ratios = two_thread_ratios(self._index_place, *asked)
        _tell("flat")
        missing = [*self._contest_flat_fingers(), *self._contest_flat_tenprints()]
        return {
            "rows": self._rows,
            "changes": [changes],
            "two_threads": ratios,
            "company": company,
            "memory": memory,
            "missing": missing,
        }

    def _rank_exactly(self) -> None:
        marks: list[tuple[MarkQueries, int | None]] = [(q, None) for q in self._marks[UNKNOWN]]
        marks += [(q, KNOWN_COLUMN) for q in self._marks[KNOWN]]
        ten, found = ExactRanks(self._dataset).of(self._tenprints, marks)
        kinds = len(MARK_KINDS)
        ranks = {TEN: ten, UNKNOWN: found[:kinds], KNOWN: found[kinds:]}
        self._truth = {finger: list(map(recall_of, each)) for finger, each in ranks.items()}

    def _built_index(self) -> tuple[GalleryIndex, float]:
        """Build our index and return it with its build time, without the generator's."""
        index = opened_index(self._index_place)
        spent = 0.0
        for number, captures in enumerate(self._dataset.chunks(), 1):
            batch = encounters(captures)
            start = time.perf_counter()
            index.add(batch, cursor=number)
            spent += time.perf_counter() - start
        start = time.perf_counter()
        index.compact()
        return index, spent + time.perf_counter() - start

    def _contest_index(self, index: GalleryIndex, design: _Design) -> dict[str, float]:
        memory = {"before": private_bytes() / 1e6}
        index.warm(marks=False)
        for tenprints, truth in zip(self._tenprints, self._truth[TEN], strict=True):
            times, hits = timed(
                tenprints.tenprints(), lambda probes: index.search_tenprints(probes, k=K)
            )
            self._add(design, TEN, tenprints, truth, (times, [one.person_rows for one in hits]))
        memory["tenprint_search"] = private_bytes() / 1e6
        index.warm(marks=True)
        for finger, marks in self._marks.items():
            positions = (KNOWN_COLUMN + 1,) if finger == KNOWN else ()
            for queries, truth in zip(marks, self._truth[finger], strict=True):
                times, hits = timed(
                    queries.probes(positions), lambda probes: index.search_marks(probes, k=K)
                )
                answers = [one.person_rows for one in hits]
                self._add(design, finger, queries, truth, (times, answers))
        memory["with_mark_search"] = private_bytes() / 1e6
        return memory

    def _contest_flat_fingers(self) -> Iterator[str]:
        """Search with single fingers; yield a sentence for each set that is too large."""
        tuning = mark_queries(self._dataset, MARK_KINDS[0], self._tuned, column=KNOWN_COLUMN)
        for finger, marks in self._marks.items():
            columns = (KNOWN_COLUMN,) if finger == KNOWN else range(FINGER_COUNT)
            if self._is_too_large(len(columns)):
                yield f"flat for marks of {len(columns)} fingers: too large"
                continue
            fingers = finger_vectors(self._dataset, columns)
            baseline, design = self._flat(fingers.vectors, tuning.vectors)
            for queries, truth in zip(marks, self._truth[finger], strict=True):
                times, found = timed(list(queries.vectors), baseline.search, singles=_SLOW_SINGLES)
                answers = [fingers.persons[places] for places in found]
                self._add(design, finger, queries, truth, (times, answers))

    def _contest_flat_tenprints(self) -> Iterator[str]:
        """Search concatenated captures, each scaled by the root of its fingers."""
        if self._is_too_large(FINGER_COUNT):
            yield "flat for tenprints: too large"
            return
        rows = [
            c.prints.vectors.reshape(len(c), -1)
            / np.sqrt(np.maximum(c.prints.presence.sum(axis=1), 1))[:, None]
            for c in self._dataset.chunks()
        ]
        whole = [q.vectors.reshape(len(q.persons), -1) for q in self._tenprints]
        baseline, design = self._flat(np.concatenate(rows).astype(np.float32), whole[0])
        for queries, truth, flattened in zip(
            self._tenprints, self._truth[TEN], whole, strict=True
        ):
            found = timed(list(flattened), baseline.search, singles=_SLOW_SINGLES)
            self._add(design, TEN, queries, truth, found)

    def _is_too_large(self, fingers: int) -> bool:
        return self._persons * fingers * FORMAT.template.dimension * 4 > _FLAT_BYTES

    def _flat(
        self, vectors: npt.NDArray[np.float32], tuning: npt.NDArray[np.float32]
    ) -> tuple[_Flat, _Design]:
        """Build the baseline and choose its settings on the tuning queries."""
        start = time.perf_counter()
        scan = FlatScan(vectors)
        design = _Design("flat", vectors.nbytes / self._persons, time.perf_counter() - start)
        thresholds = {}
        for size in (1, BATCH):
            times = {one: _flat_time(scan, tuning[:size], one) for one in _BLAS_THRESHOLDS}
            thresholds[size] = min(times, key=times.__getitem__)
        return _Flat(scan, thresholds), design

    def _add(
        self,
        design: _Design,
        finger: str,
        queries: Queries | MarkQueries,
        truth: Recall,
        found: Any,
    ) -> None:
        """Add a row for searches: their times, and the persons that they answered with."""
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
                "design": design.name,
                **{f"recall_{cut}": share for cut, share in asdict(reached).items()},
                "recall_relative_to_exact": relative(reached, truth),
                **{f"exact_{cut}": share for cut, share in asdict(truth).items()},
                **asdict(times),
                "bytes_per_person": design.bytes_per_person,
                "build_s": design.build_s,
            }
        )


def _tell(stage: str) -> None:
    print(stage, file=sys.stderr, flush=True)


def _flat_time(scan: FlatScan, queries: npt.NDArray[np.float32], threshold: int) -> float:
    def once() -> float:
        start = time.perf_counter()
        scan.search(queries, K, blas_threshold=threshold)
        return time.perf_counter() - start

    return min(once() for _ in range(3))


_RECALL_AND_SPEED = (
    Column("@1/@10/@100", "{recall_at_1:.3f}/{recall_at_10:.3f}/{recall_at_100:.3f}"),
    Column("exact", "{exact_at_1:.3f}/{exact_at_10:.3f}/{exact_at_100:.3f}"),
    Column("p50/p99 ms", "{p50_ms:.2f}/{p99_ms:.2f}"),
    Column("queries/s at 64", "qps_batch64", ".0f"),
)
_COLUMNS = (
    Column("search", "kind"),
    Column("impression", "impression"),
    *_RECALL_AND_SPEED,
    Column("`flat` p50 ms", "{flat[p50_ms]:.2f}"),
    Column("`flat` queries/s at 64", "{flat[qps_batch64]:.0f}"),
)


def candidates_tables(result: Result) -> str:
    """Return identlink beside exact search; then changes, threads, memory, what was left out."""
    ours, exhaustive = (_by_search(result["rows"], name) for name in ("identlink", "flat"))
    rows = [
        row | {"kind": _kind(row)} | ({"flat": exhaustive[key]} if key in exhaustive else {})
        for key, row in ours.items()
    ]
    return f"{rows_table(_COLUMNS, rows)}\n\n{_remarks(result, next(iter(ours.values())))}"


def _by_search(rows: Sequence[Result], design: str) -> dict[tuple[str, str, str], Result]:
    return {
        (row["search"], row["finger"], row["impression"]): row
        for row in rows
        if row["design"] == design
    }


def _kind(row: Result) -> str:
    return row["search"] if row["finger"] == TEN else f"mark, finger {row['finger']}"


def _remarks(result: Result, ours: Result) -> str:
    """Return changes, threads, company, memory and size as a list, and what was left out."""
    memory = result["memory"]
    changes = next(one for one in result["changes"] if one["design"] == "identlink")
    lines = [
        f"identlink: {changes['inserts_per_s']:.0f} additions/s one by one,"
        f" {changes['erasures_per_s']:.0f} erasures/s ({changes['unit']}); erased bytes do not"
        " stay",
        "Two threads beside one: "
        + ", ".join(f"{name} {ratio:.2f}x" for name, ratio in result["two_threads"].items()),
        *_company(result.get("company", ())),
        f"Private memory: {memory['before']:.0f} MB before, {memory['tenprint_search']:.0f} MB"
        f" after tenprint searches, {memory['with_mark_search']:.0f} MB with mark search",
        f"{ours['bytes_per_person']:.0f} bytes a person, built in {ours['build_s']:.1f} s",
        *(f"Not measured: {one}" for one in result["missing"]),
    ]
    return "\n".join(f"- {line}." for line in lines)


def _company(rows: Sequence[Result]) -> list[str]:
    """Return a line for each kind of search that was looked up together with others."""
    by_search = [(name, list(members)) for name, members in groupby(rows, lambda r: r["search"])]
    return [
        f"CPU ms a {name}, looked up {'/'.join(str(one['together']) for one in members)} together:"
        f" {'/'.join(format(one['cpu_ms'], '.2f') for one in members)}"
        for name, members in by_search
    ]


_UNDER_LAWS = Benchmark(
    name="candidates",
    kind="candidates under laws",
    options=CandidatesOptions,
    measure=_under_laws,
    show=lambda result: law_table(result["rows"]),
    is_met=lambda result: round(result["lowest_difference"], 6) >= -_MOST_LOST,
    digest=lambda options: options.dataset.digest,
    has_one_thread=True,
)
main = Benchmark(
    name="candidates",
    options=CandidatesOptions,
    measure=measured,
    show=candidates_tables,
    digest=lambda options: options.dataset.digest,
    has_one_thread=True,
    modes={"law": _UNDER_LAWS},
).main
