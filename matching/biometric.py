"""Cosines to bits: each finger given its impressions and qualities, and fingers together.

The fingers of one comparison share a state (the person, the two captures). Given the state they
are independent, so the joint ratio is a mean over states of products over fingers, and the
difference to the plain sum is a row of its own: print dependence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from domain.prints import IMPRESSION_TYPES
from matching.parameters import COSINE_STEP, LEAST_DISTANCE, STATE_WEIGHTS

if TYPE_CHECKING:
    from matching.calibration import CalibrationMap
    from matching.levels import Bits

Codes = npt.NDArray[np.uint8]
COSINES = np.round(np.arange(-1.0, 1.0 + COSINE_STEP / 2, COSINE_STEP), 6)
"""float64 (bins,): the grid on which ratios are tabled."""

PAIRINGS = tuple(
    (first, second)
    for number, first in enumerate(IMPRESSION_TYPES)
    for second in IMPRESSION_TYPES[number:]
)
"""Pairs of impression types that are told apart, in the order of `IMPRESSION_TYPES`."""


def closeness(cosines: Bits) -> Bits:
    """Return -ln(1 - cosine), the scale on which mated fingers spread evenly at every quality."""
    return np.asarray(-np.log(np.maximum(1.0 - cosines, LEAST_DISTANCE)))


def _pairing_table() -> npt.NDArray[np.intp]:
    table = np.zeros((len(IMPRESSION_TYPES), len(IMPRESSION_TYPES)), dtype=np.intp)
    for number, (first, second) in enumerate(PAIRINGS):
        one, other = IMPRESSION_TYPES.index(first), IMPRESSION_TYPES.index(second)
        table[one, other] = table[other, one] = number
    return table


_PAIRING_OF = _pairing_table()


@dataclass(frozen=True, slots=True, eq=False)
class FingerPairs:
    """n x 10 finger comparisons with what conditions them.

    `cosines`: float32 (n, 10), NaN where not compared. The others: uint8 (n, 10) or anything that
    broadcasts to it, codes being indices into `IMPRESSION_TYPES`.
    """

    cosines: npt.NDArray[np.float32]
    probe_qualities: Codes
    probe_codes: Codes
    held_qualities: Codes
    held_codes: Codes


@dataclass(frozen=True, slots=True, eq=False)
class BiometricModel:
    """Fitted ratios of one finger in each state of a capture.

    `means`: float64 (pairings, 3): expected closeness = m0 + m1 * quality of the first impression
    type + m2 * quality of the second. `knots`: float64 (pairings, knots), rising, evenly spaced.
    `tables`: float64 (pairings, knots, bins, states), bits, non-decreasing along the bins.
    """

    means: Bits
    knots: Bits
    tables: Bits
    below: Bits
    """float64 (pairings, knots, bins, 1): bits of a finger known only to agree no more than so."""
    calibration: CalibrationMap
    """Of the joint bits of fingers whose position is known."""
    mark_calibration: CalibrationMap
    """Of the bits of a mark, after the fingers tried are allowed for."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintBits:
    """Bits of the prints of k candidates.

    `fingers`: float64 (k, 10), NaN where not compared. `joint`: float64 (k,), calibrated, 0 where
    no finger was compared. `dependence`: float64 (k,), joint minus the plain sum.
    """

    fingers: Bits
    joint: Bits
    dependence: Bits


_LOG2_WEIGHTS = np.log2(np.array(STATE_WEIGHTS) / sum(STATE_WEIGHTS))


def log2_mean(bits: Bits) -> Bits:
    """Return log2 of the mean ratio over states of `bits`, float64 (..., states)."""
    weighted = bits + _LOG2_WEIGHTS
    top = weighted.max(axis=-1)
    return np.asarray(top + np.log2(np.exp2(weighted - top[..., None]).sum(axis=-1)))


def state_bits(model: BiometricModel, pairs: FingerPairs) -> Bits:
    """Return float64 (n, 10, states): bits of each finger in each state, 0 where not compared."""
    return _tabled(model, model.tables, pairs)


def _tabled(model: BiometricModel, tables: Bits, pairs: FingerPairs) -> Bits:
    """Return float64 (n, 10, width): what `tables` say of each finger, 0 where not compared."""
    shape, width = pairs.cosines.shape, tables.shape[-1]
    seen = np.flatnonzero(~np.isnan(pairs.cosines))
    result = np.zeros((pairs.cosines.size, width))
    if seen.size:
        probe_codes, held_codes, probe_qualities, held_qualities = (
            np.broadcast_to(array, shape).reshape(-1)[seen]
            for array in (
                pairs.probe_codes,
                pairs.held_codes,
                pairs.probe_qualities,
                pairs.held_qualities,
            )
        )
        pairings = _PAIRING_OF[probe_codes, held_codes]
        in_order = probe_codes <= held_codes
        first = np.where(in_order, probe_qualities, held_qualities)
        second = np.where(in_order, held_qualities, probe_qualities)
        means = model.means[pairings]
        expected = means[:, 0] + means[:, 1] * first + means[:, 2] * second
        cosines = pairs.cosines.reshape(-1)[seen]
        rows = _Place(pairings, expected, cosines)
        result[seen] = _look_up(model.knots, tables, rows)
    return result.reshape(*shape, width)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where n comparisons stand in the tables: pairing, expected closeness, cosine, each (n,)."""

    pairings: npt.NDArray[np.intp]
    expected: Bits
    cosines: npt.NDArray[np.float32]


def _look_up(knots: Bits, tables: Bits, at: _Place) -> Bits:
    """Interpolate the tables, linearly in expected closeness and in observed cosine."""
    pairings = at.pairings
    steps = (knots[:, -1] - knots[:, 0]) / (knots.shape[1] - 1)
    places = (at.expected - knots[pairings, 0]) / steps[pairings]
    row, row_share = _cell(places, knots.shape[1])
    bin_, bin_share = _cell((at.cosines.astype(np.float64) + 1.0) / COSINE_STEP, len(COSINES))
    lower = _blend(tables[pairings, row, bin_], tables[pairings, row, bin_ + 1], bin_share)
    upper = _blend(tables[pairings, row + 1, bin_], tables[pairings, row + 1, bin_ + 1], bin_share)
    return _blend(lower, upper, row_share)


def _cell(places: Bits, size: int) -> tuple[npt.NDArray[np.intp], Bits]:
    bounded = np.clip(places, 0.0, size - 1.0)
    cell = np.minimum(bounded.astype(np.intp), size - 2)
    return cell, bounded - cell


def _blend(low: Bits, high: Bits, share: Bits) -> Bits:
    return np.asarray(low + (high - low) * share[:, None])


def print_bits(model: BiometricModel, pairs: FingerPairs) -> PrintBits:
    """Return the bits of k candidates whose fingers were compared each with its own."""
    states = state_bits(model, pairs)
    seen = ~np.isnan(pairs.cosines)
    fingers = np.where(seen, log2_mean(states), np.nan)
    joint = model.calibration(log2_mean(states.sum(axis=1)))
    return _with_dependence(fingers, np.where(seen.any(axis=1), joint, 0.0))


def mark_bits(model: BiometricModel, pairs: FingerPairs, *, fingers_tried: int) -> PrintBits:
    """Return the bits of k candidates of whom any of `fingers_tried` fingers may have made a mark.

    The ratio is a mean over the fingers tried. A finger that was tried and is not among those
    compared is known to agree no more than the one that agrees most.
    """
    seen = ~np.isnan(pairs.cosines)
    fingers = np.where(seen, log2_mean(state_bits(model, pairs)), np.nan)
    below = np.where(seen, _tabled(model, model.below, pairs)[..., 0], -np.inf).max(axis=1)
    unseen = np.maximum(fingers_tried - seen.sum(axis=1), 0)
    ratios = np.exp2(np.where(seen, fingers, -np.inf)).sum(axis=1) + unseen * np.exp2(below)
    with np.errstate(divide="ignore"):
        joint = model.mark_calibration(np.log2(ratios / max(fingers_tried, 1)))
    return _with_dependence(fingers, np.where(seen.any(axis=1), joint, 0.0))


def _with_dependence(fingers: Bits, joint: Bits) -> PrintBits:
    return PrintBits(fingers=fingers, joint=joint, dependence=joint - np.nansum(fingers, axis=1))
