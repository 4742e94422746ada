"""The hits of a search, joined from parts: one threshold for all, then the best of all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from domain.arrays import Float32s, Int64s
from domain.searches.strangers import OwnStrangers
from indexing.parameters import STANDOUT_PERSONS, STANDOUT_SPREADS
from indexing.searching.candidates import Extent, threshold
from indexing.searching.part_search import PartHits, PartSearch
from indexing.searching.ranking import highest_per_person


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """k distinct persons that were compared exactly, most similar first.

    In a tie the lower person row comes first. These are not always the k most similar persons of
    the gallery. Codes choose the persons to compare, and if a leader stands out the comparison
    ends early, since no other person can be the mate. In that case the leader is the person whom
    an exhaustive search finds, but many of the others are not. (The recall in `python -m
    benchmarks candidates` is of mates.) Conclude nothing from the absence of a person below a
    leader, and do not use these similarities as a sample of strangers;
    `indexing.searching.cohort` draws one. There are fewer hits than requested only if no more
    persons in the gallery pass the filter.
    """

    person_rows: Int64s
    """int64 (k,): distinct."""
    encounter_rows: Int64s
    """int64 (k,): the encounter of that person with the highest similarity."""
    similarities: Float32s
    """float32 (k,), in falling order. For tenprints: the sum of cosines over the fingers both
    sides have, divided by the square root of their number. For marks: the highest cosine."""
    generation: int
    """The generation that was searched."""
    digest: str
    """The digest of the content that was searched; see `GalleryIndex.digest`."""
    cursor: int = 0
    """The number of the last change included in the content that was searched."""
    own: OwnStrangers | None = None
    """What was taken off the similarities of people alike with everybody; None for nothing."""

    def __len__(self) -> int:
        return len(self.person_rows)


_DEEPENING = 4
_EVERYTHING = np.float32(-np.inf)

Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Applies a call to every part, in turn or in parallel: `map`, or that of a thread pool."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many encounters of all parts together are compared for one query."""

    full: int
    head: int | None = None
    """Number compared first. The search ends there if a leader stands out."""
    standout: float = np.inf
    """The lowest similarity that a leader must have to stand out."""


def joined(
    parts: Sequence[PartSearch],
    depths_at: Callable[[int], Sequence[Depth]],
    *,
    k: int,
    state: tuple[int, str, int],
    each: Each = map,
) -> tuple[Hits, ...]:
    """Return the k best persons of all parts for every query, as a single index would find them.

    `state` is the generation, digest and cursor of the whole gallery. `depths_at` returns the
    depth of each query for a gallery of a given number of encounters. If fewer than k persons are
    found and some that pass were not compared, the comparison goes deeper.
    """
    extents = [part.extent for part in parts]
    whole = Extent(sum(one.passing for one in extents), sum(one.size for one in extents))
    depths = depths_at(whole.size)
    asked = max(k, STANDOUT_PERSONS) if any(depth.head for depth in depths) else k
    rows = range(len(depths))
    deepest = max((depth.full for depth in depths), default=0)
    scanned = list(zip(*each(lambda part: part.scan(rows, deepest, whole), parts), strict=True))
    heads = {
        row: threshold(scanned[row], depth.head or depth.full) for row, depth in enumerate(depths)
    }
    found = _compared(parts, heads, asked, each)
    rest = {
        row: threshold(scanned[row], depth.full)
        for row, depth in enumerate(depths)
        if depth.head is not None and not _stands_out(found[row].similarities, depth.standout)
    }
    found |= _compared(parts, rest, asked, each)
    for row, depth in enumerate(depths):
        deeper = depth.full
        while len(found[row].person_rows) < k and not found[row].is_whole:
            deeper *= _DEEPENING
            again = partial(_scan, row=row, depth=deeper, whole=whole)
            list(each(again, parts))
            found |= _compared(parts, {row: _EVERYTHING}, asked, each)
    return tuple(
        Hits(one.person_rows[:k], one.encounter_rows[:k], one.similarities[:k], *state)
        for one in map(found.__getitem__, rows)
    )


def _stands_out(similarities: Float32s, least: float) -> bool:
    """Return whether the first of similarities in falling order is too high for an impostor.

    The persons after the first are impostors of this probe, whatever the distribution of its
    templates. The first must be ahead of the second by `STANDOUT_SPREADS` times the difference
    between the second and the `STANDOUT_PERSONS`th.
    """
    if len(similarities) < STANDOUT_PERSONS or similarities[0] < least:
        return False
    leader, first, last = (float(similarities[at]) for at in (0, 1, STANDOUT_PERSONS - 1))
    return leader - first >= STANDOUT_SPREADS * (first - last)


def _scan(part: PartSearch, *, row: int, depth: int, whole: Extent) -> None:
    part.scan([row], depth, whole)


def _compared(
    parts: Sequence[PartSearch], least: Mapping[int, np.float32], k: int, each: Each
) -> dict[int, PartHits]:
    """Return the best persons of all parts for each query in `least`."""
    if not least:
        return {}
    answers = [list(hits) for hits in each(lambda part: part.compare(least, k), parts)]
    if len(answers) == 1:
        return dict(zip(least, answers[0], strict=True))
    return {row: _best([hits[place] for hits in answers], k) for place, row in enumerate(least)}


def _best(hits: Sequence[PartHits], k: int) -> PartHits:
    persons = np.concatenate([part.person_rows for part in hits])
    encounters = np.concatenate([part.encounter_rows for part in hits])
    similarities = np.concatenate([part.similarities for part in hits])
    best = highest_per_person(similarities, lambda at: (persons[at], encounters[at]), k=k)
    is_whole = all(part.is_whole for part in hits)
    return PartHits(persons[best], encounters[best], similarities[best], is_whole)
