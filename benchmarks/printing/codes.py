"""A second look-up of marks, as `--growth` tries it: codes of the neighbourhoods of minutiae.

After R. Cappelli, M. Ferrara, D. Maltoni, "Fingerprint indexing based on Minutia Cylinder-Code",
IEEE TPAMI 33(5), 2011. The neighbourhood of each minutia becomes a row of bits, and those of the
mark are compared with those of all fingers. Minutiae whose codes differ in few bits vote for the
placement that lays the mark on the finger.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from prints.features.describing import Description
from prints.features.parameters import VOTE
from prints.features.placing import Indices, points_of

Codes = npt.NDArray[np.uint64]

CODE_BITS = 128
NEAR_BITS = 36
"""Minutiae whose codes differ in more bits do not vote."""
_LEAST_PAIRS = 4
"""Fingers with fewer pairs of near codes get no votes."""
_TURNS, _STEP_PX = VOTE.turns // 2, 2 * VOTE.step_px
"""The cells of a placement: twice as wide as where all minutiae vote."""
_SIDE = round(4 * VOTE.reach_px / _STEP_PX)
_AT_ONCE = 16_384
"""Codes compared at a time, so that they stay in the cache of the processor."""


class Coder:
    """Turns neighbourhoods into codes: the sides of random planes on which they lie, which similar
    neighbourhoods share.
    """

    def __init__(self, mean: npt.NDArray[np.float64]) -> None:
        """`mean`: float64 (d,), the mean of neighbourhoods."""
        planes = np.random.default_rng(1).normal(size=(len(mean), CODE_BITS))
        self._mean, self._planes = mean.astype(np.float32), planes.astype(np.float32)

    def coded(self, description: Description) -> "Coded":
        """Return the minutiae of a print with their codes, relative to their middle."""
        sides = (description.descriptors - self._mean) @ self._planes > 0
        points = points_of(description)
        return Coded(
            np.packbits(sides, axis=1).view(np.uint64),
            (points - (points.mean() if len(points) else 0)).astype(np.complex64),
            description.angles_rad.astype(np.float32),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """n minutiae with their codes."""

    codes: Codes
    """uint64 (n, CODE_BITS / 64)."""
    points: npt.NDArray[np.complex64]
    """complex64 (n,), in pixels at 500 per inch."""
    angles_rad: npt.NDArray[np.float32]
    """float32 (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class CodeGallery:
    """The codes of g fingers, n minutiae in total."""

    coder: Coder
    words: Codes
    """uint64 (CODE_BITS / 64, n): the codes, word by word."""
    fingers: npt.NDArray[np.int32]
    """int32 (n,): the finger of each code, 0 to g - 1."""
    minutiae: Coded
    count: int
    """g."""

    @classmethod
    def of(cls, coder: Coder, prints: Sequence[Coded]) -> "CodeGallery":
        """Return the codes of these fingers."""
        all_of_them = Coded(
            np.concatenate([one.codes for one in prints]),
            np.concatenate([one.points for one in prints]),
            np.concatenate([one.angles_rad for one in prints]),
        )
        sizes = [len(one.points) for one in prints]
        fingers = np.repeat(np.arange(len(prints), dtype=np.int32), sizes)
        words = np.ascontiguousarray(all_of_them.codes.T)
        return cls(coder, words, fingers, all_of_them, len(prints))

    def votes(self, description: Description) -> npt.NDArray[np.float64]:
        """Return float64 (g,): the votes for the best placement of a mark on each finger."""
        if not len(description):
            return np.zeros(self.count)
        mark = self.coder.coded(description)
        mine, theirs, bits = self._near(mark.codes)
        hits = np.bincount(self.fingers[theirs], minlength=self.count)
        kept = hits[self.fingers[theirs]] >= _LEAST_PAIRS
        mine, theirs, weights = mine[kept], theirs[kept], 1.0 - bits[kept] / (NEAR_BITS + 1)
        turned = self.minutiae.angles_rad[theirs] - mark.angles_rad[mine]
        turns_rad = turned.astype(np.float64)
        shifts = self.minutiae.points[theirs] - np.exp(1j * turns_rad) * mark.points[mine]
        return _most_in_blocks(self.fingers[theirs], turns_rad, shifts, weights, self.count)

    def _near(self, codes: Codes) -> tuple[Indices, Indices, npt.NDArray[np.uint8]]:
        """Return the pairs of minutiae with near codes, and in how many bits each pair differs."""
        found = []
        for start in range(0, self.words.shape[1], _AT_ONCE):
            block = self.words[:, start : start + _AT_ONCE]
            for at, code in enumerate(codes):
                bits = np.bitwise_count(block[0] ^ code[0])
                for word, own in zip(block[1:], code[1:], strict=True):
                    bits += np.bitwise_count(word ^ own)
                near = np.flatnonzero(bits <= NEAR_BITS)
                found.append((np.full(len(near), at), near + start, bits[near]))
        mine, theirs, differing = (np.concatenate(one) for one in zip(*found, strict=True))
        return mine, theirs, differing


def _most_in_blocks(
    fingers: npt.NDArray[np.int32],
    turns_rad: npt.NDArray[np.float64],
    shifts: npt.NDArray[np.complex128],
    weights: npt.NDArray[np.float64],
    count: int,
) -> npt.NDArray[np.float64]:
    """Return float64 (count,): the most votes for each finger in any block of two by two by two
    cells of turn and shift.
    """
    turn = np.floor(turns_rad * (_TURNS / math.tau)).astype(np.int64)
    row, column = (
        np.clip(one / _STEP_PX + _SIDE / 2, 0, _SIDE - 2).astype(np.int64)
        for one in (shifts.imag, shifts.real)
    )
    keys = [
        ((fingers * _TURNS + (turn + a) % _TURNS) * _SIDE + row + b) * _SIDE + column + c
        for a, b, c in product((0, 1), repeat=3)
    ]
    cells, places = np.unique(np.concatenate(keys), return_inverse=True)
    votes = np.bincount(places, weights=np.tile(weights, 8), minlength=len(cells))
    most = np.zeros(count)
    np.maximum.at(most, cells // (_TURNS * _SIDE**2), votes)
    return most
