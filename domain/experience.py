"""The strangers that a gallery has met: how alike they got, counted, without any person.

A gallery of N people holds N searches of N people. The most alike stranger of a search with an
enrolled person's own capture (a rehearsal) is what an unseen person meets in that gallery.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from domain.prints import Impression, ImpressionType

ALIKENESS_STEP = 0.05
"""The width of a step of alikeness, in standard deviations; strangers are counted by steps."""
_MOST_STEPS = 100_000
_KEPT_SHARE = 20
"""One in this many of the most alike keep their steps; the others share one."""


class Kind(StrEnum):
    """Searches that meet strangers alike: by the number of fingers, marks apart."""

    ONE = "one finger"
    FEW = "two to four fingers"
    MANY = "five fingers or more"
    MARK = "mark"


def kind_of(impressions: Iterable[Impression], fingers: int) -> Kind:
    """Return the kind of a search with these impressions, of this many fingers."""
    if any(one.impression_type is ImpressionType.LATENT for one in impressions):
        return Kind.MARK
    if fingers == 1:
        return Kind.ONE
    return Kind.FEW if fingers < 5 else Kind.MANY


@dataclass(frozen=True, slots=True)
class Counted:
    """Searches whose most alike stranger was counted.

    `searches`: how many. `persons`: the mean size of the gallery they were made in, rounded down.
    `tops`: of each step of alikeness that was met the number of searches, by rising steps.
    """

    searches: int = 0
    persons: int = 0
    tops: tuple[tuple[int, int], ...] = ()

    def at_least(self, step: int) -> int:
        """Return how many searches met a stranger at this step or above."""
        return sum(count for at, count in self.tops if at >= step)

    @classmethod
    def of(cls, parts: Iterable[tuple[int, Mapping[int, int]]]) -> Self:
        """Return counts put together; each part: people of the gallery, and searches by step."""
        tops: Counter[int] = Counter()
        searches, weight = 0, 0
        for persons, steps in parts:
            tops.update(steps)
            searches += sum(steps.values())
            weight += persons * sum(steps.values())
        return cls(searches, weight // searches if searches else 0, _thinned(tops, searches))

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the counts in plain data; raises KeyError, TypeError, ValueError."""
        tops = tuple((int(at), int(count)) for at, count in data["tops"])
        found = cls(int(data["searches"]), int(data["persons"]), tops)
        steps = [at for at, _ in tops]
        if steps != sorted(set(steps)) or any(abs(at) > _MOST_STEPS for at in steps):
            raise ValueError("Steps of alikeness must rise and stay in range.")
        if min(found.persons, *(count for _, count in tops), 0) < 0:
            raise ValueError("Counts must not be negative.")
        if sum(count for _, count in tops) != found.searches:
            raise ValueError("Each counted search must have one step.")
        return found


def _thinned(tops: Mapping[int, int], searches: int) -> tuple[tuple[int, int], ...]:
    """Return counts by rising steps; those below the most alike share the highest step of theirs.

    Lower steps only tell common alikeness from more common: neither is evidence.
    """
    kept: list[tuple[int, int]] = []
    left = searches
    for step, count in sorted(tops.items(), reverse=True):
        if searches - left >= searches / _KEPT_SHARE:
            kept.append((step, left))
            break
        kept.append((step, count))
        left -= count
    return tuple(reversed(kept))


@dataclass(frozen=True, slots=True)
class Experience:
    """The strangers that searches of one kind met in the gallery by the time of a search.

    `rehearsed`: searches with enrolled people's own captures; of marks, which no exemplar can
    stand for, none. `live`: searches whose first candidate examiners identified; the second is
    the most alike stranger of each.
    """

    kind: Kind
    rehearsed: Counted = Counted()
    live: Counted = Counted()

    @property
    def searches(self) -> int:
        """How many searches were counted."""
        return self.rehearsed.searches + self.live.searches

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the counts in plain data; raises KeyError, TypeError, ValueError."""
        counted = (Counted.from_data(data[name]) for name in ("rehearsed", "live"))
        return cls(Kind(data["kind"]), *counted)
