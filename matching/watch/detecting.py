"""Evidence, over many searches, that the home law no longer holds, with a limit on false alarms.

Each search gives an e-value: a number whose mean is at most 1 if the law holds. R is the sum, over
all past searches, of the product of all e-values since that search. It grows by R <- (R + 1) e
(Shiryaev-Roberts with e-values: Shin, Ramdas and Rinaldo, "E-detectors", 2023). If the law holds,
R - n has a mean of at most 0 after n searches, so the probability of an alarm at A within n
searches is at most n / A.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.watch.home import HomeLaw, Measure, Observation

ALARM = 5e6
"""R from which the law counts as moved: at most one false alarm in 5 million searches."""

WARNING = 5e3
"""R from which the law may be moving: at most one false warning in 5,000 searches of a stream."""

MOST = 1e12
"""Upper limit of R. Without it, growth after an alarm would overflow."""

_POWERS = np.array([0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0])
"""Exponents k of bets on small probabilities p. Each bet k p^(k - 1) has mean 1 for a uniform p.
They cover cases from a law that moved as a whole, seen in many searches, to one that moved in
part, seen in few."""

SHARES = (1.0, 0.3, 0.1)
"""Shares of searches that may have moved. Each share of each measure has its own detector. R is
the mean of the detectors, for which the limit still holds."""

_DETECTORS = len(Measure) * len(SHARES)


def e_value(chance: float) -> float:
    """Return the e-value against one probability, the mean of several bets.

    On average it is at most 1 if the home law holds.
    """
    return float((_POWERS * chance ** (_POWERS - 1.0)).mean())


def evidence_against(law: HomeLaw, observation: Observation) -> tuple[float, ...] | None:
    """Return the e-values of a search, one for each measure, or None for an unknown kind."""
    chances = [law.chance(observation, measure) for measure in Measure]
    known = [e_value(chance) for chance in chances if chance is not None]
    return tuple(known) if len(known) == len(chances) else None


@dataclass(frozen=True, slots=True)
class Gathered:
    """R of each detector, or the change that some searches make to R.

    R becomes `grown + factor R`. The sums of several processes can therefore be combined in any
    order of the processes, because searches made at the same time have no order.
    """

    grown: tuple[float, ...] = (0.0,) * _DETECTORS
    factor: tuple[float, ...] = (1.0,) * _DETECTORS
    searches: int = 0

    @property
    def evidence(self) -> float:
        """R, if there were no searches before."""
        return float(np.mean(self.grown))

    def seen(self, e_values: Sequence[float]) -> Gathered:
        """Return the sums after one more search, which has these e-values."""
        bets = [1.0 + share * (e - 1.0) for e in e_values for share in SHARES]
        return Gathered(
            tuple(min((r + 1.0) * bet, MOST) for r, bet in zip(self.grown, bets, strict=True)),
            tuple(min(f * bet, MOST) for f, bet in zip(self.factor, bets, strict=True)),
            self.searches + 1,
        )

    def then(self, later: Gathered) -> Gathered:
        """Return the combination of both, with `later` after this one."""
        grown = [
            min(new + factor * old, MOST)
            for old, new, factor in zip(self.grown, later.grown, later.factor, strict=True)
        ]
        factor = [
            min(one * other, MOST) for one, other in zip(self.factor, later.factor, strict=True)
        ]
        return Gathered(tuple(grown), tuple(factor), self.searches + later.searches)


def gathered(searches: Iterable[Sequence[float]], before: Gathered = Gathered()) -> Gathered:
    """Return the sums after searches with these e-values, in order."""
    for e_values in searches:
        before = before.seen(e_values)
    return before
