"""Held details of many people as arrays: one row per value, and whose each value is."""

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
"""Columns of the values of a name."""

NAME_FREQUENCIES, MIDDLE_FREQUENCY = slice(0, 3), slice(3, 4)
"""Columns of the frequencies of a name: whole, surname, forename; and of its middle names."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The values of one field of k people: the first of each person, then further ones.

    `values`: int64 (n, width), n >= k; row i < k is the first value of person i, all zero where
    there is none. `frequencies`: float64 (n, w), the term frequencies that belong to the values.
    `owners`: int64 (n - k,), whose each further value is, never falling.
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
    """Of each row of `names`."""

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.prepared)

    def name(self, row: int) -> NameParts:
        """Return one row of `names` in words; its parts are empty where there is no name."""
        people = self.people
        if row < people:
            names = self.prepared[row].forms.names
            return names[0] if names else NO_NAME
        owner = int(self.names.owners[row - people])
        first = int(np.searchsorted(self.names.owners, owner))
        return self.prepared[owner].forms.names[row - people - first + 1]


def held_columns(prepared: Sequence[PreparedDetails]) -> HeldColumns:
    """Return the details of k people as arrays; k may be 0."""
    _, fixed, further, surnames, places = zip(*prepared, strict=True) if prepared else ((),) * 5
    head = np.frombuffer(b"".join(fixed), dtype="<i8").reshape(len(fixed), FIXED_WIDTH)
    cutter = _Cutter(head, np.frombuffer(b"".join(further), dtype="<i8"))
    names = cutter.cut(0, NAME_WIDTH, floats=4)
    if len(names.owners):
        whose = np.flatnonzero(head[:, 0] > 1).tolist()
        more = ([name.surname for name in prepared[row].forms.names[1:]] for row in whose)
        surnames = (*surnames, *chain.from_iterable(more))
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
        place_texts=places,
        surnames=surnames,
    )


class _Cutter:
    """Cuts one field after the other: first values out of the heads, further ones of the rest.

    Most people hold one value a field, so most columns are views of the heads and cost nothing.
    """

    def __init__(self, head: Integers, further: Integers) -> None:
        self._head = head
        self._further = further
        self._first = HEAD_WIDTH
        widths = (NAME_WIDTH, DATE_WIDTH, POSTCODE_WIDTH, 1, 1)
        self._counts = np.maximum(head[:, : len(widths)] - 1, 0)
        sizes = self._counts @ np.array(widths)
        self._starts = np.cumsum(sizes) - sizes

    def cut(self, field: int, width: int, *, floats: int = 0) -> Column:
        block = self._head[:, self._first : self._first + width]
        self._first += width
        counts = self._counts[:, field]
        owners = np.repeat(np.arange(len(counts)), counts)
        if len(owners):
            before = np.cumsum(counts) - counts
            places = self._starts[owners] + (np.arange(len(owners)) - before[owners]) * width
            further = self._further.take(places[:, None] + np.arange(width))
            block = np.concatenate([block, further])
            self._starts = self._starts + counts * width
        keep = width - floats
        return Column(block[:, :keep], block[:, keep:].view(np.float64), owners)
