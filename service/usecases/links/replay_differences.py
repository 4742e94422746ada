"""The first difference between a recorded search and its replay, in words.

Scores are compared in fixed point, thousandths of a bit, as whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from domain.evidence import Evidence, millibits
from domain.searches import Candidate
from service.storage.examination.cases import Examination
from service.usecases.examination.blinding import shuffled

TOLERANCE_MILLIBITS = 5
"""The most that logarithms of another processor or library may move a row or a total."""
_POSTERIOR_STEPS = 1_000_000
"""A posterior is compared in millionths."""


class Verdict(StrEnum):
    """The result of a replay."""

    EXACT = "exact"
    WITHIN_TOLERANCE = "within tolerance"
    DIFFERENT = "different"
    NOT_POSSIBLE = "not possible (erased)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, and whether rounding explains it."""

    words: str
    is_rounding: bool


def verdict_on(difference: Difference | None) -> tuple[Verdict, str]:
    """Return the verdict that a difference, or none, comes to, and its words."""
    if difference is None:
        return Verdict.EXACT, ""
    if difference.is_rounding:
        return Verdict.WITHIN_TOLERANCE, difference.words
    return Verdict.DIFFERENT, difference.words


def first_difference(
    recorded: Sequence[Candidate], again: Sequence[Evidence]
) -> Difference | None:
    """Return the first real difference, else the first of rounding, else None.

    `again`: the evidence computed again, in the order of `recorded`, which is by rank.
    """
    found = [*_each(recorded, again), *_ranks(again)]
    real = (one for one in found if not one.is_rounding)
    return next(real, found[0] if found else None)


def order_difference(examinations: Sequence[Examination]) -> Difference | None:
    """Return a difference if exemplars were not shown in the order that their seed gives."""
    for examination in examinations:
        shown = tuple(candidate for _, candidate in examination.order)
        if shuffled(shown, examination.shuffle_seed) != examination.order:
            return Difference("order: exemplars were not shown as their seed gives", False)
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
        return  # Ranked by similarity, which the repeated look-up checks.
    totals = [millibits(evidence.total_bits) for evidence in again]
    for rank, (stronger, weaker) in enumerate(pairwise(totals), 1):
        if weaker > stronger:
            yield Difference(
                f"rank {rank}: the next one is stronger when computed again",
                is_rounding=weaker - stronger <= TOLERANCE_MILLIBITS,
            )
