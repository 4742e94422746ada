"""Other people's indexes over the same finger vectors, each behind the same few methods."""

from __future__ import annotations

import hashlib
import importlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexing.vector_index import FlatScan

CONNECTIVITY = 32
EXPANSION_ADD = 200
EXPANSIONS = (50, 100, 200, 400, 800, 1600, 3200, 6400)
"""Search expansions (`ef`) to try."""


@dataclass(slots=True)
class Flat:
    """IndexFlatIP with the BLAS threshold that suits each batch size."""

    scan: FlatScan
    thresholds: dict[int, int]
    """By batch size; the nearest measured one applies."""
    build_s: float
    size_bytes: int
    name: str = "flat"

    def search(self, queries: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.int64]:
        """Search with the setting chosen on the tuning queries."""
        nearest = min(self.thresholds, key=lambda size: abs(size - len(queries)))
        found = self.scan.search(queries, k, blas_threshold=self.thresholds[nearest])
        return found.places


_BLAS_THRESHOLDS = (128_000, 1000, 20)


def flat(vectors: npt.NDArray[np.float32], tuning: npt.NDArray[np.float32], batch: int) -> Flat:
    """Build the baseline and choose its settings on the tuning queries."""
    start = time.perf_counter()
    scan = FlatScan(vectors)
    build_s = time.perf_counter() - start
    thresholds = {}
    for size in (1, batch):
        queries = tuning[:size]
        times = {t: _flat_time(scan, queries, t) for t in _BLAS_THRESHOLDS}
        thresholds[size] = min(times, key=times.__getitem__)
    return Flat(scan, thresholds, build_s, vectors.nbytes)


def _flat_time(scan: FlatScan, queries: npt.NDArray[np.float32], threshold: int) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        scan.search(queries, 100, blas_threshold=threshold)
        times.append(time.perf_counter() - start)
    return min(times)


@dataclass(frozen=True, slots=True)
class GraphShelf:
    """A directory of built graphs, each named by its kind and by the digest of its vectors.

    A graph of a million vectors takes longer to build than to test.
    """

    directory: Path

    def filled(
        self,
        name: str,
        vectors: npt.NDArray[np.float32],
        *,
        fill: Callable[[], object],
        save: Callable[[str], object],
        load: Callable[[str], object],
    ) -> tuple[float, int]:
        """Load the graph of these vectors, or build and keep it.

        Return the seconds its building took, now or earlier, and the bytes of its file. Seconds
        are processor time of all threads together, which other load hardly disturbs.
        """
        digest = hashlib.sha256(np.ascontiguousarray(vectors).data).hexdigest()
        path = self.directory / f"{name}-{digest[:16]}.bin"
        built = path.with_suffix(".json")
        if built.exists():
            load(str(path))
            return float(json.loads(built.read_text())["build_s"]), path.stat().st_size
        start = time.process_time()
        fill()
        build_s = time.process_time() - start
        save(str(path))
        # Written last: a graph without it is incomplete and is built again.
        built.write_text(json.dumps({"build_s": build_s}))
        return build_s, path.stat().st_size


class Hnswlib:
    """hnswlib: a graph over float32 vectors."""

    name = "hnswlib"

    def __init__(self, vectors: npt.NDArray[np.float32], threads: int, shelf: GraphShelf) -> None:
        """Build the graph with `threads` threads, or load it from the shelf; searches use one."""
        hnswlib = importlib.import_module("hnswlib")
        self._index: Any = hnswlib.Index(space="ip", dim=vectors.shape[1])
        self._next = len(vectors)
        room = len(vectors) + _CHANGES

        def fill() -> None:
            self._index.init_index(
                max_elements=room, M=CONNECTIVITY, ef_construction=EXPANSION_ADD
            )
            self._index.add_items(vectors, np.arange(len(vectors)), num_threads=threads)

        self.build_s, self.size_bytes = shelf.filled(
            self.name,
            vectors,
            fill=fill,
            save=self._index.save_index,
            load=lambda path: self._index.load_index(path, max_elements=room),
        )

    def expand(self, expansion: int) -> None:
        """Set the search expansion."""
        self._index.set_ef(expansion)

    def search(self, queries: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.int64]:
        """Search with the expansion set, on one thread."""
        labels, _ = self._index.knn_query(queries, k=k, num_threads=1)
        return np.asarray(labels, dtype=np.int64)

    def change(self, vectors: npt.NDArray[np.float32]) -> tuple[float, float]:
        """Add one by one, then mark each as deleted (its bytes stay)."""
        return _rates(
            len(vectors),
            lambda at: self._index.add_items(
                vectors[at][None, :], np.array([self._next + at]), num_threads=1
            ),
            lambda at: self._index.mark_deleted(self._next + at),
        )


class Usearch:
    """usearch: a graph over float32 vectors."""

    name = "usearch"

    def __init__(self, vectors: npt.NDArray[np.float32], threads: int, shelf: GraphShelf) -> None:
        """Build the graph with `threads` threads, or load it from the shelf; searches use one."""
        usearch = importlib.import_module("usearch.index")
        self._index: Any = usearch.Index(
            ndim=vectors.shape[1],
            metric="ip",
            dtype="f32",
            connectivity=CONNECTIVITY,
            expansion_add=EXPANSION_ADD,
        )
        self._next = len(vectors)
        self.build_s, self.size_bytes = shelf.filled(
            self.name,
            vectors,
            fill=lambda: self._index.add(np.arange(len(vectors)), vectors, threads=threads),
            save=self._index.save,
            load=self._index.load,
        )

    def expand(self, expansion: int) -> None:
        """Set the search expansion."""
        self._index.expansion_search = expansion

    def search(self, queries: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.int64]:
        """Search with the expansion set, on one thread."""
        if len(queries) == 1:
            keys = np.asarray(self._index.search(queries[0], k, threads=1).keys, dtype=np.int64)
            return keys[None, :]
        return np.asarray(self._index.search(queries, k, threads=1).keys, dtype=np.int64)

    def change(self, vectors: npt.NDArray[np.float32]) -> tuple[float, float]:
        """Add one by one, then remove each (a tombstone)."""
        return _rates(
            len(vectors),
            lambda at: self._index.add(self._next + at, vectors[at], threads=1),
            lambda at: self._index.remove(self._next + at),
        )


class Pgvector:
    """pgvector's HNSW index on a PostgreSQL server given by its URL."""

    name = "pgvector"

    def __init__(self, vectors: npt.NDArray[np.float32], url: str) -> None:
        """Copy the vectors into a temporary table and build the index."""
        psycopg = importlib.import_module("psycopg")
        self._connection: Any = psycopg.connect(url, autocommit=True)
        start = time.perf_counter()
        with self._connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            cursor.execute(f"CREATE TEMP TABLE fingers (id int, v vector({vectors.shape[1]}))")
            with cursor.copy("COPY fingers FROM STDIN") as copy:
                for row, vector in enumerate(vectors):
                    copy.write_row((row, _as_text(vector)))
            cursor.execute(
                "CREATE INDEX fingers_v ON fingers USING hnsw (v vector_ip_ops) "
                f"WITH (m = {CONNECTIVITY}, ef_construction = {EXPANSION_ADD})"
            )
            cursor.execute("SELECT pg_total_relation_size('fingers')")
            self.size_bytes = int(cursor.fetchone()[0])
        self.build_s = time.perf_counter() - start
        self._next = len(vectors)

    def expand(self, expansion: int) -> None:
        """Set the search expansion, which pgvector caps at 1000."""
        self._connection.execute(f"SET hnsw.ef_search = {min(expansion, 1000)}")

    def search(self, queries: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.int64]:
        """Search one query after the other."""
        answers = []
        for query in queries:
            rows = self._connection.execute(
                "SELECT id FROM fingers ORDER BY v <#> %s::vector LIMIT %s", (_as_text(query), k)
            ).fetchall()
            places = [int(row[0]) for row in rows]
            answers.append(places + places[-1:] * (k - len(places)))
        return np.array(answers, dtype=np.int64)

    def change(self, vectors: npt.NDArray[np.float32]) -> tuple[float, float]:
        """Insert one by one, then delete each."""
        insert, delete = "INSERT INTO fingers VALUES (%s, %s)", "DELETE FROM fingers WHERE id = %s"
        execute = self._connection.execute
        return _rates(
            len(vectors),
            lambda at: execute(insert, (self._next + at, _as_text(vectors[at]))),
            lambda at: execute(delete, (self._next + at,)),
        )


_CHANGES = 1000
"""Room for additions in a graph whose size is fixed when it is made."""


def built_rivals(
    vectors: npt.NDArray[np.float32], *, threads: int, shelf: GraphShelf, pgvector_url: str
) -> tuple[list[Any], list[str]]:
    """Build every available rival; return them, and a sentence for each missing one."""
    rivals: list[Any] = []
    missing = []
    for kind in (Hnswlib, Usearch):
        try:
            rivals.append(kind(vectors, threads, shelf))
        except ImportError:
            missing.append(f"{kind.name}: the package is not installed")
    if not pgvector_url:
        return rivals, [*missing, "pgvector: no server was given (--pgvector URL)"]
    try:
        rivals.append(Pgvector(vectors, pgvector_url))
    except Exception as failure:  # noqa: BLE001  # any server error: the rest goes on
        missing.append(f"pgvector: {type(failure).__name__}")
    return rivals, missing


def _as_text(vector: npt.NDArray[np.float32]) -> str:
    return "[" + ",".join(f"{value:.7g}" for value in vector) + "]"


def _rates(
    count: int, add: Callable[[int], object], remove: Callable[[int], object]
) -> tuple[float, float]:
    """Return additions and removals a second, one by one."""
    start = time.perf_counter()
    for at in range(count):
        add(at)
    added = time.perf_counter()
    for at in range(count):
        remove(at)
    return count / (added - start), count / max(time.perf_counter() - added, 1e-9)


def expansions_for(rival: Any, tuning: Sequence[int] = EXPANSIONS) -> Sequence[int]:
    """Return the expansions to try with this rival."""
    return [ef for ef in tuning if ef <= 1000] if rival.name == "pgvector" else tuning
