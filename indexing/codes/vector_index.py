"""FAISS, wrapped in one place: 4-bit product quantisation, and exhaustive fast scans of codes.

FAISS returns `Any` to mypy and pads results with -1; neither leaves this module. The codes of a
scan never change after it is built, so any number of threads may search it. No file in FAISS's own
format is written or read: only plain arrays (centroids and codes) are stored, each with a digest.
"""

import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import faiss
import numpy as np

from domain.arrays import Float32s, Int32s, Int64s, UInt8s

_CENTROIDS = 16
_BITS = 4
_TRAINING_ROUNDS = 25
_TRAINING_SEED = 1234
_TRIAL_SEED = 1234

_LARGE_BYTES = 16 << 20
"""Size from which the codes of a scan do not stay in the processor's cache between searches."""
_TRIAL_BYTES = {False: 2 << 20, True: 64 << 20}
"""Bytes of codes in the trial of kernels; the key says whether the codes of the scan are large."""
_TRIAL_BATCHES = (1, 8)
_TRIAL_RESULTS = {False: 1_000, True: 3_000}
"""Number of results in the trial. Searches of a million people need 2,000 to 5,000."""
_TRIAL_ROUNDS = 5

_this_thread = threading.local()


@dataclass(frozen=True, slots=True)
class Kernel:
    """A method by which FAISS scans. All methods give the same similarities.

    Which method is fastest depends on the processor, on the length of a code, and on whether the
    codes come from the cache or from memory. The difference is up to three quarters either way.
    """

    block: int
    """Number of codes that are contiguous in memory and added up together; a multiple of 32."""
    together: int
    """FAISS's `implem` number for several queries. 13 and 15 keep candidates in reservoirs, not
    heaps, and serve several queries with one pass over the codes. 13 has separate machine code for
    each number of queries."""
    alone: int
    """FAISS's `implem` number for one query. 13 fetches long codes in memory too late."""


KERNELS = (
    Kernel(block=32, together=13, alone=13),
    Kernel(block=32, together=13, alone=15),
    Kernel(block=64, together=15, alone=15),
)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The k most similar places of one scan for each of q queries, most similar first."""

    similarities: Float32s
    """float32 (q, k), approximate."""
    places: Int64s
    """int64 (q, k)."""


def train_centroids(samples: Float32s, parts: int) -> Float32s:
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


def encode(centroids: Float32s, values: Float32s) -> UInt8s:
    """Return the codes of values float32 (n, d), C-contiguous; uint8 (n, parts / 2)."""
    _use_one_thread()
    codes = _quantiser(centroids).compute_codes(np.ascontiguousarray(values))
    return np.asarray(codes, dtype=np.uint8)


def decoded(centroids: Float32s, codes: UInt8s) -> Float32s:
    """Return the values that codes uint8 (n, parts / 2) represent; float32 (n, d)."""
    values = _quantiser(centroids).decode(np.ascontiguousarray(codes))
    return np.asarray(values, dtype=np.float32)


def differing_bits(codes: UInt8s, others: UInt8s) -> Int32s:
    """Return in how many bits codes uint8 (q, 16) differ from others (n, 16); int32 (q, n).

    Both must be C-contiguous.
    """
    found = np.empty((len(codes), len(others)), dtype=np.int32)
    pointers = [faiss.swig_ptr(one) for one in (codes, others)]
    # Its declarations lack this function.
    compare: Any = faiss.hammings  # type: ignore[attr-defined]
    compare(*pointers, len(codes), len(others), codes.shape[1], faiss.swig_ptr(found))
    return found


class FastScan:
    """An immutable exhaustive scan by inner product over the codes of n vectors."""

    def __init__(
        self, centroids: Float32s, codes: UInt8s, *, kernel: Kernel | None = None
    ) -> None:
        """Pack `codes` uint8 (n, parts / 2) for scanning. The array itself is not kept.

        `kernel` defaults to the fastest for such codes on this machine.
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

    def search(self, queries: Float32s, k: int) -> Found:
        """Return the k places with the highest approximate inner product for each query.

        `queries` float32 (q, d), C-contiguous. Returns all places if k exceeds n. Thread-safe.
        """
        _use_one_thread()
        is_alone = len(queries) == 1
        # Another thread may set the other number meanwhile. Both numbers give the same result.
        self._scan.implem = self._kernel.alone if is_alone else self._kernel.together
        return Found(*self._scan.search(queries, min(k, len(self))))


@cache
def fastest_kernel(parts: int, *, is_large: bool) -> Kernel:
    """Return the kernel that scans codes of this many parts fastest on this machine.

    The trial runs once in a process: 20 ms, or about a second for large codes.
    """
    rng = np.random.default_rng(_TRIAL_SEED)
    centroids = rng.standard_normal((parts, _CENTROIDS, 2), dtype=np.float32)
    results = _TRIAL_RESULTS[is_large]
    shape = (_TRIAL_BYTES[is_large] // (parts // 2), parts // 2)
    codes = rng.integers(0, 256, shape, dtype=np.uint8)
    queries = rng.standard_normal((max(_TRIAL_BATCHES), 2 * parts), dtype=np.float32)
    scans = {kernel: FastScan(centroids, codes, kernel=kernel) for kernel in KERNELS}
    # Kernels take turns, and processor time is counted, so other load affects all of them equally.
    taken_ns = {kernel: [_trial_ns(scans[kernel], queries, results)] for kernel in KERNELS}
    for _ in range(_TRIAL_ROUNDS):
        for kernel, scan in scans.items():
            taken_ns[kernel].append(_trial_ns(scan, queries, results))
    return min(KERNELS, key=lambda kernel: min(taken_ns[kernel]))


def _trial_ns(scan: FastScan, queries: Float32s, results: int) -> int:
    begun_ns = time.thread_time_ns()
    for count in _TRIAL_BATCHES:
        scan.search(queries[:count], results)
    return time.thread_time_ns() - begun_ns


def _quantiser(centroids: Float32s) -> Any:
    parts, _, part_dimension = centroids.shape
    quantiser = faiss.ProductQuantizer(parts * part_dimension, parts, _BITS)
    faiss.copy_array_to_vector(np.ascontiguousarray(centroids).reshape(-1), quantiser.centroids)
    return quantiser


def _use_one_thread() -> None:
    """Keep FAISS on the calling thread.

    The OpenMP setting belongs to each thread, so setting it once at start-up would affect only
    that thread. The caller runs threads of its own, over batches and segments.
    """
    if not getattr(_this_thread, "is_single", False):
        faiss.omp_set_num_threads(1)
        _this_thread.is_single = True


class FlatScan:
    """The exact reference: every vector, in float32, is compared with every query.

    A candidate search without codes. It is used only in benchmarks and to compute their truth,
    never by the service.
    """

    def __init__(self, vectors: Float32s) -> None:
        """Copy `vectors` float32 (n, d), C-contiguous."""
        self._scan: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._scan.add(vectors)

    def __len__(self) -> int:
        return int(self._scan.ntotal)

    def search(self, queries: Float32s, k: int, *, blas_threshold: int | None = None) -> Found:
        """Return the k places with the highest inner product for each query, float32 (q, d).

        `blas_threshold` is the value of queries x dimension from which FAISS calls BLAS. Since
        FAISS 1.15 the default does not use BLAS for batches of under 667 queries, so a fair
        measurement takes the best setting for each batch size. The setting is global; None leaves
        it unchanged.
        """
        _use_one_thread()
        if blas_threshold is not None:
            faiss.cvar.distance_compute_blas_threshold = blas_threshold
        similarities, places = self._scan.search(queries, min(k, len(self)))
        return Found(similarities, places)
