"""Counts of strangers, by the thousand million, and the upper bound that they support."""

import numpy as np

from domain.arrays import Float32s, Int64s
from matching.levels import Bits
from matching.local_prints import DEVIATIONS
from matching.print_parameters import (
    COUNT_CONFIDENCE,
    COUNT_DISPERSION,
    FALLING_FROM,
    STRANGER_STEP,
)

_BLOCK = 2048
_BODY_EVERY = 8
"""Where strangers are many, only one block in this many is counted."""
_BODY_ENDS = 2.5
"""Standard deviations from which every stranger is counted."""
_BODY_BINS = int(np.searchsorted(DEVIATIONS, _BODY_ENDS))


def count_strangers(
    probes: Float32s, gallery: Float32s, own: Int64s, *, moments: Bits
) -> tuple[Int64s, Int64s]:
    """Return int64 (z,) counts on `DEVIATIONS`: the body from some blocks, the tail from all.

    `probes`: float32 (n, d), rows of unit length; `gallery`: float32 (m, d), likewise. `own`:
    int64 (n,), the gallery row of the probe's own person, which is left out; -1 for none.
    `moments`: float64 (n, 2), of each probe's own strangers. The two arrays are the counts of the
    body, and the counts from `_BODY_ENDS` on; `merged_counts` joins them.
    """
    scaled = np.ascontiguousarray(probes / moments[:, 1:], dtype=np.float32)
    shifts = (moments[:, 0] / moments[:, 1]).astype(np.float32)[:, None]
    body, tail = (np.zeros(len(DEVIATIONS), dtype=np.int64) for _ in range(2))
    number = 0
    for row in range(0, len(probes), _BLOCK):
        for column in range(0, len(gallery), _BLOCK):
            deviations = scaled[row : row + _BLOCK] @ gallery[column : column + _BLOCK].T
            deviations -= shifts[row : row + _BLOCK]
            held = own[row : row + _BLOCK] - column
            mated = np.flatnonzero((held >= 0) & (held < deviations.shape[1]))
            deviations[mated, held[mated]] = np.nan
            flat = deviations.ravel()
            if number % _BODY_EVERY == 0:
                body += _histogram(flat[~np.isnan(flat)])
            tail += _histogram(flat[flat >= DEVIATIONS[_BODY_BINS] - STRANGER_STEP / 2])
            number += 1
    return body, tail


def _histogram(deviations: Float32s) -> Int64s:
    places = np.rint((deviations - np.float32(DEVIATIONS[0])) / np.float32(STRANGER_STEP))
    bounded = places.clip(0, len(DEVIATIONS) - 1).astype(np.int64)
    return np.bincount(bounded, minlength=len(DEVIATIONS))


def merged_counts(body: Int64s, tail: Int64s) -> Int64s:
    """Return int64 (z,): the counts of the tail, those of the body scaled to the same total."""
    counts = tail.copy()
    raised = body * (tail[_BODY_BINS:].sum() / max(int(body[_BODY_BINS:].sum()), 1))
    counts[:_BODY_BINS] = np.rint(raised[:_BODY_BINS])
    return counts


def upper_density(counts: Int64s) -> Bits:
    """Return float64 (z,), log2: an upper bound on the density of strangers on `DEVIATIONS`.

    `counts`: int64 (z,), comparisons of different people in each bin. There are two bounds, and
    the lower one is taken. The first is from the bin's own count. The second applies where the
    density falls: all counts above a place y below z, spread over z - y. A value that was never
    counted is therefore worth as much as the last counts support, spread over the distance to
    them; nothing is extrapolated. Below the mode the bound is that of the mode, so that a low
    cosine is never evidence for a person. Bounds are Jeffreys intervals of level
    `COUNT_CONFIDENCE`, one-sided and pointwise, on counts divided by `COUNT_DISPERSION`, because
    enrolled people are compared more than once.
    """
    held = counts / COUNT_DISPERSION
    total = float(held.sum())
    mode = int(held.argmax())
    density = _upper_share(held, total) / STRANGER_STEP
    above = _upper_share(np.cumsum(held[::-1])[::-1], total)
    for place in range(mode + int(FALLING_FROM / STRANGER_STEP), len(held) - 1):
        # Bin `place` begins half a step below its centre, like the bins above it.
        distances = np.arange(1, len(held) - place) * STRANGER_STEP
        density[place + 1 :] = np.minimum(density[place + 1 :], above[place] / distances)
    density[mode:] = np.minimum.accumulate(density[mode:])
    density[:mode] = density[mode]
    return np.asarray(np.log2(density))


def _upper_share(counts: Bits, total: float) -> Bits:
    """Return the upper bound of each share, given that `counts` of `total` were seen."""
    from scipy.special import betaincinv  # noqa: PLC0415 - scipy is for fitting alone

    return np.asarray(betaincinv(counts + 0.5, total - counts + 0.5, COUNT_CONFIDENCE))
