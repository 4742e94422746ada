"""FAISS, wrapped once: 4-bit product quantisation and the exhaustive fast scan over its codes.

FAISS answers `Any` to mypy and pads with -1; neither leaves this module. The codes of a scan never
change after it is built, so any number of threads may search it. No file of FAISS's own is
written or read: only plain arrays persist (centroids and codes), each under a digest.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

_CENTROIDS = 16
_BITS = 4
_TRAINING_ROUNDS = 25
_TRAINING_SEED = 1234
_TRIAL_SEED = 1234

_LARGE_BYTES = 16 << 20
"""Codes of a scan that the processor's cache does not keep from one search to the next."""
_TRIAL_BYTES = {False: 2 << 20, True: 64 << 20}
"""Codes in the trial of kernels, by whether those of the scan are large."""
_TRIAL_BATCHES = (1, 8)
_TRIAL_RESULTS = {False: 1_000, True: 3_000}
"""Results in the trial: of a million people in a segment, searches want some 2,000 to 5,000."""
_TRIAL_ROUNDS = 5

_this_thread = threading.local()


@dataclass(frozen=True, slots=True)
class Kernel:
    """A way in which FAISS scans; all give the same similarities.

    Which is fastest depends on the processor, on the length of a code, and on whether the codes
    come from its cache or from memory: by up to three quarters either way.
    """

    block: int
    """Codes that lie side by side in memory and are added up together; a multiple of 32."""
    together: int
    """FAISS's number for several queries. 13 and 15 keep candidates in reservoirs, not heaps, and
    a pass over the codes serves several; 13 has code of its own for each number of them."""
    alone: int
    """FAISS's number for one query. Over long codes in memory 13 asks for them too late then."""


KERNELS = (
    Kernel(block=32, together=13, alone=13),
    Kernel(block=32, together=13, alone=15),
    Kernel(block=64, together=15, alone=15),
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The k most similar of one scan for each of q queries, in falling similarity."""

    similarities: npt.NDArray[np.float32]
    """float32 (q, k), approximate."""
    places: npt.NDArray[np.int64]
    """int64 (q, k)."""


def train_centroids(samples: npt.NDArray[np.float32], parts: int) -> npt.NDArray[np.float32]:
    """Return the centroids of `parts` equal groups of components; float32 (parts, 16, d / parts).

    `samples` float32 (n, d), C-contiguous, n >= 16. The same samples give the same centroids.
    """
    _use_one_thread()
    quantiser = faiss.ProductQuantizer(samples.shape[1], parts, _BITS)
    quantiser.cp.niter = _TRAINING_ROUNDS
    quantiser.cp.seed = _TRAINING_SEED
    quantiser.cp.min_points_per_centroid = 1
    quantiser.train(samples)
    values = faiss.vector_to_array(quantiser.centroids)
    return np.asarray(values, dtype=np.float32).reshape(parts, _CENTROIDS, -1)


def encode(
    centroids: npt.NDArray[np.float32], values: npt.NDArray[np.float32]
) -> npt.NDArray[np.uint8]:
    """Return the codes of values float32 (n, d), C-contiguous; uint8 (n, parts / 2)."""
    _use_one_thread()
    codes = _quantiser(centroids).compute_codes(np.ascontiguousarray(values))
    return np.asarray(codes, dtype=np.uint8)


def decoded(
    centroids: npt.NDArray[np.float32], codes: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """Return the values that codes uint8 (n, parts / 2) stand for; float32 (n, d)."""
    values = _quantiser(centroids).decode(np.ascontiguousarray(codes))
    return np.asarray(values, dtype=np.float32)


class FastScan:
    """An immutable exhaustive scan by inner product over the codes of n vectors."""

    def __init__(
        self,
        centroids: npt.NDArray[np.float32],
        codes: npt.NDArray[np.uint8],
        *,
        kernel: Kernel | None = None,
    ) -> None:
        """Pack `codes` uint8 (n, parts / 2) for scanning; the array itself is not kept.

        `kernel` is the machine's fastest for such codes, unless one is named.
        """
        parts, _, part_dimension = centroids.shape
        kernel = kernel or fastest_kernel(parts, is_large=codes.nbytes >= _LARGE_BYTES)
        plain: Any = faiss.IndexPQ(
            parts * part_dimension, parts, _BITS, faiss.METRIC_INNER_PRODUCT
        )
        plain.pq = _quantiser(centroids)
        plain.is_trained = True
        faiss.copy_array_to_vector(np.ascontiguousarray(codes).reshape(-1), plain.codes)
        plain.ntotal = len(codes)
        self._scan: Any = faiss.IndexPQFastScan(plain, kernel.block)
        self._kernel = kernel

    def __len__(self) -> int:
        return int(self._scan.ntotal)

    def search(self, queries: npt.NDArray[np.float32], k: int) -> Found:
        """Return the k places of highest approximate inner product for each query.

        `queries` float32 (q, d), C-contiguous. All places when k exceeds n. Thread-safe.
        """
        _use_one_thread()
        is_alone = len(queries) == 1
        # Another thread may set the other number meanwhile: whichever is read, the same is found.
        self._scan.implem = self._kernel.alone if is_alone else self._kernel.together
        return Found(*self._scan.search(queries, min(k, len(self))))


@cache
def fastest_kernel(parts: int, *, is_large: bool) -> Kernel:
    """Return the kernel that scans codes of this many parts fastest on this machine.

    Tried once in a process: 20 ms, and about a second for large codes, which come from memory.
    """
    rng = np.random.default_rng(_TRIAL_SEED)
    centroids = rng.standard_normal((parts, _CENTROIDS, 2), dtype=np.float32)
    results = _TRIAL_RESULTS[is_large]
    shape = (_TRIAL_BYTES[is_large] // (parts // 2), parts // 2)
    codes = rng.integers(0, 256, shape, dtype=np.uint8)
    queries = rng.standard_normal((max(_TRIAL_BATCHES), 2 * parts), dtype=np.float32)
    scans = {kernel: FastScan(centroids, codes, kernel=kernel) for kernel in KERNELS}
    # In turns, and in processor time: other load of the machine disturbs all alike, or none.
    taken_ns = {kernel: [_trial_ns(scans[kernel], queries, results)] for kernel in KERNELS}
    for _ in range(_TRIAL_ROUNDS):
        for kernel, scan in scans.items():
            taken_ns[kernel].append(_trial_ns(scan, queries, results))
    return min(KERNELS, key=lambda kernel: min(taken_ns[kernel]))


def _trial_ns(scan: FastScan, queries: npt.NDArray[np.float32], results: int) -> int:
    begun_ns = time.thread_time_ns()
    for count in _TRIAL_BATCHES:
        scan.search(queries[:count], results)
    return time.thread_time_ns() - begun_ns


def _quantiser(centroids: npt.NDArray[np.float32]) -> Any:
    parts, _, part_dimension = centroids.shape
    quantiser = faiss.ProductQuantizer(parts * part_dimension, parts, _BITS)
    faiss.copy_array_to_vector(np.ascontiguousarray(centroids).reshape(-1), quantiser.centroids)
    return quantiser


def _use_one_thread() -> None:
    """Keep FAISS on the calling thread.

    The OpenMP setting belongs to each thread, so setting it once at start-up reaches only the
    thread that does it; parallelism is the caller's, over batches and segments.
    """
    if not getattr(_this_thread, "is_single", False):
        faiss.omp_set_num_threads(1)
        _this_thread.is_single = True


class FlatScan:
    """The exact yardstick: every vector in float32, compared with every query.

    Candidate search without codes; only benchmarks and their truth use it, never the service.
    """

    def __init__(self, vectors: npt.NDArray[np.float32]) -> None:
        """Copy `vectors` float32 (n, d), C-contiguous."""
        self._scan: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._scan.add(vectors)

    def __len__(self) -> int:
        return int(self._scan.ntotal)

    def search(
        self, queries: npt.NDArray[np.float32], k: int, *, blas_threshold: int | None = None
    ) -> Found:
        """Return the k places of highest inner product for each query, float32 (q, d).

        `blas_threshold` is the value of queries x dimension from which FAISS calls BLAS:
        since 1.15 its default keeps batches of under 667 queries from BLAS, so a fair measurement
        takes the best setting for each batch size. The setting is global; None leaves it.
        """
        _use_one_thread()
        if blas_threshold is not None:
            faiss.cvar.distance_compute_blas_threshold = blas_threshold
        similarities, places = self._scan.search(queries, min(k, len(self)))
        return Found(similarities, places)
