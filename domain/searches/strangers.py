"""How similar a probe is to people drawn from the gallery, who are called its strangers, and how
much is subtracted from the similarity of people who resemble everybody.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from domain.arrays import Bools, Float32s, Float64s, Int8s, Intps

TEN_THOUSANDTHS = 10_000
"""The unit of means and spreads."""
_MOST = 10 * TEN_THOUSANDTHS
_FINGERS = 10
_TAIL_SHARE = 64
"""One in this many cosines lies beyond the quantile at which the tail is checked."""
_TAIL_REACH = 2.154 * 1.2
"""That quantile of the standard normal distribution, plus a fifth. Among 512 people, the sample
quantile of a normal distribution exceeds this value by chance only once in a thousand times."""
_PEAK_ERRORS = 4.0
"""The number of standard errors by which the fourth moment of a normal distribution is assumed to
exceed 3 by chance."""


class Standing(StrEnum):
    """What the monitoring had found at the time when a probe was measured."""

    AT_HOME = ""
    """No finding: as far as is known, comparisons follow the model's law."""
    WIDENED = "widened"
    """The law may be changing: the spreads are wider than measured."""
    WITHHELD = "withheld"
    """The law has changed: comparisons are ranked and have no bits."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """The cosines of a probe with a cohort of enrolled people, finger by finger.

    `people`: the largest number of people compared. `means`, `spreads`: mean and standard
    deviation of the cosines in ten-thousandths, ten of each; the spread is 0 if a finger was not
    compared. If the highest cosines lie far beyond those of a normal distribution, the spread is
    widened until they do not, because some strangers of such a probe are very similar to it. If
    the fourth moment is larger than chance explains, the spread is multiplied by that moment
    divided by 3: about what Student's distribution with the same moment needs at one in a million.
    All values are whole numbers, so that a replay computes with exactly the values of the search.
    """

    people: int
    means: tuple[int, ...]
    spreads: tuple[int, ...]
    standing: Standing = Standing.AT_HOME

    @classmethod
    def of(cls, cosines: Float32s, compared: Bools) -> Self:
        """Return the measure of `cosines`, float32 (10, m), where `compared`, bool (10, m), is
        set.

        The highest cosine of each finger is left out: it may belong to the same person.
        """
        people, some = compared.shape[1], compared.any(axis=1)
        both = np.zeros((2, len(compared)), dtype=int)
        cosines, compared = cosines[some], compared[some]
        ordered = np.sort(np.where(compared, cosines, np.inf).astype(np.float64), axis=1)
        counts = compared.sum(axis=1) - 1
        is_kept = np.arange(people) < counts[:, None]
        kept = np.maximum(counts, 1)
        means = np.where(is_kept, ordered, 0.0).sum(axis=1) / kept
        squares = np.square(np.where(is_kept, ordered - means[:, None], 0.0))
        spreads = np.sqrt(squares.sum(axis=1) / kept)
        if people >= _TAIL_SHARE:
            tails = counts - -(-kept // _TAIL_SHARE)
            reached = np.take_along_axis(ordered, np.maximum(tails, 0)[:, None], axis=1)[:, 0]
            peaks = np.square(squares).sum(axis=1) / kept / np.maximum(spreads, 1e-6) ** 4
            is_heavy = peaks > 3.0 + _PEAK_ERRORS * np.sqrt(24.0 / kept)
            needed = np.where(counts > 0, (reached - means) / _TAIL_REACH, 0.0)
            spreads = np.maximum(np.where(is_heavy, spreads * peaks / 3.0, spreads), needed)
        both[:, some] = np.rint(np.where(counts > 1, (means, spreads), 0.0) * TEN_THOUSANDTHS)
        return cls(people, means=tuple(both[0].tolist()), spreads=tuple(both[1].tolist()))

    @classmethod
    def of_mark(cls, cosines: Float32s) -> Self:
        """Return the measure of a mark, whose cosines, float32 (m,), serve for every finger."""
        one = cls.of(cosines[None, :], np.ones((1, len(cosines)), dtype=np.bool_))
        return cls(one.people, means=one.means * _FINGERS, spreads=one.spreads * _FINGERS)

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the measure from `to_data`. Raises KeyError, TypeError, ValueError."""
        standing = Standing(data.get("standing", ""))
        found = cls(int(data["people"]), tuple(data["means"]), tuple(data["spreads"]), standing)
        if {len(found.means), len(found.spreads)} != {_FINGERS}:
            raise ValueError(
                "The comparison with other people's prints must have one mean and one spread "
                "for each finger."
            )
        if found.people < 0 or min(found.spreads) < 0 or max(*found.spreads, *found.means) > _MOST:
            raise ValueError(
                "A mean or a spread in the comparison with other people's prints is out of range."
            )
        return found

    def to_data(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return {
            "people": self.people,
            "means": self.means,
            "spreads": self.spreads,
            "standing": self.standing,
        }

    def moments(self) -> Float64s:
        """Return float64 (10, 2): mean and standard deviation of the cosines of each finger."""
        return np.array([self.means, self.spreads], dtype=np.float64).T / TEN_THOUSANDTHS


_MILLIONTHS = 1_000_000
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

    Each finger is compared with the cohort, people drawn from the gallery. For most fingers, the
    mean of these cosines is nearly the same. For a few people it is higher: that excess is no
    evidence that a probe is theirs. One measure serves many searches, so what follows from its
    values is computed once.

    `directions`: int8 (10, d), the direction of the mean template of the cohort, scaled to a peak
    of 127; zero for fingers that are not compared. `lengths`: the length of that mean. `limits`:
    the mean cosine up to which a finger is usual; both ten whole numbers, in millionths. All
    values are whole, so that a replay computes with exactly the values of the search.
    """

    directions: Int8s
    lengths: tuple[int, ...]
    limits: tuple[int, ...]

    @classmethod
    def of(cls, vectors: npt.NDArray[np.floating], presence: Bools) -> OwnStrangers:
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
        """Return the measure from `data`. Raises KeyError, TypeError, ValueError."""
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

    def only(self, fingers: Bools) -> OwnStrangers:
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
    def units(self) -> Float32s:
        """float32 (10, d): the directions, of unit length or zero."""
        wide = self.directions.astype(np.float64)
        sizes = np.linalg.norm(wide, axis=1, keepdims=True)
        units: Float32s = (wide / np.maximum(sizes, 1.0)).astype(np.float32)
        return units

    @cached_property
    def fingers(self) -> Bools:
        """bool (10,): the fingers that are compared."""
        return np.asarray((self.directions != 0).any(axis=1))

    def usual(self) -> Float32s:
        """Return float32 (10,): cosines with the directions below which nothing is subtracted."""
        lengths, limits = np.array([self.lengths, self.limits], dtype=np.float64)
        # Less by a millionth than the limit, so that rounding can hide no excess.
        usual = np.where(self.fingers, (limits - 1.0) / np.maximum(lengths, 0.001), np.inf)
        return usual.astype(np.float32)

    def excess(self, cosines: npt.NDArray[np.floating], fingers: Intps | None = None) -> Float32s:
        """Return float32 (k, f): what is subtracted from the similarity of each finger, mostly 0.

        `cosines`: (k, f), of the fingers with the directions, NaN where missing. `fingers`: which
        fingers these are, intp (f,); None for all ten.
        """
        which = slice(None) if fingers is None else fingers
        lengths, limits = self._bounds[:, which]
        over = np.fmax(cosines * lengths - limits, 0.0) * self.fingers[which]
        return np.asarray(over, dtype=np.float32)

    @cached_property
    def _bounds(self) -> Float64s:
        """float64 (2, 10): lengths and limits."""
        return np.array([self.lengths, self.limits]) / _MILLIONTHS


def _limit(vectors: Float64s, presence: Bools, mean: Float64s) -> float:
    """Return the mean cosine up to which one finger is usual, over comparisons with others."""
    people = int(presence.sum())
    if people < LEAST_PEOPLE:
        return 1.0
    own = (people * (vectors[presence] @ mean) - 1.0) / (people - 1)
    middle = np.median(own)
    return float(middle + _DEVIATIONS * _TO_STANDARD * np.median(np.abs(own - middle)))


def _millionths(values: Float64s) -> tuple[int, ...]:
    found: list[int] = np.rint(values * _MILLIONTHS).astype(np.int64).tolist()
    return tuple(found)
