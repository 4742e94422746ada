"""Compaction and merging: new segments are written beside the old, then swapped in."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from indexing.codes.sources import MergedRows, Source, merged_rows
from indexing.files.generations import NamedCodec
from indexing.files.segments import Segment, with_erased
from indexing.files.snapshots import Shelf
from indexing.files.store import Store
from indexing.manifests import Kind
from indexing.parameters import IndexLimits

_TIER_GROWTH = 8
"""Each size class of segments is this many times larger than the class below."""

_JUDGED = 2048
"""Encounters on which a codec is tested: 4,000 fingers show a change of .1 in the residual."""

_Choice = Callable[[Sequence[Segment]], list[Segment]]


def compact(store: Store) -> None:
    """Write memory to disk, and rewrite small segments and segments with erasures.

    Afterwards no file of the index contains a byte of a capture erased before the call. Searches,
    enrolments and erasures continue meanwhile. Raises GalleryError if writing fails; the previous
    generation then stays in use.
    """
    with store.maintaining:
        store.seal()
        codec = _codec_for(store)
        name = codec.entry.name if codec else ""
        limit = store.generations.limits.segment
        _rewrite(store, codec, lambda segments: _worth_rewriting(segments, name, limit))


def maintain(store: Store) -> bool:
    """Merge segments if there are too many of one size class; return whether any were merged.

    Meant for a background thread. It copies each encounter only a few times over its life.
    """
    with store.maintaining:
        codec = store.generations.codec
        limits = store.generations.limits
        shelves = store.snapshot.shelves
        is_due = any(_crowded(shelves[kind].segments, limits) for kind in Kind)
        if is_due:
            _rewrite(store, codec, lambda segments: _crowded(segments, limits))
        return is_due


def drop_erased(store: Store) -> bool:
    """Rewrite the segments that have erasures, but nothing in memory; return whether any had.

    Which captures are sealed does not change, so no candidate list changes.
    """
    with store.maintaining:
        shelves = store.snapshot.shelves
        if not any(_with_erasures(shelves[kind].segments) for kind in Kind):
            return False
        _rewrite(store, store.generations.codec, _with_erasures)
        return True


def needs_first_codec(store: Store) -> bool:
    """Return whether the gallery has become too large to be searched exactly without a codec."""
    shelf = store.snapshot.shelves[Kind.TENPRINTS]
    return (
        store.generations.codec is None
        and sum(len(s.source) for s in shelf.segments) >= store.generations.limits.codec_minimum
    )


def _codec_for(store: Store) -> NamedCodec | None:
    """Return the codec to compact with. Train a new one if the newest no longer fits the gallery.

    It no longer fits if the gallery has outgrown it, or if its codes lose more of the present
    captures than of its training sample.
    """
    inputs = [segment.source for segment in store.snapshot.shelves[Kind.TENPRINTS].segments]
    rows = merged_rows(inputs)
    limits = store.generations.limits
    sample = min(len(rows), limits.codec_sample)
    newest = store.generations.codec
    if sample < limits.codec_minimum:
        return newest
    if newest is not None and sample < newest.entry.trained_on * limits.codec_growth:
        lost = newest.codec.residual
        if lost is None or _residual(rows, inputs, newest) <= lost * limits.codec_residual:
            return newest
    return store.generations.train(rows, inputs, store.snapshot.fmt)


def _residual(rows: MergedRows, inputs: Sequence[Source], newest: NamedCodec) -> float:
    """Return the share that codes lose of the encounters held now; see `Codec.residual_of`."""
    vectors = rows.sampled([source.columns.vectors for source in inputs], _JUDGED)
    bits = rows.sampled([source.columns.finger_bits for source in inputs], _JUDGED)
    return newest.codec.residual_of(vectors, bits)


def _worth_rewriting(segments: Sequence[Segment], codec_name: str, limit: int) -> list[Segment]:
    stale = [s for s in segments if s.source.alive is not None or s.entry.codec != codec_name]
    small = [s for s in segments if s not in stale and len(s.source) < limit // 2]
    return stale + small if stale or len(small) > 1 else []


def _with_erasures(segments: Sequence[Segment]) -> list[Segment]:
    return [segment for segment in segments if segment.source.alive is not None]


def _crowded(segments: Sequence[Segment], limits: IndexLimits) -> list[Segment]:
    """Return the segments to merge: those of the smallest size class that has too many."""
    tiers: dict[int, list[Segment]] = defaultdict(list)
    for segment in segments:
        tiers[int(np.log(max(len(segment.source), 1)) / np.log(_TIER_GROWTH))].append(segment)
    for tier in sorted(tiers):
        chosen = _fitting(tiers[tier], limits.segment)
        if len(tiers[tier]) >= limits.segments_before_merge and len(chosen) > 1:
            return chosen
    return []


def _fitting(segments: Sequence[Segment], limit: int) -> list[Segment]:
    """Return the smallest segments, as many as fit into one segment together."""
    by_size = sorted(segments, key=lambda segment: len(segment.source))
    totals = np.cumsum([len(segment.source) for segment in by_size])
    return by_size[: int(np.searchsorted(totals, limit, side="right"))]


def _rewrite(store: Store, codec: NamedCodec | None, choice: _Choice) -> None:
    """Merge chosen segments of each kind and swap in the new ones, with erasures made since."""
    before = store.snapshot
    chosen = {kind: choice(before.shelves[kind].segments) for kind in Kind}
    written = {
        kind: store.generations.write_rows(
            kind, merged_rows([s.source for s in old]), [s.source for s in old], codec=codec
        )
        for kind, old in chosen.items()
        if old
    }
    if not written:
        return
    with store.changing:
        now = store.snapshot
        shelves = {
            kind: _replaced(now.shelves[kind], chosen[kind], new) for kind, new in written.items()
        }
        store.show({**now.shelves, **shelves}, now.cursor)


def _replaced(shelf: Shelf, old: Sequence[Segment], new: Sequence[Segment]) -> Shelf:
    """Return the shelf with new segments in place of old ones, without captures erased since."""
    names = {segment.entry.name for segment in old}
    kept = [segment for segment in shelf.segments if segment.entry.name not in names]
    gone = [
        segment.source.columns.encounter_rows[~segment.source.alive]
        for segment in shelf.segments
        if segment.entry.name in names and segment.source.alive is not None
    ]
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *gone])
    # A capture that was added again after an erasure is erased in one segment and held in another.
    for segment in shelf.segments:
        if len(rows) and segment.entry.name in names:
            places = segment.alive_places_of(rows)
            rows = np.setdiff1d(rows, segment.source.columns.encounter_rows[places])
    fresh = []
    for segment in new:
        places = segment.places_of(rows)
        fresh.append(with_erased(segment, places) if len(places) else segment)
    return replace(shelf, segments=(*kept, *fresh))
