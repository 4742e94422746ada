"""The details on record of many people as arrays: a row for each value, with its person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.arrays import Float64s, Int64s
from matching import prepared as within
from matching.frequencies import Frequencies
from matching.prepared import (
    DATE_WIDTH,
    FIXED_WIDTH,
    HEAD_WIDTH,
    NAME_TEXTS,
    NAME_WIDTH,
    POSTCODE_WIDTH,
    PreparedDetails,
)

FORENAME, SURNAME, FORENAME_SOUND, SURNAME_SOUND, INITIAL = range(5)
TOKENS = slice(5, 9)
MIDDLE = 9
"""Number of the column with the middle names, among the columns of a name's values."""

_WIDTHS = np.array([NAME_WIDTH, DATE_WIDTH, POSTCODE_WIDTH, 1, 1])
"""Number of values of one name, date, postcode, PNC key and CRO key."""
_NOBODY = np.zeros(0, dtype=np.int64)
NAME_FREQUENCIES, MIDDLE_FREQUENCY = slice(0, 3), slice(3, 4)
"""Columns of frequencies: of the whole name, surname and forename, and of middle names."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The values of one field of k people: the first value of each person, then further values.

    `values`: int64 (n, width), n >= k; row i < k is the first value of person i, all zero if there
    is none. `frequencies`: float64 (n, w), the term frequencies of the values. `owners`: int64 (n
    - k,), the person of each further value, non-decreasing.
    """

    values: Int64s
    frequencies: Float64s
    owners: Int64s


@dataclass(frozen=True, slots=True, eq=False)
class HeldColumns:
    """The details of k people, field by field.

    `sexes`: int64 (k,). `places`: int64 (k, 2), keys of place and nationality.
    `place_frequencies`: float64 (k, 2).
    """

    texts: Sequence[Sequence[str]]
    """The texts of each person, as in `PreparedDetails`."""
    names: Column
    dates: Column
    postcodes: Column
    pnc_ids: Column
    cro_numbers: Column
    sexes: Int64s
    places: Int64s
    place_frequencies: Float64s

    @property
    def people(self) -> int:
        """The number of people."""
        return len(self.texts)

    def name_texts(self, place: int) -> list[str]:
        """Return the text at a place of `within`, such as SURNAME, for each row of `names`."""
        found = [texts[place] for texts in self.texts]
        for owner in np.unique(self.names.owners).tolist():
            found += self.texts[owner][place + NAME_TEXTS :: NAME_TEXTS]
        return found

    def forename(self, row: int) -> str:
        """Return the forename of one row of `names`."""
        if row < self.people:
            return self.texts[row][within.FORENAME]
        owner = int(self.names.owners[row - self.people])
        number = 1 + row - self.people - int(np.searchsorted(self.names.owners, owner))
        return self.texts[owner][within.FORENAME + number * NAME_TEXTS]


def held_columns(prepared: Sequence[PreparedDetails], frequencies: Frequencies) -> HeldColumns:
    """Return the details of k people as arrays, with the frequencies of a model; k may be 0."""
    fixed = np.frombuffer(b"".join([one.fixed for one in prepared]), dtype="<i8")
    further = np.frombuffer(b"".join([one.further for one in prepared]), dtype="<i8")
    # Each value's column is contiguous in memory, the order in which comparators read.
    head = np.asfortranarray(fixed.reshape(len(prepared), FIXED_WIDTH))
    cutter = _Cutter(head, further)
    names, places = cutter.cut(0, NAME_WIDTH), head[:, 6:8]
    dates, postcodes = cutter.cut(1, DATE_WIDTH), cutter.cut(2, POSTCODE_WIDTH)
    pnc_ids, cro_numbers = cutter.cut(3, 1), cutter.cut(4, 1)
    middles = frequencies.of_keys("middle", names.values[:, MIDDLE])
    both = frequencies.of_names(names.values[:, FORENAME], names.values[:, SURNAME])
    born = [frequencies.of_keys(*one) for one in zip(_BORN, places.T, strict=True)]
    homes = frequencies.of_keys("postcode", postcodes.values[:, 0])
    return HeldColumns(
        texts=[one.texts for one in prepared],
        names=replace(names, frequencies=np.column_stack([both, middles])),
        dates=dates,
        postcodes=replace(postcodes, frequencies=homes[:, None]),
        pnc_ids=pnc_ids,
        cro_numbers=cro_numbers,
        sexes=head[:, 5],
        places=places,
        place_frequencies=np.stack(born, axis=1),
    )


_BORN = ("place", "nationality")
_NO_FREQUENCIES = np.zeros((0, 0))


class _Cutter:
    """Cuts out one field after another: first values from the heads, further values from the rest.

    Most people have one value per field, so most columns are views of the heads and cost nothing.
    """

    def __init__(self, head: Int64s, further: Int64s) -> None:
        self._head = head
        self._further = further
        self._first = HEAD_WIDTH
        self._totals = [0] * len(_WIDTHS)
        if len(further):
            self._counts = np.maximum(head[:, : len(_WIDTHS)] - 1, 0)
            self._totals = self._counts.sum(axis=0).tolist()
            sizes = self._counts @ _WIDTHS
            self._starts = np.cumsum(sizes) - sizes

    def cut(self, field: int, width: int) -> Column:
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
        return Column(block, _NO_FREQUENCIES, owners)
