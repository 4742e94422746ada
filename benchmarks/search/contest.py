"""One contest: the same vectors, the same queries, one design after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from benchmarks.evidencing.laws import LAWS
from benchmarks.machine import private_bytes
from benchmarks.runner import Options
from benchmarks.search.changes import changes_of_index, costs_in_company, two_thread_ratios
from benchmarks.search.datasets import (
    FORMAT,
    MARK_KINDS,
    TENPRINT_KINDS,
    Dataset,
    FingerSet,
    MarkQueries,
    Purpose,
    encounters,
    finger_vectors,
    mark_queries,
    opened_index,
    tenprint_queries,
)
from benchmarks.search.recording import KNOWN, TEN, UNKNOWN, Design, Recorder
from benchmarks.search.rivals import Flat, GraphShelf, built_rivals, expansions_for, flat
from benchmarks.search.timing import BATCH, Stages, timed
from benchmarks.search.truth import ExactRanks, Recall, ranks_in, recall_of
from domain.captures import FINGER_COUNT
from indexing.gallery_index import GalleryIndex

K = 100
KNOWN_COLUMN = 1
"""The finger of searches at a known position: the right index finger."""
_SPARE = 10
"""Additional vectors requested from finger indexes, since a person may be found twice."""
_FLAT_BYTES = 2_000_000_000
"""Memory limit of the exact baseline; beyond it the baseline is left out."""
_EQUAL_RECALL = 0.005
_SLOW_SINGLES = 50
"""Number of timed single searches of the exact baseline; its times hardly vary."""
_RIVAL_KINDS = 3
"""Kinds of marks in the searches of the graphs: rolled, plain, latent."""
_RIVAL_SINGLES = 100


@dataclass(frozen=True, kw_only=True)
class ContestOptions(Options):
    """The options of a contest."""

    persons: Annotated[int, "people enrolled"] = 20_000
    queries: Annotated[int, "searches of each kind"] = 200
    seed: Annotated[int, "seed of the population"] = 2
    graph_vectors: Annotated[
        int, "most finger vectors the graphs are built over; 0 leaves them out"
    ] = 100_000
    build_threads: Annotated[int, "threads the graphs are built with"] = 2
    graphs: Annotated[Path | None, "directory where built graphs are kept for the next run"] = None
    pgvector: Annotated[str, "URL of a PostgreSQL with pgvector"] = ""
    law: Annotated[
        str, "recall beside exact search under a law, no rivals", {"choices": ["all", *LAWS]}
    ] = ""


class Contest:
    """Builds everything once and measures design by design."""

    def __init__(self, options: ContestOptions, dataset: Dataset, scratch: Path) -> None:
        self._options = options
        self._dataset = dataset
        self._scratch = scratch
        self._recorder = Recorder(options.persons)
        self._changes: list[dict[str, Any]] = []

    def run(self, report: Callable[[str], None]) -> dict[str, Any]:
        """Return rows, changes, scaling, missing designs, and the duration of each stage."""
        stages = Stages(report)
        stages.begin("queries")
        self._make_queries()
        stages.begin("exact ranks")
        self._rank_exactly()
        stages.begin("identlink: building")
        index, build_s = self._built_index()
        stages.begin("identlink: searching")
        ours = Design("identlink", index.statistics().bytes_on_disk / len(index), build_s)
        memory = self._contest_index(index, ours)
        company = costs_in_company(index, self._tenprints[1].tenprints(), self._any[2].probes(()))
        self._changes.append(changes_of_index(index, self._dataset))
        stages.begin("two threads")
        index.close()
        ratios = two_thread_ratios(
            self._scratch / "index", self._tenprints[1].tenprints(), self._any[2].probes(())
        )
        stages.begin("flat")
        missing = [*self._contest_flat_fingers(), *self._contest_flat_tenprints()]
        stages.begin("rivals")
        missing += self._contest_rivals()
        return {
            "rows": self._recorder.rows,
            "changes": self._changes,
            "two_threads": ratios,
            "company": company,
            "memory": memory,
            "missing": missing,
            "stages": stages.end(),
        }

    def _make_queries(self) -> None:
        persons = self._dataset.queried(Purpose.REPORTING, self._options.queries)
        tuning = self._dataset.queried(Purpose.TUNING, self._options.queries)
        self._tenprints = [tenprint_queries(self._dataset, k, persons) for k in TENPRINT_KINDS]
        self._any = [mark_queries(self._dataset, k, persons, column=None) for k in MARK_KINDS]
        self._known = [
            mark_queries(self._dataset, k, persons, column=KNOWN_COLUMN) for k in MARK_KINDS
        ]
        self._tuning = [
            mark_queries(self._dataset, k, tuning, column=KNOWN_COLUMN) for k in MARK_KINDS
        ]

    def _rank_exactly(self) -> None:
        marks: list[tuple[MarkQueries, int | None]] = [(q, None) for q in self._any]
        marks += [(q, KNOWN_COLUMN) for q in self._known]
        tenprint_ranks, mark_ranks = ExactRanks(self._dataset).of(self._tenprints, marks)
        self._tenprint_truth = [recall_of(ranks) for ranks in tenprint_ranks]
        recalls = [recall_of(ranks) for ranks in mark_ranks]
        self._any_truth, self._known_truth = recalls[: len(self._any)], recalls[len(self._any) :]

    def _built_index(self) -> tuple[GalleryIndex, float]:
        """Build our index and return it with its build time, without the generator's."""
        index = opened_index(self._scratch / "index")
        spent = 0.0
        for number, captures in enumerate(self._dataset.chunks(), 1):
            batch = encounters(captures)
            start = time.perf_counter()
            index.add(batch, cursor=number)
            spent += time.perf_counter() - start
        start = time.perf_counter()
        index.compact()
        return index, spent + time.perf_counter() - start

    def _contest_index(self, index: GalleryIndex, design: Design) -> dict[str, float]:
        memory = {"before": private_bytes() / 1e6}
        index.warm(marks=False)
        for tenprints, truth in zip(self._tenprints, self._tenprint_truth, strict=True):
            times, hits = timed(
                tenprints.tenprints(), lambda probes: index.search_tenprints(probes, k=K)
            )
            answers = [one.person_rows for one in hits]
            self._recorder.add(design, TEN, tenprints, truth, times=times, answers=answers)
        memory["tenprint_search"] = private_bytes() / 1e6
        index.warm(marks=True)
        for finger, marks, truths in self._mark_sets():
            positions = (KNOWN_COLUMN + 1,) if finger == KNOWN else ()
            for queries, truth in zip(marks, truths, strict=True):
                times, hits = timed(
                    queries.probes(positions), lambda probes: index.search_marks(probes, k=K)
                )
                answers = [one.person_rows for one in hits]
                self._recorder.add(design, finger, queries, truth, times=times, answers=answers)
        memory["with_mark_search"] = private_bytes() / 1e6
        return memory

    def _mark_sets(self) -> list[tuple[str, list[MarkQueries], list[Recall]]]:
        return [
            (UNKNOWN, self._any, self._any_truth),
            (KNOWN, self._known, self._known_truth),
        ]

    def _contest_flat_fingers(self) -> list[str]:
        missing = []
        for finger, marks, truths in self._mark_sets():
            columns = (KNOWN_COLUMN,) if finger == KNOWN else range(10)
            if self._options.persons * len(columns) * FORMAT.template.dimension * 4 > _FLAT_BYTES:
                missing.append(f"flat for marks of {len(columns)} fingers: too large")
                continue
            fingers = finger_vectors(self._dataset, columns)
            baseline = flat(fingers.vectors, self._tuning[0].vectors, BATCH)
            design = self._flat_design(baseline)
            for queries, truth in zip(marks, truths, strict=True):
                times, found = timed(
                    list(queries.vectors), _searcher(baseline), singles=_SLOW_SINGLES
                )
                answers = [fingers.persons[places] for places in found]
                self._recorder.add(design, finger, queries, truth, times=times, answers=answers)
        return missing

    def _contest_flat_tenprints(self) -> list[str]:
        """Search concatenated captures, each scaled by the root of its fingers."""
        if self._options.persons * FINGER_COUNT * FORMAT.template.dimension * 4 > _FLAT_BYTES:
            return ["flat for tenprints: too large"]
        rows = [
            c.prints.vectors.reshape(len(c), -1)
            / np.sqrt(np.maximum(c.prints.presence.sum(axis=1), 1))[:, None]
            for c in self._dataset.chunks()
        ]
        vectors = np.concatenate(rows).astype(np.float32)
        whole = [q.vectors.reshape(len(q.persons), -1) for q in self._tenprints]
        baseline = flat(vectors, whole[0][:BATCH], BATCH)
        design = self._flat_design(baseline)
        for queries, truth, flattened in zip(
            self._tenprints, self._tenprint_truth, whole, strict=True
        ):
            times, found = timed(list(flattened), _searcher(baseline), singles=_SLOW_SINGLES)
            self._recorder.add(design, TEN, queries, truth, times=times, answers=found)
        return []

    def _flat_design(self, baseline: Flat) -> Design:
        each = baseline.size_bytes / self._options.persons
        return Design("flat", each, baseline.build_s)

    def _contest_rivals(self) -> list[str]:
        """Contest the graphs at the known finger, their expansion chosen on tuning queries."""
        if not self._options.graph_vectors:
            return ["hnswlib, usearch, pgvector: left out (--graph-vectors 0)"]
        fingers = finger_vectors(self._dataset, (KNOWN_COLUMN,))
        if len(fingers.vectors) > self._options.graph_vectors:
            return [
                f"hnswlib, usearch, pgvector: {len(fingers.vectors)} vectors are more than"
                f" --graph-vectors {self._options.graph_vectors}"
            ]
        rivals, missing = built_rivals(
            fingers.vectors,
            threads=self._options.build_threads,
            shelf=GraphShelf(self._options.graphs or self._scratch),
            pgvector_url=self._options.pgvector,
        )
        for rival in rivals:
            self._contest_rival(rival, fingers)
        return missing

    def _contest_rival(self, rival: Any, fingers: FingerSet) -> None:
        expansions = expansions_for(rival)
        for number in range(_RIVAL_KINDS):
            queries, truth = self._known[number], self._known_truth[number]
            chosen = self._chosen_expansion(rival, fingers, number)
            for expansion in expansions:
                rival.expand(expansion)
                times, found = timed(
                    list(queries.vectors), _searcher(rival), singles=_RIVAL_SINGLES
                )
                answers = [fingers.persons[places] for places in found]
                design = Design(
                    name=rival.name,
                    bytes_per_person=rival.size_bytes / self._options.persons,
                    build_s=rival.build_s,
                    setting=f"ef={expansion}",
                    is_chosen=expansion == chosen,
                )
                self._recorder.add(design, KNOWN, queries, truth, times=times, answers=answers)
                reached = recall_of(ranks_in(answers, queries.persons))
                if expansion >= chosen and _is_equal(reached, truth):
                    break  # further ones take longer and find no more
        inserts, erasures = rival.change(fingers.vectors[:500])
        self._changes.append(
            {
                "design": rival.name,
                "inserts_per_s": inserts,
                "erasures_per_s": erasures,
                "unit": "finger vectors",
                "bytes_remain_after_erasure": True,
            }
        )

    def _chosen_expansion(self, rival: Any, fingers: FingerSet, number: int) -> int:
        """Return the least expansion that matches exact search on the tuning queries."""
        queries = self._tuning[number]
        exact = flat(fingers.vectors, queries.vectors, BATCH)
        best = _recall(exact, queries, fingers)
        for expansion in expansions_for(rival):
            rival.expand(expansion)
            reached = _recall(rival, queries, fingers)
            if _is_equal(reached, best):
                return expansion
        return expansions_for(rival)[-1]


def _searcher(
    design: Any,
) -> Callable[[Sequence[npt.NDArray[np.float32]]], list[npt.NDArray[np.int64]]]:
    def search(queries: Sequence[npt.NDArray[np.float32]]) -> list[npt.NDArray[np.int64]]:
        return list(design.search(np.stack(queries), K + _SPARE))

    return search


def _recall(design: Any, queries: MarkQueries, fingers: FingerSet) -> Recall:
    found = design.search(np.ascontiguousarray(queries.vectors), K + _SPARE)
    return recall_of(ranks_in([fingers.persons[places] for places in found], queries.persons))


def _is_equal(reached: Recall, exact: Recall) -> bool:
    pairs = zip(reached.values(), exact.values(), strict=True)
    return all(mine >= theirs - _EQUAL_RECALL for mine, theirs in pairs)
