"""Align the words of two names. A word, say a forename, may match a word of any field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.arrays import Bools, Int8s, Int64s, Intps, UInt8s, UInt64s
from matching import name_parameters
from matching.levels import Bits
from matching.names.text import NameField, NameWord

Numbers = npt.NDArray[np.integer]
Fields = UInt8s
NOT_MET = -1
_FIELDS = len(NameField) + 1
_MIDDLE = int(NameField.MIDDLE)


def _field_bits() -> Bits:
    table = np.full((_FIELDS, _FIELDS), name_parameters.WORD_FIELD_BITS)
    table[_MIDDLE, :] = table[:, _MIDDLE] = name_parameters.WORD_MIDDLE_FIELD_BITS
    np.fill_diagonal(table, 0.0)
    return table


_FIELD_BITS = _field_bits()
_MIXED = np.array([pow(0x9E3779B97F4A7C15, n, 2**64) for n in range(1, 9)], dtype=np.uint64)
"""Odd factors by which the parts of a key are multiplied, so that all of them affect the sum."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldNames:
    """n names as words.

    `words`: ints (n, slots), numbers of words, or of classes of words that a statement does not
    distinguish; 0 for no word, or for a word like no stated word. `fields`: uint8 (n, slots), 0
    where there is no word. `joined`: ints (n, 2), the forename words written together, and the
    surname words written together.
    """

    words: Numbers
    fields: Fields
    joined: Numbers

    def take(self, rows: Intps) -> HeldNames:
        """Return some of the names, in the order given."""
        return HeldNames(
            self.words.take(rows, axis=0),
            self.fields.take(rows, axis=0),
            self.joined.take(rows, axis=0),
        )

    def distinct(self) -> tuple[HeldNames, Intps]:
        """Return distinct names, a few perhaps twice, and which one each name is, intp (n,)."""
        keys = self._keys()
        # Sorted by a hash of each name, but compared in full: two names with one hash cost a row.
        order = np.argsort(_MIXED[: len(keys)] @ keys)
        is_new = np.zeros(len(order), dtype=np.bool_)
        is_new[:1] = True
        for column in keys:
            ordered = column.take(order)
            is_new[1:] |= ordered[1:] != ordered[:-1]
        which = np.empty(len(order), dtype=np.intp)
        which[order] = np.cumsum(is_new) - 1
        return self.take(order[is_new]), which

    def _keys(self) -> UInt64s:
        """Return uint64 (k, n): the complete content of each name, in columns."""
        parts = (self.words, self.joined, self.fields)
        signs = [np.ascontiguousarray(one).view(np.uint8) for one in parts]
        stops = np.cumsum([one.shape[1] for one in signs]).tolist()
        keys = np.zeros((len(self.words), -(-stops[-1] // 8)), dtype=np.uint64)
        for one, stop in zip(signs, stops, strict=True):
            keys.view(np.uint8)[:, stop - one.shape[1] : stop] = one
        return np.ascontiguousarray(keys.T)


@dataclass(frozen=True, slots=True, eq=False)
class StatedName:
    """A stated name: its a words, j words written together, and the bits for matching each word.

    `bits`: one float array (numbers,) for each word, then for each joined word. It is 0 for
    numbers of words that are not alike, and at index 0.
    """

    words: tuple[NameWord, ...]
    joined: tuple[NameWord, ...]
    bits: Sequence[npt.NDArray[np.floating]]


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """The best alignment of a stated name with each of n names.

    `bits`: float64 (n,), the total. `met`: int8 (n, a), the slot of the word that each stated word
    matched, -1 for none. `worth`: float64 (n, a), the bits of each match. `conflicts`: int64 (n,),
    pairs of words left unmatched on both sides; `only_said`, `only_held`: int64 (n,), words left
    unmatched on one side. None of these are middle names. `is_joined`: bool (n,), words written
    together matched words written separately, which then explains the whole total. `is_capped`:
    bool (n,), the bits of one shared word were reduced because of a conflict.
    """

    bits: Bits
    met: Int8s
    worth: Bits
    conflicts: Int64s
    only_said: Int64s
    only_held: Int64s
    is_joined: Bools
    is_capped: Bools


def align(said: StatedName, held: HeldNames) -> Alignment:
    """Align one stated name, which must have at least one word, with n names on record.

    The best pair of words is matched first, then the best pair of the rest. Words without a
    partner count against the match; words that only the record has count least.
    """
    fields = np.array([word.field for word in said.words])
    table = _meetings(said, held, fields)
    met, worth = _greedy(table)
    is_main, held_main = fields != _MIDDLE, (held.fields > 0) & (held.fields != _MIDDLE)
    left_said = ((met == NOT_MET) & is_main).sum(axis=1)
    left_held = held_main.sum(axis=1) - _met_main(met, held_main)
    conflicts = np.minimum(left_said, left_held)
    only_said, only_held = left_said - conflicts, left_held - conflicts
    total = worth.sum(axis=1) + conflicts * name_parameters.WORD_CONFLICT_BITS
    total += (
        only_said * name_parameters.WORD_ONLY_SAID_BITS
        + only_held * name_parameters.WORD_ONLY_HELD_BITS
    )
    alone = (conflicts >= 1) & ((met != NOT_MET).sum(axis=1) <= 1)
    is_capped = alone & (total > name_parameters.WORD_ALONE_BITS)
    total = np.where(is_capped, name_parameters.WORD_ALONE_BITS, total)
    total += name_parameters.WORD_MIDDLE_BITS * ((met == NOT_MET) & ~is_main).sum(axis=1)
    joined = np.zeros(len(total))
    # Few names have words written together on either side.
    rows = np.flatnonzero(held.joined.any(axis=1) | bool(said.joined))
    joined[rows] = _joined_bits(said, held.take(rows), fields)
    is_joined = joined > np.maximum(total, 0.0)
    total = np.where(is_joined, joined, total)
    return Alignment(
        total, met, worth, conflicts, only_said, only_held, is_joined, is_capped & ~is_joined
    )


def _meetings(said: StatedName, held: HeldNames, fields: Int64s) -> Bits:
    """Return float64 (n, a, slots): the bits of each pair of words, 0 if they are not alike."""
    table = np.stack(said.bits[: len(said.words)])[:, None, :]
    deducted = np.maximum(table + _FIELD_BITS[fields][:, :, None], 0.01)
    # (a, fields, numbers): computed once, then looked up for each of the names.
    worth = np.where(table > 0.0, deducted, 0.0).reshape(len(fields), -1)
    places = held.fields.astype(np.intp) * table.shape[2] + held.words
    return np.stack([one.take(places) for one in worth], axis=1)


def _greedy(table: Bits) -> tuple[Int8s, Bits]:
    """Return the matches and their bits, (n, a) each. Each step takes the best remaining pair."""
    names, words, slots = table.shape
    met = np.full((names, words), NOT_MET, dtype=np.int8)
    worth, left = np.zeros((names, words)), table.copy()
    pairs = left.reshape(names, words * slots)
    for _ in range(min(words, slots)):
        best = pairs.argmax(axis=1)
        bits = pairs[np.arange(names), best]
        rows = np.flatnonzero(bits > 0.0)
        if not len(rows):
            break
        word, slot = np.divmod(best.take(rows), slots)
        met[rows, word], worth[rows, word] = slot, bits.take(rows)
        left[rows, word, :] = 0.0
        left[rows, :, slot] = 0.0
    return met, worth


def _met_main(met: Int8s, held_main: Bools) -> Int64s:
    """Return int64 (n,): how many forename and surname words on record matched a stated word."""
    found = np.take_along_axis(held_main, np.maximum(met, 0).astype(np.intp), axis=1)
    return np.asarray((found & (met != NOT_MET)).sum(axis=1))


def _joined_bits(said: StatedName, held: HeldNames, fields: Int64s) -> Bits:
    """Return float64 (n,): the bits of evidence where words written together match words written
    separately; 0 elsewhere.

    One stated word may match words on record written together, and stated words written together
    may match one word on record. The best match among the remaining words is added. If words
    remain and none of them matches, that is a conflict.
    """
    result = np.zeros(len(held.words))
    apart = [bits.take(held.words).max(axis=1) for bits in said.bits[: len(said.words)]]
    for number, bits in enumerate(said.bits):
        is_joined = number >= len(said.words)
        worth = bits.take(held.joined).max(axis=1)
        if is_joined:
            worth = np.maximum(worth, bits.take(held.words).max(axis=1))
        if not worth.any():
            continue
        field = (*said.words, *said.joined)[number].field
        rest = [
            one
            for at, one in enumerate(apart)
            if (fields[at] != field if is_joined else at != number) and fields[at] != _MIDDLE
        ]
        result = np.maximum(result, np.where(worth > 0.0, worth + _rest_bits(rest, worth), 0.0))
    return result


def _rest_bits(rest: list[npt.NDArray[np.floating]], like: Bits) -> Bits:
    if not rest:
        return np.full(len(like), 2.0 * name_parameters.WORD_JOINED_BITS)
    best = np.max(rest, axis=0)
    return np.where(
        best > 0.0, best + name_parameters.WORD_JOINED_BITS, name_parameters.WORD_CONFLICT_BITS
    )
