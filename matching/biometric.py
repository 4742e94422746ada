"""From cosines to bits: each finger by its impression types and qualities, then all together.

The fingers of one comparison share a hidden state (the person and the two captures). Given the
state they are independent, so the joint ratio is a mean over states of products over fingers. Its
difference from the plain sum over fingers is a separate row of evidence: print dependence.
"""

from dataclasses import dataclass

import numpy as np

from domain.arrays import Float32s, Intps, UInt8s
from domain.prints.prints import IMPRESSION_TYPES
from matching.calibration import CalibrationMap
from matching.levels import Bits, run_starts
from matching.parameters import COSINE_STEP, LEAST_DISTANCE, STATE_WEIGHTS

Codes = UInt8s
COSINES = np.round(np.arange(-1.0, 1.0 + COSINE_STEP / 2, COSINE_STEP), 6)
"""float64 (bins,): the grid of cosines for which ratios are tabulated."""

PAIRINGS = tuple(
    (first, second)
    for number, first in enumerate(IMPRESSION_TYPES)
    for second in IMPRESSION_TYPES[number:]
)
"""The pairs of impression types that a model distinguishes, ordered as `IMPRESSION_TYPES`."""


def closeness(cosines: Bits) -> Bits:
    """Return -ln(1 - cosine), on which scale mated fingers spread equally at every quality."""
    return np.asarray(-np.log(np.maximum(1.0 - cosines, LEAST_DISTANCE)))


def _pairing_table() -> Intps:
    table = np.zeros((len(IMPRESSION_TYPES), len(IMPRESSION_TYPES)), dtype=np.intp)
    for number, (first, second) in enumerate(PAIRINGS):
        one, other = IMPRESSION_TYPES.index(first), IMPRESSION_TYPES.index(second)
        table[one, other] = table[other, one] = number
    return table


_PAIRING_OF = _pairing_table()


@dataclass(frozen=True, slots=True, eq=False)
class FingerPairs:
    """n x 10 finger comparisons, with the variables on which their ratios depend.

    `cosines`: float32 (n, 10), NaN where not compared. The others: uint8 (n, 10); the codes are
    indices into `IMPRESSION_TYPES`.
    """

    cosines: Float32s
    probe_qualities: Codes
    probe_codes: Codes
    held_qualities: Codes
    held_codes: Codes


@dataclass(frozen=True, slots=True, eq=False)
class BiometricModel:
    """The fitted ratios of one finger, for each state of a capture.

    `means`: float64 (pairings, 3): expected closeness = m0 + m1 * quality of the first impression
    type + m2 * quality of the second. `knots`: float64 (pairings, knots), ascending, evenly
    spaced. `tables`: float64 (pairings, knots, bins, states), bits, non-decreasing along the bins.
    """

    means: Bits
    knots: Bits
    tables: Bits
    below: Bits
    """float64 (pairings, knots, bins, 1): bits of a finger with only an upper bound of cosine."""
    calibration: CalibrationMap
    """Calibration of the joint bits of fingers in known positions."""
    mark_calibration: CalibrationMap
    """Calibration of the bits of a mark, after the correction for the number of fingers tried."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintBits:
    """The evidence of the prints of k candidates, in bits.

    `fingers`: float64 (k, 10), NaN where not compared. `joint`: float64 (k,), calibrated, 0 where
    no finger was compared. `dependence`: float64 (k,), joint minus the plain sum.
    """

    fingers: Bits
    joint: Bits
    dependence: Bits | None
    """None where the bits of the fingers are simply added."""


_WEIGHTS = np.array(STATE_WEIGHTS) / sum(STATE_WEIGHTS)


def log2_mean(bits: Bits) -> Bits:
    """Return log2 of the mean ratio over states of `bits`, float64 (..., states).

    Ratios of ten bounded fingers stay far within the range of double precision.
    """
    return np.asarray(np.log2(np.exp2(bits) @ _WEIGHTS))


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """n compared fingers: candidate, finger, pairing, expected closeness and cosine, (n,) each."""

    candidates: Intps
    fingers: Intps
    pairings: Intps
    expected: Bits
    cosines: Bits


def seen_fingers(means_of: Bits, pairs: FingerPairs) -> Seen:
    """Return the fingers compared. `means_of`: float64 (pairings, 3), as in `BiometricModel`."""
    places = np.flatnonzero(~np.isnan(pairs.cosines))
    candidates, fingers = np.divmod(places, pairs.cosines.shape[1])
    probe_codes, held_codes, probe_qualities, held_qualities, cosines = (
        array.ravel().take(places)
        for array in (
            pairs.probe_codes,
            pairs.held_codes,
            pairs.probe_qualities,
            pairs.held_qualities,
            pairs.cosines,
        )
    )
    in_order = probe_codes <= held_codes
    first = np.where(in_order, probe_qualities, held_qualities)
    second = np.where(in_order, held_qualities, probe_qualities)
    pairings = _PAIRING_OF[probe_codes, held_codes]
    means = means_of[pairings]
    return Seen(
        candidates=candidates,
        fingers=fingers,
        pairings=pairings,
        expected=means[:, 0] + means[:, 1] * first + means[:, 2] * second,
        cosines=cosines.astype(np.float64),
    )


def _look_up(knots: Bits, tables: Bits, seen: Seen) -> Bits:
    """Look up values in the tables, interpolated between expected similarities and cosines.

    `tables`: float64 (pairings, knots, bins, width). Returns float64 (n, width).
    """
    pairings = seen.pairings
    steps = (knots[:, -1] - knots[:, 0]) / (knots.shape[1] - 1)
    places = (seen.expected - knots[pairings, 0]) / steps[pairings]
    row, row_share = _cell(places, knots.shape[1])
    bin_, bin_share = _cell((seen.cosines + 1.0) / COSINE_STEP, len(COSINES))
    # `take` with one flat index is several times faster than indexing by three arrays.
    flat = tables.reshape(-1, tables.shape[-1])
    first = (pairings * tables.shape[1] + row) * tables.shape[2] + bin_
    second = first + tables.shape[2]
    lower = _blend(flat.take(first, axis=0), flat.take(first + 1, axis=0), bin_share)
    upper = _blend(flat.take(second, axis=0), flat.take(second + 1, axis=0), bin_share)
    return _blend(lower, upper, row_share)


def _cell(places: Bits, size: int) -> tuple[Intps, Bits]:
    bounded = np.clip(places, 0.0, size - 1.0)
    cell = np.minimum(bounded.astype(np.intp), size - 2)
    return cell, bounded - cell


def _blend(low: Bits, high: Bits, share: Bits) -> Bits:
    # One new array instead of three, because these are the largest arrays of a search.
    blended = high - low
    blended *= share[:, None]
    blended += low
    return np.asarray(blended)


def print_bits(model: BiometricModel, pairs: FingerPairs) -> PrintBits:
    """Return the bits of k candidates, each finger compared with the candidate's same finger."""
    seen = seen_fingers(model.means, pairs)
    states = _look_up(model.knots, model.tables, seen)
    joint = np.zeros(len(pairs.cosines))
    if len(states):
        # Fingers are ordered by candidate, so each candidate is one run of rows.
        starts = run_starts(seen.candidates)
        sums = np.add.reduceat(states, starts)
        joint[seen.candidates[starts]] = model.calibration(log2_mean(sums))
    return _with_dependence(_finger_bits(states, seen, pairs), joint)


def mark_bits(model: BiometricModel, pairs: FingerPairs, *, fingers_tried: int) -> PrintBits:
    """Return the bits of k candidates for a mark that any one of `fingers_tried` may have made.

    The ratio is a mean over the fingers tried. For a finger that was tried but not compared, the
    cosine of the best finger is used as an upper bound.
    """
    seen = seen_fingers(model.means, pairs)
    fingers = _finger_bits(_look_up(model.knots, model.tables, seen), seen, pairs)
    below = np.full(pairs.cosines.shape, -np.inf)
    below[seen.candidates, seen.fingers] = _look_up(model.knots, model.below, seen)[:, 0]
    compared = ~np.isnan(fingers)
    unseen = np.maximum(fingers_tried - compared.sum(axis=1), 0)
    ratios = np.exp2(np.where(compared, fingers, -np.inf)).sum(axis=1)
    ratios += unseen * np.exp2(below.max(axis=1))
    with np.errstate(divide="ignore"):
        joint = model.mark_calibration(np.log2(ratios / max(fingers_tried, 1)))
    return _with_dependence(fingers, np.where(compared.any(axis=1), joint, 0.0))


def _finger_bits(states: Bits, seen: Seen, pairs: FingerPairs) -> Bits:
    """Return float64 (k, 10): bits of each finger, NaN where not compared."""
    fingers = np.full(pairs.cosines.shape, np.nan)
    fingers[seen.candidates, seen.fingers] = log2_mean(states)
    return fingers


def _with_dependence(fingers: Bits, joint: Bits) -> PrintBits:
    # Computed as a product with ones, because summing along a short axis is slower.
    sums = np.nan_to_num(fingers) @ np.ones(fingers.shape[1])
    return PrintBits(fingers=fingers, joint=joint, dependence=joint - sums)
