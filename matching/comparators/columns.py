"""Held details of many people as arrays: one row per value, and who each value belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.prepared import DATE_WIDTH, HEAD_WIDTH, NAME_WIDTH, POSTCODE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.prepared import PreparedDetails

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FORENAME, SURNAME, FORENAME_SOUND, SURNAME_SOUND, INITIAL = range(5)
TOKENS = slice(5, 9)
MIDDLE = 9
"""Columns of the values of a name."""

FORENAME_FREQUENCY, SURNAME_FREQUENCY, MIDDLE_FREQUENCY, FULL_NAME_FREQUENCY = range(4)
"""Columns of the frequencies of a name."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The values of one field of k people, in order of the people.

    `counts`: int64 (k,), values per person. `values`: int64 (n, width), n = counts.sum().
    `frequencies`: float64 (n, w), the term frequencies that belong to the values.
    """

    counts: Integers
    values: Integers
    frequencies: Floats


@dataclass(frozen=True, slots=True, eq=False)
class HeldColumns:
    """The details of k people, field by field."""

    people: int
    names: Column
    texts: list[str]
    """Forename, surname and middle names of each row of `names` in turn."""
    dates: Column
    postcodes: Column
    pnc_ids: Column
    cro_numbers: Column
    sexes: Integers
    places: Integers
    """int64 (k, 2): keys of place and nationality."""
    place_frequencies: Floats
    """float64 (k, 2)."""
    place_texts: list[str]


def held_columns(prepared: Sequence[PreparedDetails]) -> HeldColumns:
    """Return the details of k people as arrays; k may be 0."""
    pieces = [person.numbers for person in prepared]
    flat = np.frombuffer(b"".join(pieces), dtype="<i8")
    sizes = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces)) // 8
    starts = np.cumsum(sizes) - sizes
    head = flat[starts[:, None] + np.arange(HEAD_WIDTH)]
    cutter = _Cutter(flat, starts + HEAD_WIDTH)
    names = cutter.cut(head[:, 0], width=NAME_WIDTH, floats=4)
    return HeldColumns(
        people=len(prepared),
        names=names,
        texts=list(chain.from_iterable([person.texts for person in prepared])),
        dates=cutter.cut(head[:, 1], width=DATE_WIDTH),
        postcodes=cutter.cut(head[:, 2], width=POSTCODE_WIDTH, floats=1),
        pnc_ids=cutter.cut(head[:, 3], width=1),
        cro_numbers=cutter.cut(head[:, 4], width=1),
        sexes=head[:, 5],
        places=head[:, 6:8],
        place_frequencies=np.ascontiguousarray(head[:, 8:]).view(np.float64),
        place_texts=[person.place for person in prepared],
    )


class _Cutter:
    """Cuts one field after the other out of the flat run of numbers."""

    def __init__(self, flat: Integers, starts: Integers) -> None:
        self._flat = flat
        self._next = starts

    def cut(self, counts: Integers, *, width: int, floats: int = 0) -> Column:
        rows = int(counts.sum())
        first = np.cumsum(counts) - counts
        within = np.arange(rows) - np.repeat(first, counts)
        places = np.repeat(self._next, counts) + within * width
        block = self._flat[places[:, None] + np.arange(width)]
        self._next = self._next + counts * width
        keep = width - floats
        frequencies = np.ascontiguousarray(block[:, keep:]).view(np.float64)
        return Column(counts=counts, values=block[:, :keep], frequencies=frequencies)
