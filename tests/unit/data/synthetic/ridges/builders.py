"""Fingers and appearances with sensible values, and a plain comparison of minutiae."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.prints.minutiae import Minutia, MinutiaKind
from domain.prints.prints import FingerPosition, ImpressionType

PLACE_TOLERANCE_PX = 11.0
ANGLE_TOLERANCE_RAD = 0.3


def a_finger(
    number: int = 3, position: FingerPosition = FingerPosition.RIGHT_INDEX, seed: int = 11
) -> FingerIdentity:
    return FingerIdentity(seed, number, position)


def an_appearance(
    impression_type: ImpressionType = ImpressionType.PLAIN, quality: int = 70, capture: int = 1
) -> Appearance:
    return Appearance(impression_type, quality, capture)


def a_minutia(
    x_px: float = 100.0,
    y_px: float = 120.0,
    *,
    angle_rad: float = 0.5,
    kind: MinutiaKind = MinutiaKind.RIDGE_ENDING,
    quality: int = 60,
) -> Minutia:
    return Minutia(x_px, y_px, angle_rad, kind, quality)


def most_paired(some: tuple[Minutia, ...], others: tuple[Minutia, ...]) -> int:
    """Return the number of minutiae that pair up under the best rigid motion.

    Each minutia of one kind is laid on each of the same kind of the other print, place and
    direction; the pairs then within the tolerances are counted.
    """
    one, other = _table(some), _table(others)
    laid = [(anchor[3], _seen_from(other, anchor)) for anchor in other]
    best = 0
    for base in one:
        moved = _seen_from(one, base)
        for kind, seen in laid:
            if kind == base[3]:
                best = max(best, _paired(moved, seen))
    return best


def _table(minutiae: tuple[Minutia, ...]) -> npt.NDArray[np.float64]:
    rows = [
        (m.x_px, -m.y_px, m.angle_rad, float(m.kind is MinutiaKind.BIFURCATION)) for m in minutiae
    ]
    return np.array(rows)


def _seen_from(
    table: npt.NDArray[np.float64], base: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    z = (table[:, 0] - base[0] + 1j * (table[:, 1] - base[1])) * np.exp(-1j * base[2])
    return np.column_stack([z.real, z.imag, table[:, 2] - base[2]])


def _paired(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> int:
    across, down = (np.subtract.outer(one[:, axis], other[:, axis]) for axis in (0, 1))
    here, there = np.nonzero(across**2 + down**2 < PLACE_TOLERANCE_PX**2)
    # Few are near each other: directions are compared of these only.
    turned = np.abs((one[here, 2] - other[there, 2] + np.pi) % (2 * np.pi) - np.pi)
    alike = turned < ANGLE_TOLERANCE_RAD
    return min(len(set(here[alike].tolist())), len(set(there[alike].tolist())))
