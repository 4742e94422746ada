"""Levels of agreement and their weight in bits.

Level 0 of every comparison is "not compared": missing evidence has a weight of exactly zero.
"""

from dataclasses import dataclass

import numpy as np

from domain.arrays import Float64s, Int8s, Int64s
from domain.errors import ModelError
from domain.searches.evidence import EvidenceSource

NOT_COMPARED = 0
"""The code of the level that has no weight."""

Codes = Int8s
Bits = Float64s


@dataclass(frozen=True, slots=True)
class Level:
    """One level of agreement: its key in model files, and the sentence that an examiner reads."""

    key: str
    sentence: str
    frequency: str = ""
    """The term-frequency table that adjusts this level, or the empty string for none."""
    frequency_weight: float = 1.0
    reference: str = ""
    """The level whose u is the start of the adjustment. Empty if it is the level itself."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels of one comparison, strongest first. Codes begin at 1; 0 is "not compared"."""

    source: EvidenceSource
    levels: tuple[Level, ...]
    frequencies: tuple[str, ...] = ()
    """The term-frequency tables used, in the order of the rarity arguments."""

    def code(self, key: str) -> int:
        """Return the code of the level with this key. Raises KeyError if the key is unknown."""
        return self.keys[key]

    @property
    def keys(self) -> dict[str, int]:
        """The codes of all levels by key."""
        return {level.key: number for number, level in enumerate(self.levels, start=1)}


@dataclass(frozen=True, slots=True)
class Probabilities:
    """m and u of one level: its share among pairs of one person, and among pairs of two people."""

    m: float
    u: float

    @property
    def bits(self) -> float:
        """log2(m / u)."""
        return float(np.log2(self.m) - np.log2(self.u))


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The weights of the levels of one scale.

    Arrays are indexed by code, including code 0 (0 bits). `bits`: float64 (levels + 1,);
    `columns`: int8 (levels + 1,), index into the scale's frequencies or -1; `shares`: float64
    (levels + 1,), the weight of the adjustment; `references`: float64, log2 u of the reference
    level; `floors`: float64 (frequencies,).
    """

    scale: Scale
    bits: Bits
    columns: Codes
    shares: Bits
    references: Bits
    floors: Bits

    @property
    def floor_bits(self) -> float:
        """The bits of plain disagreement, which is the last level of the scale."""
        return float(self.bits[-1])

    def of(
        self, codes: Codes, said: Bits | None = None, held: Bits | None = None
    ) -> tuple[Bits, Bits]:
        """Return the bits of levels, and the frequency that adjusted each (0 where none did).

        `codes`: int8 (n,). `said`: float64 (frequencies,), frequencies of the stated value;
        `held`: float64 (n, frequencies), frequencies of each value on record. Both results are
        float64 (n,). bits = log2(m/u) + weight * log2(u_reference / max(said, held, floor)).
        """
        bits = self.bits.take(codes)
        used = np.zeros(len(codes))
        if said is None or held is None:
            return bits, used
        rows = (self.columns.take(codes) >= 0).nonzero()[0]
        if rows.size:
            chosen = codes.take(rows)
            columns = self.columns.take(chosen)
            least = np.maximum(said, self.floors)
            frequency = np.maximum(held[rows, columns], least.take(columns))
            adjustment = self.references.take(chosen) - np.log2(frequency)
            bits[rows] += self.shares.take(chosen) * adjustment
            used[rows] = frequency
        return bits, used


def make_weights(
    scale: Scale, probabilities: dict[str, Probabilities], floors: dict[str, float]
) -> Weights:
    """Return the weights of a scale. Raises ModelError for any other levels than the scale's."""
    if list(probabilities) != [level.key for level in scale.levels]:
        raise ModelError(
            f"The levels of {scale.source} in this version of the software differ from those"
            " that the model was trained with: train the model again."
        )
    log2_u = {key: float(np.log2(value.u)) for key, value in probabilities.items()}
    levels = scale.levels
    columns = [
        scale.frequencies.index(level.frequency) if level.frequency else -1 for level in levels
    ]
    return Weights(
        scale=scale,
        bits=np.array([0.0, *(probabilities[level.key].bits for level in levels)]),
        columns=np.array([-1, *columns], dtype=np.int8),
        shares=np.array([0.0, *(level.frequency_weight for level in levels)]),
        references=np.array([0.0, *(log2_u[level.reference or level.key] for level in levels)]),
        floors=np.array([floors[name] for name in scale.frequencies]),
    )


def run_starts(values: Int64s) -> Int64s:
    """Return int64 (runs,), ascending: the start of each run of equal `values`, int64 (n,)."""
    begins = np.ones(len(values), dtype=np.bool_)
    # Several times faster than `np.diff` with a value prepended, which matters in small arrays.
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins.nonzero()[0]
