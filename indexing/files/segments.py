"""Segments on disk, written completely and never changed; erasures are in separate files."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from domain.arrays import Int32s, Int64s, UInt8s
from domain.errors import GalleryError
from domain.prints.templates import CODE_BYTES
from indexing.array_files import (
    FileEntry,
    map_array,
    read_array,
    sync_directory,
    write_array,
    write_array_in_parts,
)
from indexing.codes import sources
from indexing.codes.codec import Codec
from indexing.codes.columns import COLUMN_NAMES, Columns, no_codes
from indexing.codes.rotation import stored_lengths
from indexing.manifests import (
    CODECS_NAME,
    ERASED_NAME,
    SEGMENTS_NAME,
    CodecEntry,
    Kind,
    SegmentEntry,
)

_PERSON_ORDER = "person_order"
_NO_CODES = (0, CODE_BYTES)
_TENPRINT_KIND_CODES = (sources.TENPRINT_CODES, *sources.FINGER_CODES)
_CODES = (*_TENPRINT_KIND_CODES, sources.MARK_CODES)
_CODEC_PARTS = (
    "finger_projection",
    "tenprint_projection",
    "finger_centroids",
    "tenprint_centroids",
    "tenprint_mean",
)


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A segment that is open for searching."""

    entry: SegmentEntry
    source: sources.Source
    person_order: Int32s
    """int32 (n,): places in ascending order of person row."""
    is_recorded: bool = True
    """Whether the entry lists everything that is erased."""

    def places_of(self, encounter_rows: Int64s) -> Int64s:
        """Return the places of those encounters that the segment holds, including erased ones."""
        held = self.source.columns.encounter_rows
        if not len(held):
            return np.zeros(0, dtype=np.int64)
        places = np.minimum(np.searchsorted(held, encounter_rows), len(held) - 1)
        return np.unique(places[held[places] == encounter_rows])

    def alive_places_of(self, encounter_rows: Int64s) -> Int64s:
        """Return the places of those encounters that the segment holds and that are not erased."""
        places, alive = self.places_of(encounter_rows), self.source.alive
        return places if alive is None else places[alive[places]]

    def places_of_persons(self, person_rows: Int64s) -> Int64s:
        """Return the places of all encounters of these persons, including erased ones."""
        held = self.source.columns.person_rows
        first = np.searchsorted(held, person_rows, side="left", sorter=self.person_order)
        last = np.searchsorted(held, person_rows, side="right", sorter=self.person_order)
        runs = [self.person_order[a:b] for a, b in zip(first, last, strict=True)]
        return np.concatenate([np.zeros(0, dtype=np.int64), *runs]).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class SegmentPlan:
    """The content of a new segment."""

    name: str
    kind: Kind
    rows: sources.MergedRows
    inputs: Sequence[sources.Source]
    codec_name: str
    """Empty for a segment that is searched exactly."""
    codec: Codec | None


def write_segment(root: Path, plan: SegmentPlan) -> SegmentEntry:
    """Write a segment in bounded memory.

    Raises GalleryError if writing fails, and then leaves no files behind.
    """
    folder = f"{SEGMENTS_NAME}/{plan.name}"
    (root / folder).mkdir()
    try:
        return _write_files(root, folder, plan)
    except GalleryError:
        shutil.rmtree(root / folder)
        raise


def _write_files(root: Path, folder: str, plan: SegmentPlan) -> SegmentEntry:
    files = [
        _write_column(root, folder, plan, name)
        for name in COLUMN_NAMES
        if getattr(plan.inputs[0].columns, name).shape[2:] != _NO_CODES
    ]
    persons = list(plan.rows.parts([source.columns.person_rows for source in plan.inputs]))
    order = np.argsort(np.concatenate(persons), kind="stable").astype(np.int32)
    files.append(write_array(root, f"{folder}/{_PERSON_ORDER}.npy", order))
    if plan.codec is not None:
        files += _write_codes(root, folder, plan, plan.codec)
    sync_directory(root / folder)
    return SegmentEntry(plan.name, plan.kind, len(plan.rows), plan.codec_name, tuple(files))


def open_segment(root: Path, entry: SegmentEntry, codec: Codec | None) -> Segment:
    """Open a segment whose files have been checked or were just written."""
    arrays = {Path(file.name).stem: map_array(root, file) for file in entry.files}
    # Without codes of minutiae there is no file of them: an empty one could not be mapped.
    arrays.setdefault("codes", no_codes(*arrays["vectors"].shape[:2]))
    if "lengths" not in arrays:  # a segment of an earlier version
        arrays["lengths"] = stored_lengths(arrays["vectors"])
    columns = Columns(*(arrays[name] for name in COLUMN_NAMES))
    codes = {name: array for name, array in arrays.items() if name in _CODES}
    source = sources.Source(
        columns=columns,
        scans=None if codec is None else sources.CoarseScans(codec, codes),
        exact=columns.vectors.astype(np.float32) if codec is None else None,
        galleries=frozenset(np.unique(columns.galleries).tolist()),
    )
    segment = Segment(entry, source, arrays[_PERSON_ORDER])
    if entry.erased is None:
        return segment
    erased = segment.places_of(read_array(root, entry.erased))
    return replace(with_erased(segment, erased), is_recorded=True)


def with_erased(segment: Segment, places: Int64s) -> Segment:
    """Return a copy of the segment in which these places are erased too.

    The caller must record the erasure; this function does not.
    """
    held = segment.source.alive
    alive = np.ones(len(segment.source), dtype=np.bool_) if held is None else held.copy()
    alive[places] = False
    return replace(segment, source=replace(segment.source, alive=alive), is_recorded=False)


def recorded(root: Path, segment: Segment, name: str) -> Segment:
    """Record on disk which encounters of a segment are erased. Raises GalleryError."""
    rows = segment.source.columns.encounter_rows
    alive = segment.source.alive
    gone = rows[:0] if alive is None else rows[~alive]
    record = write_array(root, f"{ERASED_NAME}/{name}.npy", gone)
    return replace(segment, entry=replace(segment.entry, erased=record), is_recorded=True)


def write_codec(root: Path, name: str, codec: Codec) -> CodecEntry:
    """Write a codec. Raises GalleryError."""
    folder = f"{CODECS_NAME}/{name}"
    (root / folder).mkdir()
    arrays = {part: getattr(codec, part) for part in _CODEC_PARTS}
    files = tuple(
        write_array(root, f"{folder}/{part}.npy", array)
        for part, array in arrays.items()
        if array is not None
    )
    sync_directory(root / folder)
    return CodecEntry(name, codec.trained_on, files, codec.residual)


def open_codec(root: Path, entry: CodecEntry) -> Codec:
    """Read a codec from its files."""
    arrays = {Path(file.name).stem: read_array(root, file) for file in entry.files}
    return Codec(**arrays, trained_on=entry.trained_on, residual=entry.residual)


def _write_column(root: Path, folder: str, plan: SegmentPlan, name: str) -> FileEntry:
    arrays = [getattr(source.columns, name) for source in plan.inputs]
    return write_array_in_parts(
        root,
        f"{folder}/{name}.npy",
        dtype=arrays[0].dtype,
        shape=(len(plan.rows), *arrays[0].shape[1:]),
        parts=plan.rows.parts(arrays),
    )


def _write_codes(root: Path, folder: str, plan: SegmentPlan, codec: Codec) -> list[FileEntry]:
    """Write the codes: copied if every input has codes of this codec, else computed again."""
    is_copy = all(s.scans is not None and s.scans.codec is codec for s in plan.inputs)
    names = _TENPRINT_KIND_CODES if plan.kind is Kind.TENPRINTS else (sources.MARK_CODES,)
    files = []
    for name in names:
        parts = _copied(plan, name) if is_copy else _encoded(plan, codec, name)
        first = next(parts, np.zeros((0, 0), dtype=np.uint8))
        files.append(
            write_array_in_parts(
                root,
                f"{folder}/{name}.npy",
                dtype=np.uint8,
                shape=(len(plan.rows), *first.shape[1:]),
                parts=_chain(first, parts),
            )
        )
    return files


def _copied(plan: SegmentPlan, name: str) -> Iterator[UInt8s]:
    return plan.rows.parts([s.scans.codes[name] for s in plan.inputs if s.scans is not None])


def _encoded(plan: SegmentPlan, codec: Codec, name: str) -> Iterator[UInt8s]:
    column = sources.FINGER_CODES.index(name) if name in sources.FINGER_CODES else 0
    vectors, bits = (
        plan.rows.parts([getattr(source.columns, column) for source in plan.inputs])
        for column in ("vectors", "finger_bits")
    )
    for part, present in zip(vectors, bits, strict=True):
        if name == sources.TENPRINT_CODES:
            yield codec.tenprint_codes(part, present)
        else:
            yield codec.finger_codes(part[:, column])


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest
