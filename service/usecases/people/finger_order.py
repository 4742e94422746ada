"""Doubts about the order of fingers: prints of one capture compared with one another.

A plain print is compared with the rolled print of every finger, and fingers of different
positions with one another: one finger captured twice passes for two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from domain.prints import FingerPosition
from prints.features.describing import Description
from prints.features.tools import FeatureTools
from prints.minutiae.iso19794_2 import MinutiaeView
from service.usecases.print_desk import set_of

LEAST_SCORE = 4.0
"""Match score from which two prints of one capture are taken for one finger: between the two
kinds of pairs of 40 drawn prints (two persons, rolled and plain, MINDTCT), of one finger 7.8 and
more, of two fingers 0.6 at most (2026-11). A doubt is a hint to look, and needs no more."""

TIMES_AS_MUCH = 2.0
"""How much better than its own finger another one must agree."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedPrint:
    """The minutiae of a print and the finger that it is said to be of."""

    position: FingerPosition
    minutiae: MinutiaeView


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finger that may be another one."""

    position: FingerPosition
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class _Described:
    position: FingerPosition
    description: Description


def order_doubts(
    tools: FeatureTools, kept: Sequence[PlacedPrint], spare: Sequence[PlacedPrint]
) -> tuple[Doubt, ...]:
    """Return the doubts that second prints of fingers, and fingers that agree, raise."""
    first = [_described(tools, one) for one in kept]
    second = [_described(tools, one) for one in spare]
    return (*_elsewhere(tools, first, second), *_twice(tools, first))


def _described(tools: FeatureTools, one: PlacedPrint) -> _Described:
    return _Described(one.position, tools.describe(set_of(one.minutiae)))


def _elsewhere(
    tools: FeatureTools, kept: Sequence[_Described], spare: Sequence[_Described]
) -> Iterator[Doubt]:
    """Yield fingers whose second print agrees with another finger rather than with their own."""
    for one in spare:
        found = {other.position: tools.match(one.description, other.description) for other in kept}
        own = found.get(one.position)
        if own is None:
            continue
        position, best = max(found.items(), key=lambda item: item[1].match_score)
        is_other = position is not one.position and best.match_score >= LEAST_SCORE
        if is_other and best.match_score > TIMES_AS_MUCH * own.match_score:
            yield Doubt(
                one.position,
                f"Its plain and rolled prints differ, and the plain one agrees with the "
                f"{position.words}: check the order of the fingers.",
            )


def _twice(tools: FeatureTools, kept: Sequence[_Described]) -> Iterator[Doubt]:
    """Yield fingers that agree with a finger of another position."""
    for one, other in combinations(kept, 2):
        if one.position is other.position:
            continue
        if tools.match(one.description, other.description).match_score >= LEAST_SCORE:
            yield Doubt(
                other.position,
                f"It agrees with the {one.position.words}: one finger may have been captured "
                "twice.",
            )
