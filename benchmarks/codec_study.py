"""The scan depth of mates under several coarse codes: `python -m benchmarks codec-study`.

The search compares the leaders of a scan of coarse codes exactly. For several codes, this prints
the share of queries whose mate would come first in exact search and is among the first so many of
the scan. Its queries are tuning queries: the choice of a code is made here, and reported on others
by `python -m benchmarks candidates`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from benchmarks.markdown import Column, rows_table
from benchmarks.runner import Benchmark, Options, Result
from benchmarks.search.datasets import (
    MARK_KINDS,
    TENPRINT_KINDS,
    Dataset,
    Purpose,
    mark_queries,
    tenprint_queries,
)
from benchmarks.search.truth import ExactRanks
from indexing.rotation import orthonormal_matrix
from indexing.vector_index import FastScan, encode, train_centroids

DEPTHS = (256, 1000, 2000, 4000)
_ROWS_AT_ONCE = 5000
_SAMPLE_EVERY = 8
_Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """A coarse code: the projection of vectors, and the number of 4-bit groups."""

    name: str
    parts: int
    project: Callable[[_Vectors], _Vectors]


@dataclass(frozen=True, kw_only=True)
class CodecOptions(Options):
    """The options of `python -m benchmarks codec-study`."""

    persons: Annotated[int, "people enrolled"] = 20_000
    queries: Annotated[int, "searches of each kind"] = 300
    seed: Annotated[int, "seed of the population"] = 1


def measured(options: CodecOptions) -> Result:
    """Return the rows of the study."""
    return {"rows": study(_dataset(options), options.queries)}


def _dataset(options: CodecOptions) -> Dataset:
    return Dataset(options.persons, options.seed)


def study(dataset: Dataset, queries: int) -> list[dict[str, Any]]:
    """Return a row for each code and kind of query."""
    chunks = list(dataset.chunks())
    templates = np.concatenate([c.prints.vectors for c in chunks])
    presence = np.concatenate([c.prints.presence for c in chunks])
    components = _components(templates[presence][::_SAMPLE_EVERY])
    persons = dataset.queried(Purpose.TUNING, queries)
    return [
        *_tenprint_rows(dataset, templates, presence, components, persons),
        *_finger_rows(dataset, templates[presence], np.nonzero(presence)[0], components, persons),
    ]


def _tenprint_rows(
    dataset: Dataset,
    templates: _Vectors,
    presence: npt.NDArray[np.bool_],
    components: _Vectors,
    persons: npt.NDArray[np.int64],
) -> list[dict[str, Any]]:
    scale = np.sqrt(10 / np.maximum(presence.sum(axis=1), 1)).astype(np.float32)[:, None, None]
    sets = [tenprint_queries(dataset, kind, persons) for kind in TENPRINT_KINDS[2:]]
    ranks, _ = ExactRanks(dataset).of(sets, [])
    random = np.ascontiguousarray(orthonormal_matrix(5, 1920)[:, :512], dtype=np.float32)
    codes = [Code("random projection to 512", 128, lambda v: v.reshape(len(v), -1) @ random)]
    for parts, dimension in ((12, 4), (16, 4), (16, 5), (20, 4)):
        codes.append(_leading(components, parts, dimension, fingers=10))
    return [
        _row(
            "tenprint", code, q.kind.name, _places(code, templates * scale, q.vectors), persons, r
        )
        for code in codes
        for q, r in zip(sets, ranks, strict=True)
    ]


def _finger_rows(
    dataset: Dataset,
    fingers: _Vectors,
    owners: npt.NDArray[np.int64],
    components: _Vectors,
    persons: npt.NDArray[np.int64],
) -> list[dict[str, Any]]:
    sets = [mark_queries(dataset, kind, persons, column=None) for kind in MARK_KINDS[1:4]]
    _, ranks = ExactRanks(dataset).of([], [(q, None) for q in sets])
    shapes = ((96, 2), (80, 2), (64, 2), (64, 3), (48, 3))
    codes = [_leading(components, parts, dimension, fingers=1) for parts, dimension in shapes]
    return [
        _row("mark", code, q.kind.name, owners[_places(code, fingers, q.vectors)], q.persons, r)
        for code in codes
        for q, r in zip(sets, ranks, strict=True)
    ]


def _leading(components: _Vectors, parts: int, dimension: int, *, fingers: int) -> Code:
    """Return the code of the leading components, blended."""
    kept = parts * dimension
    blend = orthonormal_matrix(3, kept).astype(np.float32)
    projection = np.ascontiguousarray(components[:, :kept] @ blend)
    name = f"leading {kept} in {parts} groups a finger"
    return Code(name, parts * fingers, lambda v: (v @ projection).reshape(len(v), -1))


def _components(vectors: _Vectors) -> _Vectors:
    _, directions = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    return directions[:, ::-1].astype(np.float32)


def _places(code: Code, vectors: _Vectors, queries: _Vectors) -> npt.NDArray[np.int64]:
    """Return the first places of the scan for each query, int64 (q, deepest)."""
    centroids = train_centroids(
        np.ascontiguousarray(code.project(vectors[::_SAMPLE_EVERY])), code.parts
    )
    codes = [
        encode(centroids, np.ascontiguousarray(code.project(vectors[start:][:_ROWS_AT_ONCE])))
        for start in range(0, len(vectors), _ROWS_AT_ONCE)
    ]
    scan = FastScan(centroids, np.concatenate(codes))
    return scan.search(np.ascontiguousarray(code.project(queries)), DEPTHS[-1]).places


def _row(
    search: str,
    code: Code,
    impression: str,
    found: npt.NDArray[np.int64],
    persons: npt.NDArray[np.int64],
    ranks: npt.NDArray[np.int64],
) -> dict[str, Any]:
    """Return the share of mates among the exact first 100 that lie so deep in the scan."""
    is_mate = found == persons[:, None]
    depth = np.where(is_mate.any(axis=1), is_mate.argmax(axis=1), sys.maxsize)
    first = ranks < 100
    return {
        "search": search,
        "code": code.name,
        "bytes": code.parts // 2,
        "impression": impression,
        "exact_first_100": float(first.mean()),
        **{f"within_{d}": float((first & (depth < d)).mean()) for d in DEPTHS},
    }


_COLUMNS = (
    *(Column(name, name) for name in ("search", "code", "bytes", "impression")),
    Column("exact first 100", "exact_first_100", ".3f"),
    *(Column(f"within {depth}", f"within_{depth}", ".3f") for depth in DEPTHS),
)

main = Benchmark(
    name="codec-study",
    kind="codec study",
    options=CodecOptions,
    measure=measured,
    show=lambda result: rows_table(_COLUMNS, result["rows"]),
    digest=lambda options: _dataset(options).digest,
    has_one_thread=True,
).main
