"""Sets of values: the bits of the best pair, less log2 of the number of pairs compared.

A person with many aliases has many chances to agree by accident. The deduction cancels exactly
that advantage, so aliases alone add no evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domain.arrays import Int64s
from matching.levels import NOT_COMPARED, Bits, Codes, run_starts


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """The findings of one comparator about k people.

    `codes`: int8 (k,), the level of the best pair. `bits`: float64 (k,), exactly 0 where nothing
    was compared. `pairs`: int64 (k,), the number of pairs of values compared. `rarities`: float64
    (k,), the frequency that adjusted the bits, 0 where no frequency did.
    """

    codes: Codes
    bits: Bits
    pairs: Int64s
    rarities: Bits
    account: Callable[[int], str] | None = None
    """Function from a person's index to a sentence on the best pair; None if a level says all."""

    def take(self, rows: Int64s) -> Compared:
        """Return the findings about some of the people, `rows` int64 (n,)."""
        account, chosen = self.account, rows.tolist()
        return Compared(
            account=account and (lambda at: account(chosen[at])),
            codes=self.codes.take(rows),
            bits=self.bits.take(rows),
            pairs=self.pairs.take(rows),
            rarities=self.rarities.take(rows),
        )


@dataclass(frozen=True, slots=True, eq=False)
class PairTable:
    """The levels and bits of every pair of s stated values and n values on record.

    `codes`: int8 (s, n). `bits`: float64 (s, n). `rarities`: float64 (s, n).
    """

    codes: Codes
    bits: Bits
    rarities: Bits


def empty_table(said: int, held: int) -> PairTable:
    """Return a table of s x n pairs, none of which has been compared."""
    return PairTable(
        codes=np.zeros((said, held), dtype=np.int8),
        bits=np.zeros((said, held)),
        rarities=np.zeros((said, held)),
    )


def nothing_compared(people: int) -> Compared:
    """Return the findings about k people when nothing was stated."""
    return Compared(
        codes=np.zeros(people, dtype=np.int8),
        bits=np.zeros(people),
        pairs=np.zeros(people, dtype=np.int64),
        rarities=np.zeros(people),
    )


def best_pairs(table: PairTable, owners: Int64s, *, floor_bits: float) -> Compared:
    """Return the best pair of each of k people.

    The values on record are first one for each person, then further values, whose people are
    `owners`, int64 (n - k,), non-decreasing. This is the layout of `columns.Column`.

    bits = best - log2(pairs), but never below plain disagreement (`floor_bits`) and never above
    best.
    """
    codes, bits, rarities, compared = _best_said(table)
    if not len(owners) and len(table.codes) == 1:
        return Compared(codes=codes, bits=bits, pairs=compared, rarities=rarities)
    pairs = compared
    if len(owners):
        chances = np.where(compared > 0, bits, -np.inf)
        best, pairs = _best_held(chances, compared, owners)
        codes, bits, rarities = codes[best], bits[best], rarities[best]
    several = (pairs > 1).nonzero()[0]
    if several.size:
        top, bits = bits[several], bits.copy()
        bits[several] = np.maximum(top - np.log2(pairs[several]), np.minimum(top, floor_bits))
    return Compared(codes=codes, bits=bits, pairs=pairs, rarities=rarities)


def _best_said(table: PairTable) -> tuple[Codes, Bits, Bits, Int64s]:
    """Return, for each value on record, the code, bits and rarity of the best stated value, and
    the number compared; (n,) each.
    """
    if len(table.codes) == 1:
        codes = table.codes[0]
        compared = (codes != NOT_COMPARED).astype(np.int64)
        return codes, table.bits[0], table.rarities[0], compared
    chances = np.where(table.codes == NOT_COMPARED, -np.inf, table.bits)
    at = (chances.argmax(axis=0), np.arange(chances.shape[1]))
    compared = (table.codes != NOT_COMPARED).sum(axis=0)
    return table.codes[at], table.bits[at], table.rarities[at], compared


def _best_held(chances: Bits, compared: Int64s, owners: Int64s) -> tuple[Int64s, Int64s]:
    """Return the index of each person's best value, and the number of pairs compared."""
    people = len(chances) - len(owners)
    best, pairs = np.arange(people), compared[:people].copy()
    if len(owners):
        starts = run_starts(owners)
        whose = owners[starts]
        pairs[whose] += np.add.reduceat(compared[people:], starts)
        further = chances[people:]
        tops = np.maximum.reduceat(further, starts)
        top_of = np.empty(people)
        top_of[whose] = tops
        hits = (further == top_of[owners]).nonzero()[0]
        first = hits[run_starts(owners[hits])]
        better = tops > chances[whose]
        best[whose[better]] = people + first[better]
    return best, pairs


def single_values(codes: Codes, worth: tuple[Bits, Bits]) -> Compared:
    """Return the findings about k people where search and record each hold a single value.

    `codes`: int8 (k,). `worth`: the bits and rarity of each code, as `Weights.of` returns them.
    """
    pairs = (codes != NOT_COMPARED).astype(np.int64)
    return Compared(codes=codes, bits=worth[0], pairs=pairs, rarities=worth[1])
