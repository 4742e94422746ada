"""The state that a search sees: one generation, unchanged for as long as the search takes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Float64s, Int64s
from domain.prints.templates import IndexedFormat
from indexing.codes.columns import has_fingers
from indexing.codes.sources import Source
from indexing.files.segments import Segment
from indexing.manifests import Kind


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The content of one kind: all tenprint encounters, or all unsolved marks."""

    segments: tuple[Segment, ...]
    tail: Source
    content: int
    """The content sum of everything that is held and not erased."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The runs of captures that a search reads, without empty ones."""
        runs = (*(segment.source for segment in self.segments), self.tail)
        return tuple(run for run in runs if len(run))

    @property
    def size(self) -> int:
        """The number of captures that a scan covers, including erased ones."""
        return sum(len(source) for source in self.sources)

    @property
    def count(self) -> int:
        """The number of captures held and not erased."""
        return sum(source.alive_count for source in self.sources)


@dataclass(frozen=True, slots=True)
class GalleryStatistics:
    """The size of the gallery."""

    persons: int
    encounters: int
    fingers: int
    marks: int
    segments: int
    bytes_on_disk: int


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One state of the index. Immutable; replaced as a whole."""

    generation: int
    cursor: int
    shelves: Mapping[Kind, Shelf]
    fmt: IndexedFormat
    identity: str
    """Template format and key check. Contents can be compared only within one identity."""
    rotation: Float64s | None
    """float64 (d, d): the secret rotation of all stored vectors."""
    digest: str
    """SHA-256, hexadecimal: see `content_digest`."""

    def held_rows(self) -> Int64s:
        """Return the encounter rows of all captures held, including marks; int64, ascending."""
        sources = [source for shelf in self.shelves.values() for source in shelf.sources]
        rows = [source.columns.encounter_rows[_held(source)] for source in sources]
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *rows]))

    def statistics(self, bytes_on_disk: int) -> GalleryStatistics:
        """Count the content."""
        tenprints, marks = (self.shelves[kind] for kind in Kind)
        persons, fingers = [np.zeros(0, dtype=np.int64)], 0
        for source in tenprints.sources:
            persons.append(np.unique(source.columns.person_rows[_held(source)]))
            fingers += int(
                np.count_nonzero(has_fingers(source.columns.finger_bits[_held(source)]))
            )
        return GalleryStatistics(
            persons=len(np.unique(np.concatenate(persons))),
            encounters=tenprints.count,
            fingers=fingers,
            marks=marks.count,
            segments=len(tenprints.segments) + len(marks.segments),
            bytes_on_disk=bytes_on_disk,
        )


def _held(source: Source) -> slice | Bools:
    """Return which places of a source are not erased."""
    return slice(None) if source.alive is None else source.alive


def content_digest(identity: str, contents: Mapping[Kind, int]) -> str:
    """Return the SHA-256 of a gallery's content, hexadecimal. Equal contents have equal digests.

    `identity` names the template format and the key; `contents` are content sums. The digest does
    not depend on segments, order or history: a compaction, a restart or a rebuild under the same
    key does not change it.
    """
    parts = [identity, *(f"{kind}:{contents[kind]:064x}" for kind in Kind)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
