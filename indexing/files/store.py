"""The state of an open index. Changes take effect in memory at once, on disk by generation."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from domain.arrays import AnyArray, Bools, Float64s, Int64s
from domain.errors import GalleryError
from domain.prints.captures import FINGER_COUNT
from domain.prints.templates import IndexedFormat
from indexing.codes.columns import (
    COLUMN_NAMES,
    Columns,
    changed_sum,
    content_sum,
    empty_columns,
    take,
)
from indexing.codes.sources import MergedRows, Source, merged_rows
from indexing.files.generations import Generations, NamedCodec
from indexing.files.segments import Segment, with_erased
from indexing.files.snapshots import Shelf, Snapshot, content_digest
from indexing.manifests import Kind

NO_ROWS = np.zeros(0, dtype=np.int64)
"""An empty array of encounter rows."""

_IMPRESSIONS = {Kind.TENPRINTS: FINGER_COUNT, Kind.MARKS: 1}


class Store:
    """The current content. A reader takes `snapshot` once; a writer holds `changing`.

    `changing` is never held during a search. A compaction holds it only while the new generation
    replaces the old. `maintaining` is held by one compaction or verification at a time.
    """

    def __init__(
        self, generations: Generations, fmt: IndexedFormat, rotation: Float64s | None
    ) -> None:
        """Open the published generation. `rotation`, float64 (d, d), belongs to its key."""
        self.generations = generations
        self._fmt = fmt
        self.changing = threading.RLock()
        self.maintaining = threading.Lock()
        self._tails = self._new_tails()
        published = generations.published
        contents = {kind: int(published.contents[kind], 16) for kind in Kind}
        self.snapshot = Snapshot(
            generation=published.generation,
            cursor=published.cursor,
            shelves={
                kind: Shelf(
                    generations.open_segments(kind), self._tails[kind].view(), contents[kind]
                )
                for kind in Kind
            },
            fmt=fmt,
            identity=generations.identity,
            rotation=rotation,
            digest=content_digest(generations.identity, contents),
        )

    def add(self, kind: Kind, added: Columns, cursor: int, *, again: Int64s = NO_ROWS) -> None:
        """Make encounters searchable, except those that have ever been held. Raises GalleryError.

        Of the rows `again`, int64 (r,), only those held at present are skipped. If writing fails,
        nothing has changed and the call may be repeated.
        """
        with self.changing:
            self._check_cursor(cursor)
            fresh = take(added, self._unknown(kind, added.encounter_rows, again))
            if len(fresh) > self._tails[kind].room:
                self._seal({kind: fresh}, cursor)
                return
            self._tails[kind].append(fresh)
            self._show_tail(kind, cursor, added=content_sum(fresh))

    def erase(self, encounter_rows: Int64s, cursor: int) -> int:
        """Remove encounters and marks from all later searches; return how many were held.

        Raises GalleryError if the record of the erasure could not be written. Searches that start
        afterwards no longer find the captures even then, and the next generation writes the
        record.
        """
        with self.changing:
            self._check_cursor(cursor)
            before = _counts(self.snapshot)
            for kind in Kind:
                self._erase_kind(kind, encounter_rows, cursor)
            shelves = self.snapshot.shelves
            if any(not s.is_recorded for kind in Kind for s in shelves[kind].segments):
                self.show(shelves, cursor)
            return before - _counts(self.snapshot)

    def seal(self) -> None:
        """Write everything that is only in memory into segments. Raises GalleryError."""
        with self.changing:
            is_behind = self.generations.published.cursor < self.snapshot.cursor
            if is_behind or any(len(tail) for tail in self._tails.values()):
                self._seal({}, self.snapshot.cursor)

    def show(self, shelves: Mapping[Kind, Shelf], cursor: int) -> None:
        """Publish shelves as a generation and show it to searches; the caller holds `changing`.

        Raises GalleryError; the state is then unchanged.
        """
        is_sealed = not any(shelf.tail.alive_count for shelf in shelves.values())
        lasting = cursor if is_sealed else self.generations.published.cursor
        self.snapshot = self._snapshot(self.generations.publish(shelves, lasting), cursor)

    def _seal(self, extra: Mapping[Kind, Columns], cursor: int) -> None:
        """Write the tails and `extra` columns as segments of a new generation."""
        shelves, tails = {}, self._new_tails()
        for kind in Kind:
            shelf = self.snapshot.shelves[kind]
            added = extra.get(kind, self._nothing(kind))
            inputs = [source for source in (shelf.tail, Source(added)) if len(source)]
            rows = merged_rows(inputs)
            codec = self._codec_for(kind, rows, inputs)
            written = self.generations.write_rows(kind, rows, inputs, codec=codec)
            shelves[kind] = Shelf(
                segments=(*shelf.segments, *written),
                tail=tails[kind].view(),
                content=changed_sum(shelf.content, added=content_sum(added)),
            )
        self.show(shelves, cursor)
        self._tails = tails

    def _codec_for(self, kind: Kind, rows: MergedRows, inputs: list[Source]) -> NamedCodec | None:
        newest = self.generations.codec
        if (
            newest is None
            and kind is Kind.TENPRINTS
            and len(rows) >= self.generations.limits.codec_minimum
        ):
            return self.generations.train(rows, inputs, self._fmt)
        return newest

    def _erase_kind(self, kind: Kind, rows: Int64s, cursor: int) -> None:
        gone = content_sum(self._tails[kind].erase(rows))
        shelf = self.snapshot.shelves[kind]
        segments: list[Segment] = []
        for segment in shelf.segments:
            places = segment.alive_places_of(rows)
            gone += content_sum(take(segment.source.columns, places))
            segments.append(with_erased(segment, places) if len(places) else segment)
        shelves = {**self.snapshot.shelves, kind: replace(shelf, segments=tuple(segments))}
        self.snapshot = replace(self.snapshot, shelves=shelves)
        self._show_tail(kind, cursor, erased=gone)

    def _unknown(self, kind: Kind, rows: Int64s, again: Int64s) -> Bools:
        """Return bool (n,): encounters never added, and those in `again` not held now."""
        shelf = self.snapshot.shelves[kind]
        tail = shelf.tail.columns.encounter_rows
        known = np.isin(rows, tail)
        alive = np.isin(rows, tail if shelf.tail.alive is None else tail[shelf.tail.alive])
        for segment in shelf.segments:
            held = segment.source.columns.encounter_rows
            known |= np.isin(rows, held[segment.places_of(rows)])
            alive |= np.isin(rows, held[segment.alive_places_of(rows)])
        return np.where(np.isin(rows, again), ~alive, ~known)

    def _show_tail(self, kind: Kind, cursor: int, *, added: int = 0, erased: int = 0) -> None:
        """Make the tail, with its newest entries, visible to searches."""
        shelf = self.snapshot.shelves[kind]
        content = changed_sum(shelf.content, added=added, erased=erased)
        changed = replace(shelf, tail=self._tails[kind].view(), content=content)
        shelves = {**self.snapshot.shelves, kind: changed}
        self.snapshot = self._snapshot(shelves, cursor)

    def _snapshot(self, shelves: Mapping[Kind, Shelf], cursor: int) -> Snapshot:
        contents = {kind: shelf.content for kind, shelf in shelves.items()}
        return Snapshot(
            generation=self.generations.published.generation,
            cursor=cursor,
            shelves=shelves,
            fmt=self._fmt,
            identity=self.snapshot.identity,
            rotation=self.snapshot.rotation,
            digest=content_digest(self.snapshot.identity, contents),
        )

    def _new_tails(self) -> dict[Kind, Tail]:
        return {kind: Tail(self.generations.limits.tail, self._nothing(kind)) for kind in Kind}

    def _nothing(self, kind: Kind) -> Columns:
        template, coded = self._fmt.template, self._fmt.coded_minutiae
        return empty_columns(_IMPRESSIONS[kind], template.dimension, coded)

    def _check_cursor(self, cursor: int) -> None:
        if cursor < self.snapshot.cursor:
            raise GalleryError(
                "The change is older than the index: apply changes in the order of their numbers."
            )


def _counts(snapshot: Snapshot) -> int:
    return sum(shelf.count for shelf in snapshot.shelves.values())


class Tail:
    """An append-only buffer that hands out views of its present content.

    Written only under the lock of the index. A view never changes: later encounters are written
    after its end, and an erasure replaces the array of flags instead of changing it.
    """

    def __init__(self, capacity: int, template: Columns) -> None:
        self._columns = Columns(
            *(_room(getattr(template, name), capacity) for name in COLUMN_NAMES)
        )
        self._values = np.empty(self._columns.vectors.shape, dtype=np.float32)
        self._alive = np.zeros(0, dtype=np.bool_)

    def __len__(self) -> int:
        return len(self._alive)

    @property
    def room(self) -> int:
        """The number of encounters that still fit."""
        return len(self._columns) - len(self)

    def append(self, added: Columns) -> None:
        """Write encounters at the end. The caller must ensure that they fit."""
        start, stop = len(self), len(self) + len(added)
        for name in COLUMN_NAMES:
            getattr(self._columns, name)[start:stop] = getattr(added, name)
        self._values[start:stop] = added.vectors
        self._alive = np.concatenate([self._alive, np.ones(len(added), dtype=np.bool_)])

    def erase(self, encounter_rows: Int64s) -> Columns:
        """Mark encounters as erased and return them. Encounters not held are skipped."""
        held = self._columns.encounter_rows[: len(self)]
        hit = np.isin(held, encounter_rows) & self._alive
        self._alive = self._alive & ~hit
        return take(self.view().columns, hit)

    def view(self) -> Source:
        """Return the current content as an immutable source."""
        n = len(self)
        columns = Columns(*(getattr(self._columns, name)[:n] for name in COLUMN_NAMES))
        return Source(columns=columns, exact=self._values[:n], alive=self._alive)


def _room(template: AnyArray, capacity: int) -> AnyArray:
    """Return memory for a column. The system provides its pages only as they are filled."""
    return np.empty((capacity, *template.shape[1:]), dtype=template.dtype)
