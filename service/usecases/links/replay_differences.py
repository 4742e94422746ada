"""The first difference between a recorded search or look-up and its repetition, in words.

Scores are compared as whole numbers of thousandths of a bit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from domain.arrays import Bools, Float32s, Int64s
from domain.searches.evidence import Evidence, millibits
from domain.searches.searches import Candidate
from service.storage.examination.cases import Examination
from service.usecases.examination.claiming import shuffled

TOLERANCE_MILLIBITS = 5
"""The largest change of a row or a total that another processor's or library's logarithms can
cause."""
_POSTERIOR_STEPS = 1_000_000
"""A posterior is compared in millionths."""


class ReplayVerdict(StrEnum):
    """The result of a replay."""

    EXACT = "exact"
    WITHIN_TOLERANCE = "within tolerance"
    DIFFERENT = "different"
    NOT_POSSIBLE = "not possible (erased)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, and whether rounding explains it."""

    words: str
    is_rounding: bool


def verdict_on(difference: Difference | None) -> tuple[ReplayVerdict, str]:
    """Return the verdict that follows from a difference or from none, and its words."""
    if difference is None:
        return ReplayVerdict.EXACT, ""
    if difference.is_rounding:
        return ReplayVerdict.WITHIN_TOLERANCE, difference.words
    return ReplayVerdict.DIFFERENT, difference.words


def first_difference(
    recorded: Sequence[Candidate], again: Sequence[Evidence]
) -> Difference | None:
    """Return the first real difference; if none, the first due to rounding; if none, None.

    `again` is the recomputed evidence, in the same order as `recorded`, which is by rank.
    """
    found = [*_each(recorded, again), *_ranks(again)]
    real = (one for one in found if not one.is_rounding)
    return next(real, found[0] if found else None)


def order_difference(examinations: Sequence[Examination]) -> Difference | None:
    """Return a difference if exemplars were not shown in the order that their seed gives."""
    for examination in examinations:
        shown = tuple(candidate for _, candidate in examination.order)
        if shuffled(shown, examination.shuffle_seed) != examination.order:
            return Difference(
                "order: exemplars were shown in another order than the seed gives", False
            )
    return None


def _each(recorded: Sequence[Candidate], again: Sequence[Evidence]) -> Iterator[Difference]:
    for candidate, evidence in zip(recorded, again, strict=True):
        place = f"rank {candidate.rank}"
        yield from _rows(place, candidate.evidence, evidence)
        yield from _numbers(f"{place}: total", _totals(candidate.evidence), _totals(evidence))
        if candidate.evidence.band is not evidence.band:
            yield Difference(f"{place}: the band differs", is_rounding=False)
        if [f.flag for f in candidate.evidence.flags] != [f.flag for f in evidence.flags]:
            yield Difference(f"{place}: the flags differ", is_rounding=False)


def _rows(place: str, old: Evidence, new: Evidence) -> Iterator[Difference]:
    told = [(row.source, row.level) for row in old.rows]
    if told != [(row.source, row.level) for row in new.rows]:
        yield Difference(f"{place}: other evidence was compared", is_rounding=False)
        return
    for before, after in zip(old.rows, new.rows, strict=True):
        pair = (millibits(before.bits), millibits(after.bits))
        yield from _numbers(f"{place}: {before.source}, {before.level}", pair[:1], pair[1:])


def _totals(evidence: Evidence) -> tuple[int, int]:
    return millibits(evidence.total_bits), round((evidence.posterior or 0.0) * _POSTERIOR_STEPS)


def _numbers(place: str, old: Sequence[int], new: Sequence[int]) -> Iterator[Difference]:
    for before, after in zip(old, new, strict=True):
        if before != after:
            yield Difference(
                f"{place}: {before} recorded, {after} computed (thousandths)",
                is_rounding=abs(before - after) <= TOLERANCE_MILLIBITS,
            )


def _ranks(again: Sequence[Evidence]) -> Iterator[Difference]:
    if any(evidence.is_withheld for evidence in again):
        return  # These are ranked by similarity, which the repeated look-up checks.
    totals = [millibits(evidence.total_bits) for evidence in again]
    for rank, (stronger, weaker) in enumerate(pairwise(totals), 1):
        if weaker > stronger:
            yield Difference(
                f"rank {rank}: the next one is stronger when computed again",
                is_rounding=weaker - stronger <= TOLERANCE_MILLIBITS,
            )


# A search looks people up in an index of rounded templates: the larger the gallery, the rougher
# the look-up. The repetition is exact and complete. Differences due to rounding are distinguished
# from others: nobody may be missing who would have been shown to an examiner, or who is stronger
# than the linked person.


SIMILARITY_SLACK = np.float32(0.005)
"""How far the difference of two similarities in the index may lie from the exact difference: seven
times its standard deviation (`indexing.codes.rotation`)."""

LOOKED_AT = 4
"""An exhaustive comparison keeps this many times as many people as are weighed."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """The recorded candidates by rank: aligned arrays of n entries each."""

    person_rows: Int64s
    encounter_rows: Int64s
    similarities: Float32s
    """The similarities, computed again exactly."""
    strengths: Int64s
    """What the list is ordered by: total bits in thousandths or, if prints have none,
    similarities."""
    is_for_examiners: Bools
    """Whether it is the linked candidate, or one in a band that is shown to examiners."""
    linked: int
    """The position of the linked candidate."""


@dataclass(frozen=True, slots=True, eq=False)
class Strongest:
    """The people most similar to a probe, most similar first, with one entry for each person."""

    person_rows: Int64s
    encounter_rows: Int64s
    similarities: Float32s
    """NaN for people whom codes of minutiae chose."""

    def __len__(self) -> int:
        return len(self.person_rows)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The evidence on the first m of the strongest people; arrays int64 and bool (m,)."""

    strengths: Int64s
    """The same measure as in `Listed`."""
    is_for_examiners: Bools
    """Whether their band is one that is shown to examiners."""


def look_up_difference(
    listed: Listed, found: Strongest, evidence: Weighed, *, kept: int
) -> Difference | None:
    """Return the difference between the recorded list and the exhaustive comparison, or None.

    `found` has `LOOKED_AT` times as many people as `evidence`, or the whole gallery if that is
    smaller. `kept` is how many of the people weighed a search keeps.
    """
    by_evidence = np.argsort(-evidence.strengths, kind="stable")[:kept]
    if np.array_equal(found.encounter_rows[by_evidence], listed.encounter_rows):
        return None
    differences = [*_left_out(listed, found, evidence, kept=kept), *_not_so_similar(listed, found)]
    grave = (one for one in differences if not one.is_rounding)
    return next(grave, differences[0] if differences else _CHANGED_PLACES)


_CHANGED_PLACES = Difference(
    "look-up: captures with almost equal similarity swapped places", is_rounding=True
)


def _not_so_similar(listed: Listed, found: Strongest) -> Iterator[Difference]:
    """Yield a difference for each candidate that a look-up would hardly have proposed."""
    for rank, (person, matters) in enumerate(
        zip(listed.person_rows, listed.is_for_examiners, strict=True), 1
    ):
        places = np.flatnonzero(found.person_rows == person)
        if not len(places):
            yield Difference(f"rank {rank}: many others are more similar", not matters)
        elif found.similarities[places[0]] > listed.similarities[rank - 1] + SIMILARITY_SLACK:
            words = f"rank {rank}: another capture of the same person is more similar"
            yield Difference(words, not matters)


def _left_out(
    listed: Listed, found: Strongest, evidence: Weighed, *, kept: int
) -> Iterator[Difference]:
    """Yield one difference for missing people; rounding explains it if none of them matters."""
    m = len(evidence.strengths)
    is_missing = ~np.isin(found.person_rows[:m], listed.person_rows)
    if len(listed.person_rows) >= kept:
        weakest = listed.strengths.min()
        is_missing &= evidence.strengths > weakest + TOLERANCE_MILLIBITS
    if not is_missing.any():
        return
    linked = listed.strengths[listed.linked] + TOLERANCE_MILLIBITS
    matters = evidence.is_for_examiners | (evidence.strengths > linked)
    grave = is_missing & matters & _is_certain(found, m)
    which = grave if grave.any() else is_missing
    rank = 1 + int((listed.strengths > evidence.strengths[which].max()).sum())
    if grave.any():
        words = f"look-up: a person was left out who would be at rank {rank}"
        yield Difference(words, is_rounding=False)
        return
    words = (
        f"look-up: {int(is_missing.sum())} were passed over that no examiner would have seen,"
        f" the strongest at rank {rank}"
    )
    yield Difference(words, is_rounding=True)


def _is_certain(found: Strongest, m: int) -> Bools:
    """Return bool (m,): whether each is more similar than the last one weighed.

    The difference must be larger than rounding can explain. Whoever has no similarity, NaN, was
    not chosen by it.
    """
    if len(found) <= m:
        return np.ones(m, dtype=np.bool_)
    ahead = found.similarities[:m] - found.similarities[m]
    return np.asarray((ahead > SIMILARITY_SLACK) | np.isnan(ahead))
