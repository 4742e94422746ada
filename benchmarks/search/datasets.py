"""Galleries and queries for candidate search, from the generator. A seed gives the same data.

The gallery is persons 0 to N - 1 with one capture each. Every query is a later capture of an
enrolled person. Two disjoint sets of persons are used for queries: one for tuning, the other for
the reported figures.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.evidencing.other_laws import LAWS
from benchmarks.machine import Watch
from data.synthetic.captures import CaptureArrays
from data.synthetic.parameters import TEMPLATE_FORMAT, CaptureProfile
from data.synthetic.population import Population
from domain.arrays import Bools, Float32s, Float64s, Int64s, UInt8s
from domain.prints.captures import MarkProbe, TenprintProbe
from domain.prints.prints import ImpressionType
from indexing.codes.batches import GalleryBatch
from indexing.codes.filters import NO_FILTER
from indexing.codes.rotation import secret_rotation
from indexing.gallery_index import GalleryIndex
from indexing.parameters import DEFAULT_LIMITS, IndexLimits
from indexing.searching.questions import Question, about_marks, about_tenprints
from prints.registry import FORMATS

K = 100
"""Persons listed by every search."""
KNOWN_COLUMN = 1
"""The finger of searches with a known position: the right index finger."""
CHUNK = 10_000
"""Number of persons generated at a time."""
FORCES = 43
KEY = b"a key that only benchmarks use"
"""The key of every index in the benchmarks."""
FORMAT = FORMATS.named(TEMPLATE_FORMAT.label)
"""The template format of the generator."""


class Purpose(StrEnum):
    """The purpose of a set of queries."""

    TUNING = "tuning"
    REPORTING = "reporting"


@dataclass(frozen=True, slots=True)
class QueryKind:
    """The capture conditions of one set of queries."""

    name: str
    impression: ImpressionType
    profile: CaptureProfile
    missing_fingers: int = 0


MARK_KINDS = (
    QueryKind("rolled", ImpressionType.ROLLED, CaptureProfile.STRESS),
    QueryKind("plain", ImpressionType.PLAIN, CaptureProfile.STRESS),
    QueryKind("latent", ImpressionType.LATENT, CaptureProfile.STRESS),
    QueryKind("latent-poor", ImpressionType.LATENT, CaptureProfile.POOR),
    QueryKind("latent-controlled", ImpressionType.LATENT, CaptureProfile.CONTROLLED),
)
"""Single fingers. Under STRESS, mates' median cosines are .80/.65/.35 (rolled/plain/latent)."""
TENPRINT_KINDS = (
    QueryKind("rolled", ImpressionType.ROLLED, CaptureProfile.STRESS),
    QueryKind("plain", ImpressionType.PLAIN, CaptureProfile.STRESS),
    QueryKind("plain-3-missing", ImpressionType.PLAIN, CaptureProfile.STRESS, 3),
    QueryKind("poor-3-missing", ImpressionType.LATENT, CaptureProfile.POOR, 3),
    QueryKind("very-poor-3-missing", ImpressionType.LATENT, CaptureProfile.STRESS, 3),
    QueryKind("very-poor-6-missing", ImpressionType.LATENT, CaptureProfile.STRESS, 6),
)
"""Whole captures. "poor" has cosines of about .55, "very poor" of about .32."""


@dataclass(frozen=True, slots=True)
class _UnderLaw:
    """Templates of people, transformed to another distribution ("law")."""

    people: Population
    law: str

    def templates(self, start: int, stop: int) -> CaptureArrays:
        """Return the first enrolled capture of persons start to stop - 1."""
        return self._bent(self.people.templates(start, stop))

    def probe_templates(
        self, numbers: Int64s, impression: ImpressionType, **how: Any
    ) -> CaptureArrays:
        """Return a later capture of these people; see `Population.probe_templates`."""
        return self._bent(self.people.probe_templates(numbers, impression, **how))

    def _bent(self, captures: CaptureArrays) -> CaptureArrays:
        vectors = LAWS[self.law](captures.prints.vectors, captures.numbers)
        return replace(captures, prints=replace(captures.prints, vectors=vectors))


@dataclass(frozen=True, slots=True)
class Dataset:
    """A gallery of `persons` people from one seed, whose templates follow a law."""

    persons: int
    seed: int
    law: str = "centred"

    @property
    def population(self) -> _UnderLaw:
        """The people."""
        return _UnderLaw(Population(self.seed), self.law)

    @property
    def digest(self) -> str:
        """SHA-256 over the parameters and the templates of the first persons."""
        sample = self.population.templates(0, min(self.persons, 256))
        head = f"{self.persons} {self.seed} ".encode()
        return hashlib.sha256(head + sample.prints.vectors.tobytes()).hexdigest()

    def chunks(self) -> Iterator[CaptureArrays]:
        """Yield the captures of the gallery, in order."""
        population = self.population
        for start in range(0, self.persons, CHUNK):
            yield population.templates(start, min(start + CHUNK, self.persons))

    def queried(self, purpose: Purpose, count: int) -> Int64s:
        """Return the persons to query, int64 (q,), distinct, none of them for two purposes."""
        rng = np.random.default_rng([self.seed, 77])
        shuffled = rng.permutation(self.persons)
        half = self.persons // 2
        pool = shuffled[:half] if purpose is Purpose.TUNING else shuffled[half:]
        return np.sort(pool[: min(count, len(pool))])


@dataclass(frozen=True, slots=True, eq=False)
class Queries:
    """q captures of known persons."""

    kind: QueryKind
    persons: Int64s
    """int64 (q,)."""
    vectors: Float32s
    """float32 (q, 10, 192): zero where a finger is missing."""
    presence: Bools
    """bool (q, 10)."""
    qualities: UInt8s
    """uint8 (q, 10)."""

    def tenprints(self) -> list[TenprintProbe]:
        """Return the queries as tenprint probes."""
        return [
            TenprintProbe(*row)
            for row in zip(self.vectors, self.presence, self.qualities, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class MarkQueries:
    """q single impressions of known persons."""

    kind: QueryKind
    persons: Int64s
    """int64 (q,)."""
    columns: Int64s
    """int64 (q,): the finger (0-9) with which each mark was made."""
    vectors: Float32s
    """float32 (q, 192)."""

    def probes(self, positions: tuple[int, ...]) -> list[MarkProbe]:
        """Return the queries as marks of one of these fingers; of any finger if none are given."""
        return [MarkProbe(vector, positions) for vector in self.vectors]


def encounters(captures: CaptureArrays) -> GalleryBatch:
    """Return captures as a batch for the index, each row with the person's number."""
    n = len(captures)
    return GalleryBatch(
        encounter_rows=captures.numbers,
        person_rows=captures.numbers,
        captures=captures.prints,
        galleries=np.zeros(n, dtype=np.uint8),
        forces=(captures.numbers % FORCES).astype(np.int16),
        years_of_birth=(1940 + captures.numbers % 65).astype(np.int16),
    )


def filled_index(directory: Path, dataset: Dataset, adding: Watch) -> GalleryIndex:
    """Return an index that contains the gallery, not compacted, on one thread.

    `adding` counts the time that the index takes, without that of the generator.
    """
    index = opened_index(directory)
    for number, captures in enumerate(dataset.chunks(), 1):
        batch = encounters(captures)
        with adding:
            index.add(batch, cursor=number)
    return index


def opened_index(
    directory: Path, threads: int = 1, limits: IndexLimits = DEFAULT_LIMITS
) -> GalleryIndex:
    """Return the index in a directory, or an empty one if there is none."""
    return GalleryIndex.open(
        directory, template_format=FORMAT.index, key=KEY, threads=threads, limits=limits
    )


def tenprint_queries(dataset: Dataset, kind: QueryKind, persons: Int64s) -> Queries:
    """Return later captures of these persons, with some fingers removed."""
    captures = dataset.population.probe_templates(
        persons, kind.impression, capture=1, profile=kind.profile
    )
    presence = captures.prints.presence.copy()
    if kind.missing_fingers:
        rng = np.random.default_rng([dataset.seed, 78, kind.missing_fingers])
        lots = rng.random(presence.shape) + ~presence
        order = lots.argsort(axis=1).argsort(axis=1)
        presence &= order < 10 - kind.missing_fingers
    vectors = np.where(presence[:, :, None], captures.prints.vectors, np.float32(0))
    return Queries(kind, persons, vectors, presence, captures.prints.qualities)


def mark_queries(
    dataset: Dataset, kind: QueryKind, persons: Int64s, *, column: int | None
) -> MarkQueries:
    """Return a later impression of each person, of the finger in `column`, or of any if None."""
    captures = dataset.population.probe_templates(
        persons, kind.impression, capture=1, profile=kind.profile
    )
    rng = np.random.default_rng([dataset.seed, 79])
    lots = rng.random(captures.prints.presence.shape) * captures.prints.presence
    columns = lots.argmax(axis=1)
    if column is not None:
        columns = np.where(captures.prints.presence[:, column], column, columns)
    kept = captures.prints.presence[np.arange(len(persons)), columns]
    if column is not None:
        kept &= columns == column
    rows = np.flatnonzero(kept)
    return MarkQueries(
        kind, persons[rows], columns[rows], captures.prints.vectors[rows, columns[rows]]
    )


@cache
def _rotation() -> Float64s | None:
    return secret_rotation(KEY, FORMAT.template.dimension)


def question_about(probe: TenprintProbe | MarkProbe) -> Question:
    """Return the question about a probe as the parts take it, rotated with the gallery's key."""
    if isinstance(probe, MarkProbe):
        return about_marks([probe], _rotation(), NO_FILTER)
    return about_tenprints([probe], _rotation(), NO_FILTER)


def finger_vectors(dataset: Dataset, columns: Sequence[int]) -> tuple[Float32s, Int64s]:
    """Return the vectors of these fingers (0-9) of all enrolled persons who have them, float32
    (n, 192), and the persons to whom they belong, int64 (n,).
    """
    vectors, persons = [], []
    for captures in dataset.chunks():
        for column in columns:
            rows = np.flatnonzero(captures.prints.presence[:, column])
            vectors.append(captures.prints.vectors[rows, column])
            persons.append(captures.numbers[rows])
    return np.concatenate(vectors), np.concatenate(persons)
