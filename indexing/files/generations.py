"""The generations of an index on disk: writes segments and codecs, and publishes manifests."""

import threading
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from domain.errors import GalleryError, IndexDamagedError, UnknownTemplateFormatError
from domain.prints.templates import IndexedFormat
from indexing.array_files import check_file
from indexing.codes.codec import Codec, train_codec
from indexing.codes.columns import changed_sum, content_sum
from indexing.codes.sources import MergedRows, Source, alive_columns
from indexing.files.segments import (
    Segment,
    SegmentPlan,
    open_codec,
    open_segment,
    recorded,
    write_codec,
    write_segment,
)
from indexing.files.snapshots import Shelf
from indexing.manifests import CodecEntry, IndexDirectory, Kind, Manifest, SegmentEntry
from indexing.parameters import IndexLimits


@dataclass(frozen=True, slots=True, eq=False)
class NamedCodec:
    """A codec and its entry in the manifest."""

    entry: CodecEntry
    codec: Codec


class Generations:
    """The directory of an open index and its current manifest.

    Writing segments and codecs is thread-safe. A caller of `publish` must hold the lock of the
    store.
    """

    def __init__(
        self, root: Path, *, template_format: str, check: str, threads: int, limits: IndexLimits
    ) -> None:
        """Lock the directory and check every file of its current generation.

        `check` distinguishes one key from another (`rotation.key_check`). Raises IndexDamagedError
        naming the file, UnknownTemplateFormatError, and GalleryError for another key or a
        directory in use.
        """
        self.limits = limits
        self._directory = IndexDirectory(root)
        self._naming = threading.Lock()
        try:
            self.published = self._found(template_format, check)
            self._directory.remove_unnamed(self.published)
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(lambda entry: check_file(root, entry), self.published.files()))
            self._number = self._directory.highest_number()
            self.codecs: dict[str, NamedCodec] = {
                entry.name: NamedCodec(entry, open_codec(root, entry))
                for entry in self.published.codecs
            }
        except BaseException:
            self._directory.release()
            raise

    @property
    def root(self) -> Path:
        """The directory of the index."""
        return self._directory.root

    @property
    def codec(self) -> NamedCodec | None:
        """The codec for new segments, which is the newest."""
        return next(reversed(self.codecs.values()), None)

    @property
    def identity(self) -> str:
        """Template format and key check. Contents can be compared only within one identity."""
        return f"{self.published.template_format} {self.published.key_check}"

    def open_segments(self, kind: Kind) -> tuple[Segment, ...]:
        """Open the segments of the published generation."""
        return tuple(self._open(e) for e in self.published.segments if e.kind is kind)

    def write_rows(
        self, kind: Kind, rows: MergedRows, inputs: list[Source], *, codec: NamedCodec | None
    ) -> list[Segment]:
        """Write rows as new segments of limited size and open these. Raises GalleryError."""
        segments = []
        for piece in rows.split(self.limits.segment) if len(rows) else ():
            plan = SegmentPlan(
                name=self._next_name(kind),
                kind=kind,
                rows=piece,
                inputs=inputs,
                codec_name=codec.entry.name if codec else "",
                codec=codec.codec if codec else None,
            )
            segments.append(self._open(write_segment(self.root, plan)))
        return segments

    def train(self, rows: MergedRows, inputs: list[Source], fmt: IndexedFormat) -> NamedCodec:
        """Train a codec on tenprints, write it and make it the newest. Raises GalleryError."""
        size = self.limits.codec_sample
        vectors = rows.sampled([s.columns.vectors for s in inputs], size)
        bits = rows.sampled([s.columns.finger_bits for s in inputs], size)
        return self.adopt(train_codec(vectors, bits, fmt))

    def adopt(self, codec: Codec) -> NamedCodec:
        """Write a codec and make it the newest. Raises GalleryError.

        All parts of one gallery need the same codec, so that their approximate similarities can be
        compared.
        """
        name = self._next_name("codec")
        named = NamedCodec(write_codec(self.root, name, codec), codec)
        self.codecs = {**self.codecs, name: named}
        return named

    def publish(self, shelves: Mapping[Kind, Shelf], cursor: int) -> dict[Kind, Shelf]:
        """Make these segments the current generation. Return the shelves with erasures recorded.

        `cursor` is the last change up to which the segments are complete. Raises GalleryError; the
        previous generation then stays current.
        """
        written = {kind: self._recorded(shelf) for kind, shelf in shelves.items()}
        before = self.published
        manifest = Manifest(
            generation=before.generation + 1,
            cursor=cursor,
            template_format=before.template_format,
            key_check=before.key_check,
            contents={kind: f"{_sealed_content(shelf):064x}" for kind, shelf in shelves.items()},
            codecs=self._codecs_of(written),
            segments=tuple(s.entry for shelf in written.values() for s in shelf.segments),
        )
        self._directory.publish(manifest)
        self.published = manifest
        self.codecs = {entry.name: self.codecs[entry.name] for entry in manifest.codecs}
        self._directory.remove_superseded(before, manifest)
        return written

    def close(self) -> None:
        """Release the directory."""
        self._directory.release()

    def _found(self, template_format: str, check: str) -> Manifest:
        found = self._directory.manifest()
        if found is None:
            nothing = {kind.value: f"{0:064x}" for kind in Kind}
            return Manifest(0, 0, template_format, check, nothing)
        demand_made_with(found, template_format, {check})
        return found

    def _open(self, entry: SegmentEntry) -> Segment:
        codec = self.codecs[entry.codec].codec if entry.codec else None
        return open_segment(self.root, entry, codec)

    def _next_name(self, stem: str) -> str:
        """Return a name that has never been used in the directory."""
        with self._naming:
            self._number += 1
            return f"{stem}-{self._number:08}"

    def _recorded(self, shelf: Shelf) -> Shelf:
        segments = tuple(
            s if s.is_recorded else recorded(self.root, s, self._next_name("erased"))
            for s in shelf.segments
        )
        return replace(shelf, segments=segments)

    def _codecs_of(self, shelves: Mapping[Kind, Shelf]) -> tuple[CodecEntry, ...]:
        """Return the codecs of the segments and the newest codec, even if no segment uses it."""
        used = {s.entry.codec for shelf in shelves.values() for s in shelf.segments}
        newest = self.codec
        if newest is not None:
            used.add(newest.entry.name)
        return tuple(named.entry for name, named in self.codecs.items() if name in used)


def _sealed_content(shelf: Shelf) -> int:
    """Return the content sum of the segments, without the tail."""
    return changed_sum(shelf.content, erased=content_sum(alive_columns(shelf.tail)))


def demand_made_with(found: Manifest, template_format: str, checks: AbstractSet[str]) -> None:
    """Raise GalleryError unless an index was made for this format, with one of these keys."""
    if found.template_format != template_format and _is_alike(found, template_format):
        raise IndexDamagedError(
            "The index was made by another version, which codes minutiae in another way or not at "
            "all: build the index again."
        )
    if found.template_format != template_format:
        raise UnknownTemplateFormatError(
            f"The index holds templates of {found.template_format}, not of {template_format}:"
            " delete it and build it again from the database."
        )
    if found.key_check not in checks:
        raise GalleryError(
            "The index was made with another key: use that key, or build the index again."
        )


def _is_alike(found: Manifest, template_format: str) -> bool:
    """Return whether an index and a format differ only by codes; see `IndexedFormat.label`."""
    return found.template_format.partition(" ")[0] == template_format.partition(" ")[0]
