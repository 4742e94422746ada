"""Counter-based randomness: a draw for person i of seed s depends only on i, s and the purpose.

Every purpose has its own Philox 4x64 key, and every person a fixed stretch of the key's counter. A
person can therefore be drawn singly, in any order and in any chunk, with the same result, and a
new purpose changes no other. The raw output of Philox is part of NumPy's compatibility promise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from statistics import NormalDist
from typing import TypeVar

import numpy as np

from domain.arrays import Float32s, Float64s, Int64s, UInt64s
from domain.errors import InvalidInputError

Item = TypeVar("Item")

WORDS_PER_COUNT = 4
"""One step of the counter yields four 64-bit words."""

MAX_NUMBER = 2**40
"""One more than the greatest person number. This limit keeps every counter within 64 bits."""

_LEVELS = 65536

_START_WORDS = 2_000
"""Words that Philox draws in the time of one new start, about 8 us. Measured on one core."""


class Purpose(IntEnum):
    """The purpose of a draw: a stream of its own, so its number must never change."""

    FORMAT = 0
    """Constants of the template format. Always drawn with seed 0."""
    FINGERS = 1
    FINGER_NOISE = 2
    PERSON_EFFECTS = 3
    CAPTURE_EFFECTS = 4
    HOUSEHOLDS = 5
    PEOPLE = 6
    IDS = 7
    HISTORY = 8
    SAID = 9
    MARKS = 10
    FORMAT_NAMES = 11
    """The order of name lists. Always drawn with seed 0."""
    PARTICULARS = 12
    CONVICTIONS = 13


@dataclass(frozen=True, slots=True)
class Stream:
    """The draws for one purpose: `words_each` 64-bit words for every person (and capture).

    `words_each` is a multiple of four. `capture` separates the captures of one person.
    """

    seed: int
    purpose: Purpose
    words_each: int
    capture: int = 0

    def words(self, start: int, stop: int) -> UInt64s:
        """Return uint64 (stop - start, words_each) for persons start to stop - 1."""
        counts_each = self.words_each // WORDS_PER_COUNT
        generator = np.random.Philox(
            key=[self.seed, int(self.purpose)], counter=[start * counts_each, self.capture, 0, 0]
        )
        raw = generator.random_raw((stop - start) * self.words_each)
        return np.asarray(raw, dtype=np.uint64).reshape(stop - start, self.words_each)

    def words_at(self, numbers: Int64s) -> UInt64s:
        """Return uint64 (n, words_each) for these persons, in the same order."""
        if numbers.size == 0:
            return np.empty((0, self.words_each), dtype=np.uint64)
        # Numbers of a run rise, without a gap that would cost more to draw than a new start.
        steps = np.diff(numbers)
        breaks = np.flatnonzero((steps < 1) | (steps > 1 + _START_WORDS // self.words_each)) + 1
        return np.concatenate([self._run(run) for run in np.split(numbers, breaks)])

    def _run(self, numbers: Int64s) -> UInt64s:
        first, last = int(numbers[0]), int(numbers[-1])
        words = self.words(first, last + 1)
        return words if len(words) == len(numbers) else words[numbers - first]


def uniforms(words: UInt64s) -> Float64s:
    """Convert words of any shape to float64 in [0, 1), 53 bits each."""
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normals(words: UInt64s) -> Float32s:
    """Convert words (n, w) to standard normal float32 (n, 4 w), one value for each 16 bits.

    The values are the midpoints of 65,536 classes of equal probability, so no value exceeds 4.3.
    """
    shorts = words.astype("<u8", copy=False).view("<u2")
    return np.take(_normal_quantiles(), shorts)


def normals_of_uniforms(values: Float64s) -> Float64s:
    """Convert uniforms in [0, 1) to standard normals, float64, same shape, in 65,536 classes."""
    classes = (values * _LEVELS).astype(np.int64)
    return np.take(_normal_quantiles(), classes).astype(np.float64)


@cache
def _normal_quantiles() -> Float32s:
    quantile = NormalDist().inv_cdf
    lower = [quantile((level + 0.5) / _LEVELS) for level in range(_LEVELS // 2)]
    table = np.array(lower + [-value for value in reversed(lower)], dtype=np.float32)
    table.flags.writeable = False
    return table


class Draws:
    """The uniform draws for one row. Each decision uses the next draw."""

    __slots__ = ("_values",)

    def __init__(self, values: Sequence[float]) -> None:
        self._values: Iterator[float] = iter(values)

    def uniform(self) -> float:
        """Return the next draw, in [0, 1)."""
        return next(self._values)

    def index(self, size: int) -> int:
        """Return a whole number from 0 to size - 1."""
        return int(next(self._values) * size)

    def choice(self, items: Sequence[Item]) -> Item:
        """Return one of the items, all equally likely."""
        return items[int(next(self._values) * len(items))]


def check_range(start: int, stop: int) -> None:
    """Check that numbers form a range of persons. Raises InvalidInputError."""
    if not 0 <= start <= stop <= MAX_NUMBER:
        raise InvalidInputError(
            "The number of the first person must be 0 or more, and that of the last no lower."
        )


def check_seed(seed: int) -> None:
    """Check that a seed is from 0 to 2**63 - 1. Raises InvalidInputError."""
    if not 0 <= seed < 2**63:
        raise InvalidInputError("The seed must be a whole number from 0 to 2**63 - 1.")
