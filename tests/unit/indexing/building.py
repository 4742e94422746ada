"""Builders of small galleries with distinct mates: override only the subject of the test."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.prints.captures import CaptureColumns, MarkProbe, TenprintProbe, possible_fingers
from indexing.codes.batches import Gallery, GalleryBatch
from indexing.gallery_index import GalleryIndex
from indexing.parameters import IndexLimits
from tests.formats import FORMAT

KEY = b"a key that is only used in tests"
SMALL = IndexLimits(
    tail=40, codec_minimum=300, codec_sample=400, segment=1500, segments_before_merge=4
)
"""Small limits, so that few encounters go through every stage of the index."""
OF_ALL = replace(SMALL, codec_sample=2000)
"""Limits under which a codec is trained on everything that tests enrol."""
QUANTISATION_TOLERANCE = 4e-3
"""The largest error of a similarity from 8-bit integers."""
DIMENSION = FORMAT.template.dimension


def unit(values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Return rows of unit length."""
    return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float32)


def random_vectors(
    rng: np.random.Generator, *shape: int, dimension: int = DIMENSION
) -> npt.NDArray[np.float32]:
    """Return unit vectors of the shape of templates: effective dimension two fifths of theirs."""
    spectrum = np.exp(-np.arange(dimension) / (dimension * 88 / 192)).astype(np.float32)
    return unit(rng.standard_normal((*shape, dimension)) * spectrum)


def recaptured(
    rng: np.random.Generator, vectors: npt.NDArray[np.float32], cosine: float
) -> npt.NDArray[np.float32]:
    """Return new captures of the same fingers, at about this cosine."""
    noise = random_vectors(rng, *vectors.shape[:-1], dimension=vectors.shape[-1])
    return unit(cosine * vectors + np.sqrt(1 - cosine**2) * noise)


@dataclass(frozen=True)
class People:
    """Persons with their true prints."""

    prints: npt.NDArray[np.float32]

    def batch(self, rng: np.random.Generator, persons: npt.NDArray[np.int64]) -> GalleryBatch:
        """Return one encounter per entry of `persons`, from number 0, some fingers missing."""
        n = len(persons)
        presence = rng.random((n, 10)) > 0.05
        presence[:, 0] |= ~presence.any(axis=1)
        vectors = recaptured(rng, self.prints[persons], 0.9)
        vectors[~presence] = 0
        captures = CaptureColumns(
            vectors=vectors,
            presence=presence,
            qualities=rng.integers(0, 101, (n, 10)).astype(np.uint8),
            impression_codes=rng.integers(0, 2, (n, 10)).astype(np.uint8),
        )
        return GalleryBatch(
            encounter_rows=np.arange(n),
            person_rows=persons,
            captures=captures,
            galleries=np.where(rng.random(n) < 0.03, 2, 0).astype(np.uint8),
            forces=rng.integers(0, 20, n).astype(np.int16),
            years_of_birth=np.where(rng.random(n) < 0.05, 0, rng.integers(1950, 2005, n)).astype(
                np.int16
            ),
        )

    def marks(
        self, rng: np.random.Generator, persons: npt.NDArray[np.int64], *, first_row: int
    ) -> GalleryBatch:
        """Return one mark of a random finger for each person; every second knows its finger."""
        n = len(persons)
        fingers = rng.integers(0, 10, n)
        known = np.arange(n) % 2 == 0
        captures = CaptureColumns(
            vectors=recaptured(rng, self.prints[persons, fingers], 0.8)[:, None],
            presence=possible_fingers(np.where(known, fingers + 1, 0)),
            qualities=rng.integers(0, 60, (n, 1)).astype(np.uint8),
            impression_codes=np.full((n, 1), 2, dtype=np.uint8),
        )
        return GalleryBatch(
            encounter_rows=np.arange(first_row, first_row + n),
            person_rows=persons,
            captures=captures,
            galleries=np.full(n, Gallery.UNSOLVED_MARKS, dtype=np.uint8),
            forces=rng.integers(0, 20, n).astype(np.int16),
            years_of_birth=np.zeros(n, dtype=np.int16),
        )

    def tenprint(
        self, rng: np.random.Generator, person: int, *, fingers: int = 10, cosine: float = 0.8
    ) -> TenprintProbe:
        """Return a new capture of some of a person's fingers."""
        presence = np.zeros(10, dtype=np.bool_)
        presence[rng.permutation(10)[:fingers]] = True
        vectors = recaptured(rng, self.prints[person], cosine)
        vectors[~presence] = 0
        return TenprintProbe(vectors, presence, np.full(10, 50, dtype=np.uint8))

    def mark(
        self,
        rng: np.random.Generator,
        person: int,
        *,
        finger: int = 3,
        positions: tuple[int, ...] = (),
    ) -> MarkProbe:
        """Return a mark left by one of a person's fingers (0-9)."""
        return MarkProbe(recaptured(rng, self.prints[person, finger], 0.8), positions)


def people(rng: np.random.Generator, n: int, *, dimension: int = DIMENSION) -> People:
    """Return n persons."""
    return People(random_vectors(rng, n, 10, dimension=dimension))


def with_columns(batch: GalleryBatch, **columns: Any) -> GalleryBatch:
    """Return a batch with other columns, of itself or of its captures."""
    own = {f.name for f in fields(CaptureColumns)} & set(columns)
    captures = replace(batch.captures, **{name: columns.pop(name) for name in own})
    return replace(batch, captures=captures, **columns)


def opened(
    directory: Path, key: bytes | None = KEY, *, threads: int = 1, limits: IndexLimits = SMALL
) -> GalleryIndex:
    """Open an index with small limits."""
    return GalleryIndex.open(
        directory, template_format=FORMAT.index, key=key, threads=threads, limits=limits
    )


def filled(
    directory: Path,
    batch: GalleryBatch,
    marks: GalleryBatch | None = None,
    *,
    key: bytes = KEY,
    limits: IndexLimits = SMALL,
    at_once: int = 70,
) -> GalleryIndex:
    """Open an index and enrol a batch in many small steps, as a service would."""
    index = opened(directory, key, limits=limits)
    for step, start in enumerate(range(0, len(batch), at_once), 1):
        index.add(batch.take(slice(start, start + at_once)), cursor=step)
    if marks is not None:
        index.add(marks, cursor=index.cursor + 1)
    return index
