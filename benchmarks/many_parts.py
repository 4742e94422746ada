"""Simulates a gallery of a hundred million: one real part answers for a hundred hosts.

Real are the part with its scans, comparisons and answers, the questions, and the process that
queries all parts and joins their answers. The hosts are simulated: the one part works each search
for host after host, and only the slowest host of each round counts, as if all worked at once. Each
host holds other people. One has the person sought; every other host gets a probe of a stranger of
its own, so that its answer is as large, and as similar, as one about other people's prints. The
network between hosts is left out; each round adds one round trip. Each search is made three times:
worked by the part and recorded; answered from the record, to measure the processor time of
joining; and answered from the record again, to measure the memory.
"""

import tempfile
import threading
import time
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from benchmarks.machine import Watch
from benchmarks.runner import Benchmark, Options, Result, rows_table
from benchmarks.search import datasets
from benchmarks.search.timing import LATENT, PLAIN
from domain.arrays import Float32s, Int64s
from indexing.files.snapshots import Snapshot
from indexing.gallery_index import GalleryIndex
from indexing.manifests import Kind
from indexing.parts.held_part import OpenSearch
from indexing.parts.part_protocol import SearchStep, Share, Worked
from indexing.parts.replicated import PartsSearcher, Patience
from indexing.placing import even_maps
from indexing.searching.part_search import Ahead, PartHits
from indexing.searching.questions import Question

_THREADS = 64
"""As many threads ask the parts as in the service."""


@dataclass(frozen=True, kw_only=True)
class ManyPartsOptions(Options):
    """The options of `python -m benchmarks many-parts`."""

    persons: Annotated[int, "people in the real part"] = 1_000_000
    parts: Annotated[int, "simulated hosts, each with a part of that size"] = 100
    queries: Annotated[int, "searches of each kind"] = 50
    seed: Annotated[int, "seed of the people"] = 1
    directory: Annotated[Path | None, "where the part is built"] = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer of one host in one round."""

    worked: Worked
    cpu_s: float
    sent_bytes: int
    """The arrays of question and answer."""


@dataclass(slots=True)
class _Hosts:
    """All hosts, simulated by one part."""

    snapshot: Snapshot
    shares: Sequence[Share]
    values: Sequence[Float32s] = ()
    """The probe of each host, in the form of `Question.values`."""
    answers: dict[tuple[int, int], _Answer] = field(default_factory=dict)
    """The answers by host and round."""
    is_recorded: bool = False
    _open: dict[str, OpenSearch] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, values: Sequence[Float32s]) -> None:
        """Forget the previous search, and record the next one."""
        self.values, self.is_recorded = values, False
        self.answers.clear()
        self._open.clear()

    def work(
        self, number: int, ticket: str, question: Question | None, steps: Sequence[SearchStep]
    ) -> Worked:
        """Answer for one host, as `HeldPart.work` does."""
        at = (number, len(steps))
        if self.is_recorded:
            return self.answers[at].worked
        with self._turn:
            begun = time.thread_time()
            if question is not None:
                own = replace(question, values=self.values[number])
                sources = {kind: shelf.sources for kind, shelf in self.snapshot.shelves.items()}
                self._open[ticket] = OpenSearch(self.shares[number], own.opened(sources))
            worked = self._open[ticket].work(steps)
            cpu_s = time.thread_time() - begun
        worked = _of_host(worked, number * self.snapshot.shelves[Kind.TENPRINTS].count)
        size = _array_bytes(question) + _array_bytes(worked)
        self.answers[at] = _Answer(worked, cpu_s, size)
        return worked


@dataclass(frozen=True, slots=True)
class _Host:
    """See `replicated.Replica`."""

    number: int
    hosts: _Hosts

    @property
    def name(self) -> str:
        return f"host {self.number}"

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        """Answer at once."""
        if method != "work":
            raise ValueError(method)
        ticket, _, question, steps, _ = arguments
        done: Future[Any] = Future()
        done.set_result(self.hosts.work(self.number, ticket, question, steps))
        return done


def _of_host(worked: Worked, first_row: int) -> Worked:
    """Return an answer as if about the people of a host, whose rows begin at `first_row`."""
    found = [_moved(one, first_row) for one in worked.found]
    ahead = [
        replace(_moved(one, first_row), unscanned=_moved(one.unscanned, first_row))
        for one in worked.ahead
    ]
    return replace(worked, found=found, ahead=ahead)


def _moved(one: Any, first_row: int) -> Any:
    if not isinstance(one, PartHits | Ahead):
        return one
    persons, encounters = one.person_rows + first_row, one.encounter_rows + first_row
    return replace(one, person_rows=persons, encounter_rows=encounters)


def _array_bytes(message: Any) -> int:
    """Return the size of all arrays in a message; everything else in it is small."""
    if isinstance(message, np.ndarray):
        return message.nbytes
    if is_dataclass(message):
        return sum(_array_bytes(getattr(message, each.name)) for each in fields(message))
    if isinstance(message, list | tuple):
        return sum(map(_array_bytes, message))
    return 0


def measured(options: ManyPartsOptions) -> Result:
    """Build the part, make the searches, and return the figures."""
    dataset = datasets.Dataset(options.persons, options.seed)
    with tempfile.TemporaryDirectory(prefix="many-parts-", dir=options.directory) as folder:
        index = datasets.filled_index(Path(folder) / "part", dataset, Watch())
        index.compact()
        index.warm(marks=True)
        try:
            rows = [_searched(index, dataset, options, kind) for kind in ("tenprint", "mark")]
        finally:
            index.close()
    return {"persons": options.persons, "parts": options.parts, "rows": rows}


def _searched(
    index: GalleryIndex, dataset: datasets.Dataset, options: ManyPartsOptions, kind: str
) -> Result:
    persons = dataset.queried(datasets.Purpose.REPORTING, options.queries)
    probes = _questions(dataset, kind, persons)
    strangers = _questions(dataset, kind, dataset.persons + np.arange(options.parts))
    hosts = _Hosts(index.snapshot, _shares(index, options.parts))
    searcher = PartsSearcher(datasets.FORMAT.index, _THREADS, Patience(deadline_s=600.0))
    rng = np.random.default_rng([options.seed, 80])
    one = [_searched_once(hosts, searcher, probes[0], 0, strangers)]
    for probe, person in zip(probes, persons, strict=True):
        home = int(rng.integers(options.parts))
        found = _searched_once(hosts, searcher, probe, home, strangers)
        found["is_listed"] = person + home * dataset.persons in found.pop("listed")
        one.append(found)
    searcher.close()
    # The first search learns how much passes the filter, with a round more.
    return {"kind": kind, "searches": len(probes), **_summed(one[1:])}


def _questions(dataset: datasets.Dataset, kind: str, persons: Int64s) -> Sequence[Question]:
    if kind == "tenprint":
        tenprints = datasets.tenprint_queries(dataset, PLAIN, persons).tenprints()
        return [datasets.question_about(each) for each in tenprints]
    marks = datasets.mark_queries(dataset, LATENT, persons, column=None).probes(())
    return [datasets.question_about(each) for each in marks]


def _shares(index: GalleryIndex, parts: int) -> Sequence[Share]:
    snapshot, codec = index.snapshot, index.codec
    return [
        Share(
            version=1,
            number=number,
            buckets=buckets,
            identity=snapshot.identity,
            codec="" if codec is None else codec.digest,
            cursor=snapshot.cursor,
            contents=tuple(snapshot.shelves[kind].content for kind in Kind),
            counts=tuple(snapshot.shelves[kind].count for kind in Kind),
        )
        for number, buckets in enumerate(even_maps(parts))
    ]


def _searched_once(
    hosts: _Hosts,
    searcher: PartsSearcher,
    question: Question,
    home: int,
    strangers: Sequence[Question],
) -> Result:
    values = [each.values for each in strangers]
    values[home] = question.values
    hosts.prepare(values)
    replicas = [[_Host(number, hosts)] for number in range(len(strangers))]

    def search() -> list[int]:
        at = hosts.snapshot.cursor
        (hits,) = searcher.search(replicas, question, k=datasets.K, at=at)
        return [int(row) for row in hits.person_rows]

    listed = search()
    hosts.is_recorded = True
    begun = time.process_time()
    again = search()
    joining_s = time.process_time() - begun
    tracemalloc.start()
    search()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if again != listed:
        raise ValueError("The record does not repeat the search.")
    return {
        "listed": listed,
        "joining_ms": joining_s * 1e3,
        "slowest_ms": sum(_slowest_s(hosts)) * 1e3,
        "rounds": len(_slowest_s(hosts)),
        "messages": len(hosts.answers),
        "sent_bytes": sum(one.sent_bytes for one in hosts.answers.values()),
        "peak_bytes": peak,
    }


def _slowest_s(hosts: _Hosts) -> Sequence[float]:
    """Return the time of the slowest host in each round."""
    rounds = sorted({round_ for _, round_ in hosts.answers})
    return [
        max(one.cpu_s for (_, at), one in hosts.answers.items() if at == each) for each in rounds
    ]


def _summed(found: Sequence[Result]) -> Result:
    whole = [one["slowest_ms"] + one["joining_ms"] for one in found]
    return {
        "listed": int(sum(one["is_listed"] for one in found)),
        "p50_ms": float(np.percentile(whole, 50)),
        "p99_ms": float(np.percentile(whole, 99)),
        "slowest_p50_ms": float(np.median([one["slowest_ms"] for one in found])),
        "joining_p50_ms": float(np.median([one["joining_ms"] for one in found])),
        "rounds": float(np.mean([one["rounds"] for one in found])),
        "messages": float(np.mean([one["messages"] for one in found])),
        "sent_mb": float(np.median([one["sent_bytes"] for one in found])) / 1e6,
        "peak_mb": float(np.max([one["peak_bytes"] for one in found])) / 1e6,
    }


def many_parts_table(result: Result) -> str:
    """Return the times, rounds, messages and memory of each kind of search."""
    people = f"{result['parts']} simulated hosts of {result['persons']:,} people each:"
    return f"{people}\n\n{rows_table('many parts', result['rows'])}"


main = Benchmark(
    measure=measured,
    show=many_parts_table,
    digest=lambda options: datasets.Dataset(options.persons, options.seed).digest,
    has_one_thread=True,
).main
