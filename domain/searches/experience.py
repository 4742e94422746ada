"""How similar strangers' prints have been to probes in a gallery, as counts that name no person.

A gallery of N people allows N searches with the captures of N enrolled people. In such a search (a
rehearsal), the most similar stranger is as similar as the one that a person outside the gallery
would meet there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from domain.prints.prints import Impression, ImpressionType

ALIKENESS_STEP = 0.05
"""The width of a step of similarity, in standard deviations. Strangers are counted by step."""
_MOST_STEPS = 100_000
_KEPT_SHARE = 20
"""One in this many, those most alike, keep their own steps. All others share one step."""


class Kind(StrEnum):
    """The kinds of search in which strangers are comparably similar: by number of fingers, with
    marks separate.

    Rehearsals also count the fewest and the most fingers of a kind by themselves.
    """

    ONE = "one finger"
    TWO = "two fingers"
    FOUR = "four fingers"
    FEW = "two to four fingers"
    FIVE = "five fingers"
    TEN = "ten fingers"
    MANY = "five fingers or more"
    MARK = "mark"


def kind_of(impressions: Iterable[Impression], fingers: int) -> Kind:
    """Return the kind of a search with these impressions and this many fingers."""
    if any(one.impression_type is ImpressionType.LATENT for one in impressions):
        return Kind.MARK
    if fingers == 1:
        return Kind.ONE
    return Kind.FEW if fingers < 5 else Kind.MANY


REHEARSED_AS = {
    (Kind.FEW, 2): Kind.TWO,
    (Kind.FEW, 4): Kind.FOUR,
    (Kind.MANY, 5): Kind.FIVE,
    (Kind.MANY, 10): Kind.TEN,
}
"""The kind under which rehearsals with exactly as many fingers are counted by themselves."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Searches for which the most similar stranger was counted.

    `searches`: the number of searches. `persons`: the mean size of the galleries that were
    searched, rounded down. `tops`: pairs of a step of similarity and the number of searches whose
    most similar stranger was at that step, in ascending order of step.
    """

    searches: int = 0
    persons: int = 0
    tops: tuple[tuple[int, int], ...] = ()

    def at_least(self, step: int) -> int:
        """Return the number of searches that met a stranger at this step or above."""
        return sum(count for at, count in self.tops if at >= step)

    @classmethod
    def of(cls, parts: Iterable[tuple[int, Mapping[int, int]]]) -> Self:
        """Return the combined counts of parts: people in a gallery, and searches by step."""
        tops: Counter[int] = Counter()
        searches, weight = 0, 0
        for persons, steps in parts:
            tops.update(steps)
            searches += sum(steps.values())
            weight += persons * sum(steps.values())
        return cls(searches, weight // searches if searches else 0, _thinned(tops, searches))

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the counts read from plain data. Raises KeyError, TypeError, ValueError."""
        tops = tuple((int(at), int(count)) for at, count in data["tops"])
        found = cls(int(data["searches"]), int(data["persons"]), tops)
        steps = [at for at, _ in tops]
        if steps != sorted(set(steps)) or any(abs(at) > _MOST_STEPS for at in steps):
            raise ValueError(
                f"The similarity steps must be in ascending order, each from {-_MOST_STEPS} to"
                f" {_MOST_STEPS}."
            )
        if min(found.persons, *(count for _, count in tops), 0) < 0:
            raise ValueError("Counts must not be negative.")
        if sum(count for _, count in tops) != found.searches:
            raise ValueError("The counts by similarity do not add up to the number of searches.")
        return found


def _thinned(tops: Mapping[int, int], searches: int) -> tuple[tuple[int, int], ...]:
    """Return counts in ascending order of step.

    All counts below the most similar strangers share one step, the highest among them: lower steps
    only tell apart common similarities, which are no evidence.
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
    """The strangers that searches of one kind had met in the gallery at the time of a search.

    `rehearsed`: searches with enrolled people's own captures; there are none for marks, because no
    exemplar can stand for a mark. `live`: searches whose first candidate was identified by
    examiners; the second candidate of each is its most similar stranger.
    """

    kind: Kind
    rehearsed: Counted = Counted()
    live: Counted = Counted()
    is_withheld: bool = field(default=False, kw_only=True)
    """Whether proposals are withheld: examiners excluded too many of this kind."""

    @property
    def searches(self) -> int:
        """The number of searches that were counted."""
        return self.rehearsed.searches + self.live.searches

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the counts read from plain data. Raises KeyError, TypeError, ValueError."""
        counted = (Counted.from_data(data[name]) for name in ("rehearsed", "live"))
        return cls(Kind(data["kind"]), *counted, is_withheld=bool(data.get("is_withheld", False)))
