"""From the parts of a gallery to one answer: one threshold over all, then the best of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexing.candidates import NOTHING, threshold
from indexing.part_search import PartHits, PartSearch, Similarities
from indexing.ranking import highest_per_person

_DEEPENING = 4
_EVERYTHING = np.float32(-np.inf)

Each = Callable[[Callable[[PartSearch], Any], Iterable[PartSearch]], Iterable[Any]]
"""Asks every part, in order or at once: `map`, or that of a pool of threads."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many of all parts together are compared for one query."""

    full: int
    head: int | None = None
    """Compared before the others; a leader who stands out ends the search there."""
    standout: float = np.inf
    """The similarity of such a leader."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The best persons of all parts for one query."""

    person_rows: npt.NDArray[np.int64]
    encounter_rows: npt.NDArray[np.int64]
    similarities: Similarities
    is_whole: bool

    def __len__(self) -> int:
        return len(self.person_rows)

    def ends_at_head(self, depth: Depth, k: int) -> bool:
        """Whether nothing more need be compared: a leader stands out and nobody is missing."""
        return len(self) == k and bool(self.similarities[0] >= depth.standout)


def joined(
    parts: Sequence[PartSearch], depths: Sequence[Depth], *, k: int, each: Each = map
) -> list[Ranked]:
    """Return the k best persons of all parts for every query, as one index would find them.

    Compares deeper while fewer than k persons are found and not all that pass were compared.
    """
    join = _Join(parts, k, each)
    rows = range(len(depths))
    scanned = join.scan(rows, max((depth.full for depth in depths), default=0))
    heads = {
        row: threshold(scanned[row], depth.head)
        for row, depth in enumerate(depths)
        if depth.head is not None
    }
    found = join.compare(heads)
    open_ = [
        row for row in rows if row not in heads or not found[row].ends_at_head(depths[row], k)
    ]
    found |= join.compare({row: threshold(scanned[row], depths[row].full) for row in open_})
    for row in open_:
        depth = depths[row].full
        while len(found[row]) < k and not found[row].is_whole:
            depth *= _DEEPENING
            join.scan([row], depth)
            found |= join.compare({row: _EVERYTHING})
    return [found[row] for row in rows]


class _Join:
    """Asks all parts and puts their answers together."""

    def __init__(self, parts: Sequence[PartSearch], k: int, each: Each) -> None:
        self._parts = parts
        self._k = k
        self._each = each
        self._whole = sum((part.extent for part in parts), start=NOTHING)

    def scan(self, rows: Sequence[int], depth: int) -> dict[int, list[Similarities]]:
        """Return what the scan of every part found for each query."""
        answers = self._each(lambda part: part.scan(rows, depth, self._whole), self._parts)
        return dict(zip(rows, map(list, zip(*answers, strict=True)), strict=True))

    def compare(self, least: dict[int, np.float32]) -> dict[int, Ranked]:
        """Return the best of all parts for each query."""
        if not least:
            return {}
        answers = self._each(lambda part: part.compare(least, self._k), self._parts)
        ranked = [_ranked(hits, self._k) for hits in zip(*answers, strict=True)]
        return dict(zip(least, ranked, strict=True))


def _ranked(hits: Sequence[PartHits], k: int) -> Ranked:
    is_whole = all(part.is_whole for part in hits)
    if len(hits) == 1:
        one = hits[0]
        return Ranked(one.person_rows, one.encounter_rows, one.similarities, is_whole)
    persons = np.concatenate([part.person_rows for part in hits])
    encounters = np.concatenate([part.encounter_rows for part in hits])
    similarities = np.concatenate([part.similarities for part in hits])
    best = highest_per_person(similarities, lambda at: (persons[at], encounters[at]), k=k)
    return Ranked(persons[best], encounters[best], similarities[best], is_whole)
