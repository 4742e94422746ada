"""Whether live searches meet strangers as rehearsals did: a test martingale on the second.

The second candidate of a search is never more alike than the most alike stranger, unless a person
is on record twice. The chance p that a rehearsal meets anyone as alike therefore holds for it, and
k p^(k - 1) has a mean of at most 1 as long as live searches meet what was rehearsed. Evidence is
multiplied from search to search, W <- (W + 1 / (t (t + 1))) e: since the weights of all starts
add up to one, W reaches A ever with a chance of at most 1 / A (Ville, 1939).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.experience import upper_share
from matching.watch.detecting import MOST, SHARES

if TYPE_CHECKING:
    from domain.experience import Counted

ALARM = 1e4
"""W from which live searches meet others than rehearsals: falsely in one of ten thousand streams,
ever."""

LEAST_CHANCE_GROWTH = 1.25
"""The chance of a second is at least this many times the share of rehearsals: galleries drift."""

_CONFIDENCE = 0.99
_POWERS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0])


def chance(rehearsed: Counted, step: int) -> float:
    """Return the chance, at most, that a search meets anyone as alike as this step."""
    seen = rehearsed.at_least(step)
    share = seen / max(rehearsed.searches, 1)
    bound = upper_share(seen, rehearsed.searches, _CONFIDENCE)
    return min(1.0, max(bound, LEAST_CHANCE_GROWTH * share))


def e_value(chance_of_second: float) -> float:
    """Return the mean of the bets on one chance: at most 1 on average where nothing moved."""
    return float((_POWERS * chance_of_second ** (_POWERS - 1.0)).mean())


@dataclass(frozen=True, slots=True)
class SecondsSeen:
    """W after this many searches, one for each share of searches that may have moved."""

    searches: int = 0
    grown: tuple[float, ...] = (0.0,) * len(SHARES)

    @property
    def evidence(self) -> float:
        """W: the mean over the shares."""
        return float(np.mean(self.grown))

    @property
    def is_alarm(self) -> bool:
        """Whether live searches meet others than rehearsals did."""
        return self.evidence >= ALARM

    def seen(self, e: float) -> SecondsSeen:
        """Return W after one more search of this e-value."""
        at = self.searches + 1
        start = 1.0 / (at * (at + 1.0))
        bets = (1.0 + share * (e - 1.0) for share in SHARES)
        grown = tuple(
            min((w + start) * bet, MOST) for w, bet in zip(self.grown, bets, strict=True)
        )
        return SecondsSeen(at, grown)
