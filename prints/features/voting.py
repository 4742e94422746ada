"""Counts how many minutiae of two prints vote for the same placement: a rough but fast comparison.

A generalised Hough transform, as N. K. Ratha, K. Karu, S. Chen, A. K. Jain use it in "A real-time
matching system for large fingerprint databases", IEEE TPAMI 18(8), 1996. Each minutia of one
print, with each minutia of the other, votes for the rotation and shift that lays the first on the
second. The cell with the most votes counts. No neighbourhoods are described, so the vote takes a
tenth of the time of the matcher (`prints.features.matching`), which then compares the best of many
prints.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.arrays import Float64s, Int32s
from domain.prints.minutiae import MinutiaeSet
from prints.features.parameters import VOTE


@dataclass(frozen=True, slots=True, eq=False)
class Ballot:
    """The minutiae of a print in the form in which they vote; n entries each."""

    points: npt.NDArray[np.complex128]
    """complex128 (n,): x to the right, y upwards, in pixels at 500 per inch."""
    angles_rad: Float64s
    """float64 (n,): anticlockwise."""
    weights: Float64s
    """float64 (n,): the weight of each minutia's vote, 0 to 1."""


def ballot(minutiae: MinutiaeSet) -> Ballot:
    """Return the minutiae in the form in which they vote, relative to their middle."""
    places_px = minutiae.places_nominal_px
    points = places_px[:, 0] - 1j * places_px[:, 1]
    middle = points.mean() if len(points) else 0
    weights = np.minimum(VOTE.weight_floor + minutiae.qualities / 100, 1.0)
    return Ballot(points - middle, minutiae.angles_rad.astype(np.float64), weights)


def most_votes(one: Ballot, others: Sequence[Ballot]) -> Float64s:
    """Return the votes for a print's best placement on each other, in any rotation, float64 (n,).

    0 or more, without a unit; 0 if either print has no minutiae.
    """
    # Room for all cells, used again: asking for it each time would take most of the time.
    room = np.empty((2, VOTE.turns * (_SIDE + 1) ** 2))
    counted = [_most_votes(one, other, room) for other in others]
    return np.array(counted, dtype=np.float64)


def _most_votes(one: Ballot, other: Ballot, room: Float64s) -> float:
    if not len(one.points) or not len(other.points):
        return 0.0
    turns_rad = other.angles_rad[None, :] - one.angles_rad[:, None]
    # Each minutia turned by both directions, one after the other: far fewer sines and cosines.
    upright = np.exp(-1j * one.angles_rad) * one.points
    shifts = other.points[None, :] - np.exp(1j * other.angles_rad)[None, :] * upright[:, None]
    rows, columns = _steps(shifts.imag), _steps(shifts.real)
    # Only the shifts that occur, and an empty row and column that part each turn from the next.
    height, width = int(np.ptp(rows)) + 2, int(np.ptp(columns)) + 2
    cells = (_cells(turns_rad) * height + rows - rows.min()) * width + columns - columns.min()
    votes, sums = room[:, : VOTE.turns * height * width]
    votes[:] = 0.0
    np.add.at(votes, cells.ravel(), (one.weights[:, None] * other.weights[None, :]).ravel())
    return _most_in_blocks(votes, sums, width, height * width)


def _most_in_blocks(votes: Float64s, sums: Float64s, row: int, turn: int) -> float:
    """Return the most votes in any two by two by two cells, as a placement may lie on an edge.

    `row` and `turn`: how many cells further the next row, and the next turn, begin. Both arrays
    are overwritten.
    """
    np.add(votes[turn:], votes[:-turn], out=sums[turn:])
    np.add(votes[:turn], votes[-turn:], out=sums[:turn])
    np.add(sums[row:], sums[:-row], out=votes[row:])
    votes[:row] = sums[:row]
    return float(np.add(votes[1:], votes[:-1], out=sums[1:]).max())


def _cells(turns_rad: Float64s) -> Int32s:
    return np.floor(turns_rad * (VOTE.turns / math.tau)).astype(np.int32) % VOTE.turns


def _steps(shifts_px: Float64s) -> Int32s:
    """Return the cell of each shift. Shifts beyond the range vote for the outermost cell."""
    steps = np.clip(shifts_px / VOTE.step_px + _SIDE / 2, 0, _SIDE - 1)
    return np.asarray(steps.astype(np.int32))


_SIDE = round(2 * VOTE.reach_px / VOTE.step_px)
"""The number of cells along each direction of shift."""
