"""The exact stage: cosines between a probe and selected encounters, finger by finger."""

import threading
from collections.abc import Sequence

import numpy as np

from domain.arrays import Float32s, Int8s, Int64s, Intps
from indexing.codes.rotation import probe_lengths
from indexing.codes.sources import Source
from indexing.parameters import FINGERS_AT_ONCE
from indexing.searching.ranking import similarities_of

_NAN = np.float32(np.nan)


Chosen = Sequence[tuple[Source, Int64s]]
"""Places, int64 (c,), of several sources."""


def tenprint_likeness(chosen: Chosen, probe: Float32s) -> Float32s:
    """Return float32 (c,): the similarities that the index ranks by, of all sources in turn.

    `probe` is float32 (10, d) and holds whole numbers; the row of a finger that must not be
    compared is zero.
    """
    wanted = np.flatnonzero(probe.any(axis=1))
    return similarities_of(cosines_of(chosen, probe[None, wanted], wanted)[0], wanted)


def cosines_of(chosen: Chosen, probes: Float32s, fingers: Intps) -> Float32s:
    """Return float32 (s, w, c): the cosines of `fingers`, (w,), with several probes, NaN where a
    finger is missing.

    `probes` is float32 (s, w, d) and holds whole numbers; stored fingers are read once for all.
    The cosines of one finger are contiguous in memory, because `similarities_of` adds finger by
    finger.
    """
    if not len(chosen) or not len(fingers):
        return np.empty((*probes.shape[:2], sum(len(one) for _, one in chosen)), np.float32)
    found = [_found_at(*one, fingers[:, None], probes) for one in chosen]
    products, lengths = (np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
    return _ratios(products, lengths, probe_lengths(probes)[:, :, None])


def finger_cosines(
    source: Source, places: Int64s, columns: int | Int64s, *, probe: Float32s
) -> Float32s:
    """Return float32 (c,): the cosine of a finger at each place with a probe's, NaN where missing.

    `columns` says which stored finger to compare at each place: one number for all places, or
    int64 (c,). `probe` is float32 (d,) and holds whole numbers.
    """
    products, lengths = _found_at(source, places, np.atleast_2d(columns), probe[None, None])
    return _ratios(products, lengths, probe_lengths(probe)).reshape(-1)


def _found_at(
    source: Source, places: Int64s, columns: Int64s, probes: Float32s
) -> tuple[Float32s, Float32s]:
    """Return the products of stored fingers with w fingers of s probes, float32 (s, w, d), as
    (s, w, c), and the lengths of the stored fingers, (w, c); 0 where a finger is missing.

    `columns` are (w, 1), or (1, c) for another finger at each place.
    """
    held = source.columns
    rows = places * held.lengths.shape[1] + columns
    if source.exact is None:
        products = _stored(held.vectors, rows, probes)
    else:
        which = [one.item() if one.size == 1 else one for one in columns]
        pairs = zip(which, probes.swapaxes(0, 1), strict=True)
        products = np.stack([_ready(source.exact, places, *one) for one in pairs], axis=1)
    return products, held.lengths.reshape(-1).take(rows)


def _ready(exact: Float32s, places: Int64s, columns: int | Int64s, probes: Float32s) -> Float32s:
    """Return the products of ready fingers with s probe fingers, float32 (s, d), as (s, c)."""
    is_whole = isinstance(columns, int) and len(places) == len(exact)
    # All in order: no copy.
    values = exact[:, columns] if is_whole else exact[places, columns]
    return (values @ probes.T).T


class _Room(threading.local):
    """Memory in which a thread converts stored fingers. New memory would be cleared each time."""

    def __init__(self) -> None:
        self.stored = np.empty(0, dtype=np.int8)
        self.values = np.empty(0, dtype=np.float32)

    def hold(self, size: int) -> None:
        """Make room for at least this many values."""
        if len(self.stored) < size:
            self.stored = np.empty(size, dtype=np.int8)
            self.values = np.empty(size, dtype=np.float32)


_room = _Room()


def _stored(vectors: Int8s, rows: Int64s, probes: Float32s) -> Float32s:
    """Return products of stored fingers with probe fingers, float32 (s, w, d), as (s, w, c).

    `vectors` is int8 (n, f, d). `rows` is int64 (w, c): for each probe finger, the stored fingers
    to compare it with, numbered through all n * f. The stored fingers converted at a time fit in
    the processor's cache.
    """
    d = vectors.shape[2]
    table = vectors.reshape(-1, d)
    wanted, count = rows.shape
    # One probe at a time: BLAS multiplies by a single vector three times as fast as by two.
    asked, products = probes[..., None], np.empty((len(probes), *rows.shape, 1), dtype=np.float32)
    step = FINGERS_AT_ONCE // wanted
    _room.hold(FINGERS_AT_ONCE * d)
    for start in range(0, count, step):
        part = rows[:, start : start + step]
        stored = _room.stored[: part.size * d].reshape(*part.shape, d)
        values = _room.values[: part.size * d].reshape(*part.shape, d)
        # Rows are never out of range; `take` writes straight to its output only in mode "clip".
        table.take(part, axis=0, mode="clip", out=stored)
        np.copyto(values, stored)
        np.matmul(values, asked, out=products[:, :, start : start + step])
    return products[..., 0]


def _ratios(products: Float32s, stored_lengths: Float32s, lengths_of_probe: Float32s) -> Float32s:
    scale = stored_lengths * lengths_of_probe
    scale[scale == 0] = _NAN  # avoids a warning for a division by zero
    return products / scale
