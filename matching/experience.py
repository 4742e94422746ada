"""The rate at which strangers are as similar to the probe as a candidate is. It is counted, so it
holds for any distribution of prints.

The similarity is z: the sum over fingers of (cosine - mean) / spread, divided by the square root
of the number of fingers, with the mean and spread of the search's own strangers. The rate is an
upper 95 % bound (Clopper and Pearson, 1934) on the share of counted searches whose most similar
stranger reaches z, multiplied by the growth of the gallery since they were counted.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from domain.arrays import Bools, Float32s, Int64s
from domain.searches.models import ALIKENESS_STEP, Counted, Experience, Kind
from matching.levels import Bits
from matching.parameters import PROPOSED_FPIR
from matching.policy import Mode
from matching.print_parameters import COUNT_CONFIDENCE, HIGHEST_RATE, LEAST_COUNTED

_HALVINGS = 60
"""Halvings of the interval around a bound. More change nothing in double precision."""


def alikeness(cosines: Float32s, moments: Bits) -> Bits:
    """Return z of k candidates, float64 (k,); -inf where no finger was compared.

    `cosines`: (k, 10), NaN where not compared. `moments`: float64 (10, 2), mean and standard
    deviation of the strangers of each finger.
    """
    deviations = (cosines - moments[:, 0]) / moments[:, 1]
    fingers = (~np.isnan(cosines)).sum(axis=1)
    summed = np.nansum(deviations, axis=1) / np.sqrt(np.maximum(fingers, 1))
    return np.asarray(np.where(fingers > 0, summed, -np.inf))


def steps_of(alike: Bits) -> Int64s:
    """Return the step of each z, int64 (k,), rounded down.

    Each z must be finite: some finger must have been compared.
    """
    return np.floor(alike / ALIKENESS_STEP + 1e-9).astype(np.int64)


@lru_cache(maxsize=4096)
def upper_share(seen: int, searches: int, confidence: float = COUNT_CONFIDENCE) -> float:
    """Return the upper bound on a share seen `seen` times in `searches`; 1 if `searches` is 0.

    It is the share at which so few or fewer would occur with a probability of 1 - `confidence`.
    """
    if seen >= searches:
        return 1.0
    at = np.arange(seen + 1, dtype=np.float64)
    ways = np.concatenate([[0.0], np.cumsum(np.log((searches - at[1:] + 1.0) / at[1:]))])
    low, high = seen / searches, 1.0
    for _ in range(_HALVINGS):
        share = (low + high) / 2.0
        logs = ways + at * np.log(share) + (searches - at) * np.log1p(-share)
        is_likely = np.exp(logs).sum() > 1.0 - confidence
        low, high = (share, high) if is_likely else (low, share)
    return high


def needed(target: float) -> int:
    """Return how many searches without a stranger as similar lower the rate to `target`."""
    return int(np.ceil(np.log(1.0 - COUNT_CONFIDENCE) / np.log1p(-target)))


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """How often strangers are as similar to the probe as each of k candidates.

    `shares`: float64 (k,), the upper bound, for searches of people not on record. `seen`: int64
    (k,), how many of the `counted` searches had a stranger as similar. `is_enough`: whether enough
    searches were counted for the bits to follow the rate. `target`: the rate at which a candidate
    is proposed.
    """

    shares: Bits
    seen: Int64s
    experience: Experience
    counted: int
    is_enough: bool
    target: float
    proposes: Bools
    """bool (k,): whether strangers are as similar so rarely that the candidate is proposed."""


def rates(experience: Experience, alike: Bits, persons: int) -> Rates:
    """Return how often strangers are as similar as k candidates, float64 (k,), among `persons`.

    The captures of live searches may differ from enrolled ones, so the greatest rate counts: of
    rehearsals, of both together, and of live searches once there are enough of them. Live searches
    never replace rehearsals: their lists may end at the leader, so that the most similar stranger
    is missing.
    """
    is_mark = experience.kind is Kind.MARK
    target = PROPOSED_FPIR[Mode.MARK if is_mark else Mode.TENPRINT]
    rehearsed, live = experience.rehearsed, experience.live
    counted = rehearsed.searches + live.searches
    if not counted:
        nothing, common = np.zeros(len(alike), dtype=np.int64), np.full(len(alike), HIGHEST_RATE)
        return Rates(common, nothing, experience, 0, False, target, nothing > 0)
    steps = steps_of(np.maximum(alike, -ALIKENESS_STEP * 1e6))
    seen = _at_least(rehearsed, steps) + _at_least(live, steps)
    people = rehearsed.persons * rehearsed.searches + live.persons * live.searches
    found = _grown(seen, counted, people // max(counted, 1), persons)
    if live.searches:
        for one in (rehearsed, live):
            if one.searches >= needed(target):
                alone = _grown(_at_least(one, steps), one.searches, one.persons, persons)
                found = np.maximum(found, alone)
    is_enough = counted >= (needed(target) if is_mark else LEAST_COUNTED)
    may_propose = (live if is_mark else rehearsed).searches >= needed(target)
    proposes = np.asarray(may_propose & (found <= target) & (not experience.is_withheld))
    return Rates(found, seen, experience, counted, is_enough, target, proposes)


def _at_least(counted: Counted, steps: Int64s) -> Int64s:
    if not counted.tops:
        return np.zeros(len(steps), dtype=np.int64)
    at, counts = np.array(counted.tops, dtype=np.int64).T
    above = np.append(np.cumsum(counts[::-1])[::-1], 0)
    return np.asarray(above[np.searchsorted(at, steps)])


def _grown(seen: Int64s, counted: int, before: int, now: int) -> Bits:
    growth = max(now / max(before, 1), 1.0)
    met, places = np.unique(seen, return_inverse=True)
    bounds = np.array([upper_share(one, counted) for one in met.tolist()])
    return np.asarray(np.minimum(bounds * growth, HIGHEST_RATE)[places])
