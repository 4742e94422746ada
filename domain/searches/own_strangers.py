"""How much is subtracted from the similarity of people who resemble everybody.

Each finger is compared with the cohort, people drawn from the gallery. For most fingers, the mean
of these cosines is nearly the same. A few people are similar to everybody: the amount by which
their mean exceeds the usual mean is no evidence that a probe is theirs.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

_MILLIONTHS = 1_000_000
_FINGERS = 10
_PEAK = 127.0
LEAST_PEOPLE = 64
"""A cohort of fewer people does not show what is usual."""
_DEVIATIONS = 4.0
"""How many robust standard deviations above the median a mean is still usual."""
_TO_STANDARD = 1.4826
"""The standard deviation of a normal distribution, in median absolute deviations."""


@dataclass(frozen=True, eq=False)
class OwnStrangers:
    """Measures how similar each finger is to everybody.

    One measure serves many searches, so what follows from its values is computed once.

    `directions`: int8 (10, d), the direction of the mean template of the cohort, scaled to a peak
    of 127; zero for fingers that are not compared. `lengths`: the length of that mean. `limits`:
    the mean cosine up to which a finger is usual; both ten whole numbers, in millionths. All
    values are whole, so that a replay computes with exactly the values of the search.
    """

    directions: npt.NDArray[np.int8]
    lengths: tuple[int, ...]
    limits: tuple[int, ...]

    @classmethod
    def of(
        cls, vectors: npt.NDArray[np.floating], presence: npt.NDArray[np.bool_]
    ) -> OwnStrangers:
        """Return the measure of a cohort of m people.

        `vectors`: (10, m, d), of unit length where `presence`, bool (10, m), is set. Nothing is
        unusual about fingers that fewer than `LEAST_PEOPLE` have.
        """
        wide = np.where(presence[:, :, None], vectors, 0.0).astype(np.float64)
        counts = presence.sum(axis=1)
        weights = (counts >= LEAST_PEOPLE) / np.maximum(counts, 1)
        means = wide.sum(axis=1) * weights[:, None]
        limits = np.array([_limit(*one) for one in zip(wide, presence, means, strict=True)])
        peaks = np.maximum(np.abs(means).max(axis=1, keepdims=True), 1e-30)
        directions = np.rint(means * (_PEAK / peaks)).astype(np.int8)
        return cls(directions, _millionths(np.linalg.norm(means, axis=1)), _millionths(limits))

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the measure from plain data in the form of `data`.

        Raises KeyError, TypeError, ValueError.
        """
        directions = np.frombuffer(b64decode(data["directions"], validate=True), dtype=np.int8)
        fingers, lengths, limits = (data[name] for name in ("fingers", "lengths", "limits"))
        if not len(fingers) == len(lengths) == len(limits):
            raise ValueError(
                "In the comparison with other people's prints, each finger must "
                "have one length and one limit."
            )
        every = np.zeros((_FINGERS, len(directions) // max(len(fingers), 1)), dtype=np.int8)
        both = np.zeros((2, _FINGERS), dtype=np.int64)
        every[fingers] = directions.reshape(len(fingers), -1)
        both[:, fingers] = lengths, limits
        return cls(every, *map(tuple, both.tolist()))

    @cached_property
    def data(self) -> dict[str, Any]:
        """The values of the fingers that are compared, as plain data."""
        fingers = np.flatnonzero(self.fingers).tolist()
        return {
            "fingers": fingers,
            "directions": b64encode(self.directions[fingers].tobytes()).decode(),
            "lengths": [self.lengths[finger] for finger in fingers],
            "limits": [self.limits[finger] for finger in fingers],
        }

    def only(self, fingers: npt.NDArray[np.bool_]) -> OwnStrangers:
        """Return the measure for some fingers, bool (10,)."""
        key = fingers.tobytes()
        if key not in self._parts:
            directions = np.where(fingers[:, None], self.directions, np.int8(0))
            self._parts[key] = replace(self, directions=directions)
        return self._parts[key]

    @cached_property
    def _parts(self) -> dict[bytes, OwnStrangers]:
        """Measures for some fingers, at most 1,024; they are forgotten together with this one."""
        return {}

    @cached_property
    def units(self) -> npt.NDArray[np.float32]:
        """float32 (10, d): the directions, of unit length or zero."""
        wide = self.directions.astype(np.float64)
        sizes = np.linalg.norm(wide, axis=1, keepdims=True)
        units: npt.NDArray[np.float32] = (wide / np.maximum(sizes, 1.0)).astype(np.float32)
        return units

    @cached_property
    def fingers(self) -> npt.NDArray[np.bool_]:
        """bool (10,): the fingers that are compared."""
        return np.asarray((self.directions != 0).any(axis=1))

    def usual(self) -> npt.NDArray[np.float32]:
        """Return float32 (10,): cosines with the directions below which nothing is subtracted."""
        lengths, limits = np.array([self.lengths, self.limits], dtype=np.float64)
        # Less by a millionth than the limit, so that rounding can hide no excess.
        usual = np.where(self.fingers, (limits - 1.0) / np.maximum(lengths, 0.001), np.inf)
        return usual.astype(np.float32)

    def excess(
        self, cosines: npt.NDArray[np.floating], fingers: npt.NDArray[np.intp] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return float32 (k, f): what is subtracted from the similarity of each finger, mostly 0.

        `cosines`: (k, f), of the fingers with the directions, NaN where missing. `fingers`: which
        fingers these are, intp (f,); None for all ten.
        """
        which = slice(None) if fingers is None else fingers
        lengths, limits = self._bounds[:, which]
        over = np.fmax(cosines * lengths - limits, 0.0) * self.fingers[which]
        return np.asarray(over, dtype=np.float32)

    @cached_property
    def _bounds(self) -> npt.NDArray[np.float64]:
        """float64 (2, 10): lengths and limits."""
        return np.array([self.lengths, self.limits]) / _MILLIONTHS


def _limit(
    vectors: npt.NDArray[np.float64],
    presence: npt.NDArray[np.bool_],
    mean: npt.NDArray[np.float64],
) -> float:
    """Return the mean cosine up to which one finger is usual, over comparisons with others."""
    people = int(presence.sum())
    if people < LEAST_PEOPLE:
        return 1.0
    own = (people * (vectors[presence] @ mean) - 1.0) / (people - 1)
    middle = np.median(own)
    return float(middle + _DEVIATIONS * _TO_STANDARD * np.median(np.abs(own - middle)))


def _millionths(values: npt.NDArray[np.float64]) -> tuple[int, ...]:
    found: list[int] = np.rint(values * _MILLIONTHS).astype(np.int64).tolist()
    return tuple(found)
