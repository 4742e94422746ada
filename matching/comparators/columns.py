"""The details on record of many people as arrays: one row for each value, with the person it
belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.names.parts import NO_NAME
from matching.prepared import (
    DATE_WIDTH,
    FIXED_WIDTH,
    HEAD_WIDTH,
    NAME_WIDTH,
    POSTCODE_WIDTH,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.names.parts import NameParts
    from matching.prepared import PreparedDetails

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FORENAME, SURNAME, FORENAME_SOUND, SURNAME_SOUND, INITIAL = range(5)
TOKENS = slice(5, 9)
MIDDLE = 9
"""Number of the column with the middle names, among the columns of a name's values."""

_NO_NAMES = (NO_NAME,)
_WIDTHS = np.array([NAME_WIDTH, DATE_WIDTH, POSTCODE_WIDTH, 1, 1])
"""Number of values of one name, date, postcode, PNC key and CRO key."""
_NOBODY = np.zeros(0, dtype=np.int64)
NAME_FREQUENCIES, MIDDLE_FREQUENCY = slice(0, 3), slice(3, 4)
"""Columns of the frequencies of a name: the whole name, the surname and the forename, and
separately the middle names."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The values of one field of k people: the first value of each person, then further values.

    `values`: int64 (n, width), n >= k; row i < k is the first value of person i, all zero if there
    is none. `frequencies`: float64 (n, w), the term frequencies of the values. `owners`: int64 (n
    - k,), the person of each further value, non-decreasing.
    """

    values: Integers
    frequencies: Floats
    owners: Integers


@dataclass(frozen=True, slots=True, eq=False)
class HeldColumns:
    """The details of k people, field by field.

    `sexes`: int64 (k,). `places`: int64 (k, 2), keys of place and nationality.
    `place_frequencies`: float64 (k, 2).
    """

    prepared: Sequence[PreparedDetails]
    names: Column
    dates: Column
    postcodes: Column
    pnc_ids: Column
    cro_numbers: Column
    sexes: Integers
    places: Integers
    place_frequencies: Floats
    place_texts: Sequence[str]
    surnames: Sequence[str]
    """The surname for each row of `names`."""

    @property
    def people(self) -> int:
        """The number of people."""
        return len(self.prepared)

    @property
    def middles(self) -> list[str]:
        """The middle names for each row of `names`. Built on demand, because few searches state
        any.
        """
        further = chain.from_iterable([one.further_middles for one in self.prepared])
        return [*(one.middle for one in self.prepared), *further]

    def name(self, row: int) -> NameParts:
        """Return one row of `names` as text. Its parts are empty if there is no name."""
        return self.names_at([row])[0]

    def names_at(self, rows: Sequence[int]) -> list[NameParts]:
        """Return rows of `names` as text, in the order given."""
        people, prepared = self.people, self.prepared
        return [
            (prepared[row].forms.names or _NO_NAMES)[0] if row < people else self._further(row)
            for row in rows
        ]

    def _further(self, row: int) -> NameParts:
        owner = int(self.names.owners[row - self.people])
        first = int(np.searchsorted(self.names.owners, owner))
        return self.prepared[owner].forms.names[row - self.people - first + 1]


def held_columns(prepared: Sequence[PreparedDetails]) -> HeldColumns:
    """Return the details of k people as arrays; k may be 0."""
    fixed = np.frombuffer(b"".join([one.fixed for one in prepared]), dtype="<i8")
    further = np.frombuffer(b"".join([one.further for one in prepared]), dtype="<i8")
    # Each value's column is contiguous in memory, the order in which comparators read.
    head = np.asfortranarray(fixed.reshape(len(prepared), FIXED_WIDTH))
    cutter = _Cutter(head, further)
    names = cutter.cut(0, NAME_WIDTH, floats=4)
    surnames = [one.surname for one in prepared]
    if len(names.owners):
        surnames += chain.from_iterable([one.further_surnames for one in prepared])
    return HeldColumns(
        prepared=prepared,
        names=names,
        dates=cutter.cut(1, DATE_WIDTH),
        postcodes=cutter.cut(2, POSTCODE_WIDTH, floats=1),
        pnc_ids=cutter.cut(3, 1),
        cro_numbers=cutter.cut(4, 1),
        sexes=head[:, 5],
        places=head[:, 6:8],
        place_frequencies=head[:, 8:10].view(np.float64),
        place_texts=[one.place for one in prepared],
        surnames=surnames,
    )


class _Cutter:
    """Cuts out one field after another: first values from the heads, further values from the rest.

    Most people have one value per field, so most columns are views of the heads and cost nothing.
    """

    def __init__(self, head: Integers, further: Integers) -> None:
        self._head = head
        self._further = further
        self._first = HEAD_WIDTH
        self._totals = [0] * len(_WIDTHS)
        if len(further):
            self._counts = np.maximum(head[:, : len(_WIDTHS)] - 1, 0)
            self._totals = self._counts.sum(axis=0).tolist()
            sizes = self._counts @ _WIDTHS
            self._starts = np.cumsum(sizes) - sizes

    def cut(self, field: int, width: int, *, floats: int = 0) -> Column:
        block = self._head[:, self._first : self._first + width]
        self._first += width
        owners = _NOBODY
        if self._totals[field]:
            counts = self._counts[:, field]
            owners = np.repeat(np.arange(len(counts)), counts)
            before = np.cumsum(counts) - counts
            places = self._starts[owners] + (np.arange(len(owners)) - before[owners]) * width
            further = self._further.take(places[:, None] + np.arange(width))
            block = np.concatenate([block, further])
            self._starts = self._starts + counts * width
        keep = width - floats
        return Column(block[:, :keep], block[:, keep:].view(np.float64), owners)
