"""The rule for sets: the best pair counts, minus log2 of the number of pairs compared.

A person with many aliases offers many chances to agree; the deduction takes exactly that
advantage away, so more aliases never give free evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.levels import NOT_COMPARED, Bits, Codes, Weights

if TYPE_CHECKING:
    from matching.comparators.columns import Integers


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What one comparator found about k people.

    `codes`: int8 (k,), levels of the best pair. `bits`: float64 (k,), exactly 0 where not
    compared. `pairs`: int64 (k,), how many pairs of values were compared.
    `rarities`: float64 (k,), the frequency that adjusted the bits, NaN where none did.
    """

    codes: Codes
    bits: Bits
    pairs: Integers
    rarities: Bits

    def take(self, rows: Integers) -> Compared:
        """Return what was found about some of the people, `rows` int64 (n,)."""
        return Compared(
            codes=self.codes[rows],
            bits=self.bits[rows],
            pairs=self.pairs[rows],
            rarities=self.rarities[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class PairTable:
    """Levels and bits of every pair: s values said against n values held.

    `codes`: int8 (s, n). `bits`: float64 (s, n). `rarities`: float64 (s, n).
    """

    codes: Codes
    bits: Bits
    rarities: Bits


def empty_table(said: int, held: int) -> PairTable:
    """Return a table of s x n pairs none of which is compared."""
    return PairTable(
        codes=np.zeros((said, held), dtype=np.int8),
        bits=np.zeros((said, held)),
        rarities=np.full((said, held), np.nan),
    )


def best_pairs(table: PairTable, counts: Integers, *, floor_bits: float) -> Compared:
    """Return the best pair of each person, `counts` int64 (k,) values held by each in turn.

    bits = best - log2(pairs), yet never below plain disagreement (`floor_bits`), nor above best.
    """
    if not len(table.codes):
        return _nothing(len(counts))
    chances = np.where(table.codes == NOT_COMPARED, -np.inf, table.bits)
    said = chances.argmax(axis=0)
    columns = np.arange(chances.shape[1])
    compared = (table.codes != NOT_COMPARED).sum(axis=0)
    best, pairs = _best_values(chances[said, columns], compared, counts)
    has_any = pairs > 0
    chosen = best[has_any]
    rows = said[chosen]
    top = table.bits[rows, chosen]
    deducted = np.maximum(top - np.log2(pairs[has_any]), np.minimum(top, floor_bits))
    codes = np.zeros(len(pairs), dtype=np.int8)
    codes[has_any] = table.codes[rows, chosen]
    return Compared(
        codes=codes,
        bits=_spread(has_any, deducted, 0.0),
        pairs=pairs,
        rarities=_spread(has_any, table.rarities[rows, chosen], np.nan),
    )


def _nothing(people: int) -> Compared:
    return Compared(
        codes=np.zeros(people, dtype=np.int8),
        bits=np.zeros(people),
        pairs=np.zeros(people, dtype=np.int64),
        rarities=np.full(people, np.nan),
    )


def _best_values(chances: Bits, compared: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Return the index of each person's best value (any index where none), and pairs compared."""
    if np.all(counts == 1):
        return np.arange(len(counts)), compared
    best = np.zeros(len(counts), dtype=np.int64)
    pairs = np.zeros(len(counts), dtype=np.int64)
    filled = np.flatnonzero(counts)
    if filled.size:
        starts = (np.cumsum(counts) - counts)[filled]
        tops = np.maximum.reduceat(chances, starts)
        owners = np.repeat(np.arange(len(filled)), counts[filled])
        hits = np.flatnonzero(chances == tops[owners])
        # Owners rise, so the first hit of each is where the owner changes.
        best[filled] = hits[np.diff(owners[hits], prepend=-1) > 0]
        pairs[filled] = np.add.reduceat(compared, starts)
    return best, pairs


def _spread(mask: npt.NDArray[np.bool_], values: Bits, empty: float) -> Bits:
    result = np.full(len(mask), empty)
    result[mask] = values
    return result


def single_values(codes: Codes, weights: Weights, rarities: Bits | None = None) -> Compared:
    """Return what was found about k people where each side holds one value.

    `codes`: int8 (k,). `rarities`: float64 (frequencies, k) as in `Weights.of`.
    """
    bits, used = weights.of(codes, rarities)
    return Compared(
        codes=codes, bits=bits, pairs=(codes != NOT_COMPARED).astype(np.int64), rarities=used
    )
