"""Distributions that strangers may have, exact to one in ten thousand million.

A law says how similar a probe of k fingers is to each of N people, in standard deviations. Sums
over fingers are computed by convolution, and the maximum of N by order statistics, so false
positive rates are computed and not simulated. Means and spreads are those that a cohort would
measure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr
from scipy.stats import gamma, gumbel_r, laplace, logistic, lognorm, t

from domain.arrays import Float64s
from domain.searches.models import ALIKENESS_STEP

GRID = np.round(np.arange(-10.0, 200.0, ALIKENESS_STEP), 6)
"""float64 (z,): the lower edges of the steps of similarity."""
SPREAD = 0.11
"""Standard deviation of strangers' cosines in the generator."""

_FINE, _REACH = 0.01, 2_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """A group of people whose similarities to a probe have the same distribution.

    `people`: returns how many of N people are in the group. `above`: float64 (z,), the probability
    that a similarity is above each step of `GRID`.
    """

    people: Callable[[float], float]
    above: Float64s


@dataclass(frozen=True, slots=True)
class StrangerLaw:
    """A distribution of strangers. `meets`: for k fingers, the kinds of probes, each with its
    share and the groups of people it is compared with.

    `mean`, `spread`: of a stranger's cosine. Mates are measured by them.
    """

    meets: Callable[[int], Sequence[tuple[float, Sequence[Crowd]]]]
    mean: float = 0.0
    spread: float = SPREAD

    def top_below(self, fingers: int, persons: float) -> Float64s:
        """Return float64 (z,): the chance that the most similar of N people is below each step."""
        found = np.zeros(len(GRID))
        for share, crowds in self.meets(fingers):
            logs = sum(one.people(persons) * np.log1p(-one.above) for one in crowds)
            found += share * np.exp(logs)
        return found


def everybody(persons: float) -> float:
    """Return the number of all people."""
    return persons


def _share(share: float) -> Callable[[float], float]:
    return lambda persons: share * persons


def _so_many(count: float) -> Callable[[float], float]:
    return lambda _: count


def _normal(fingers: int, shift: float = 0.0, spread: float = 1.0) -> Float64s:
    """Return the probabilities above each step for a normal law. `shift`: of each finger."""
    return np.asarray(np.clip(ndtr((shift * np.sqrt(fingers) - GRID) / spread), 0.0, 1.0 - 1e-12))


@cache
def _summed(name: str, fingers: int) -> Float64s:
    """Return the probabilities above each step for a sum of independent fingers (convolution)."""
    places = np.arange(-_REACH, _REACH, _FINE)
    turned = np.fft.irfft(_transformed(name) ** fingers, len(places))
    above = np.cumsum(np.maximum(np.fft.fftshift(turned), 0.0)[::-1])[::-1]
    found = np.interp(GRID * np.sqrt(fingers), places, above)
    return np.asarray(np.clip(found, 0.0, 1.0 - 1e-12))


@lru_cache(maxsize=1)
def _transformed(name: str) -> npt.NDArray[np.complex128]:
    """Return the transform of the probabilities of one finger: numbers of fingers come in turn."""
    places = np.arange(-_REACH, _REACH, _FINE)
    mass = np.diff(_FINGERS[name].cdf(np.append(places, _REACH) - _FINE / 2))
    # The middle of the array is zero, as a convolution by a product of transforms requires.
    return np.asarray(np.fft.rfft(np.fft.ifftshift(mass)))


class _Law:
    """The distribution of one finger, scaled to mean 0 and standard deviation 1."""

    def __init__(self, frozen: object) -> None:
        self._frozen = frozen
        self._mean, self._spread = frozen.mean(), frozen.std()  # type: ignore[attr-defined]

    def cdf(self, places: Float64s) -> Float64s:
        # Beyond a hundred standard deviations all of them are zero.
        moved = self._mean + self._spread * np.clip(places, -100.0, None)
        return np.asarray(self._frozen.cdf(moved))  # type: ignore[attr-defined]


_FINGERS: Mapping[str, _Law] = {
    "t(10)": _Law(t(10)),
    "t(6)": _Law(t(6)),
    "Gumbel": _Law(gumbel_r()),
    "Laplace": _Law(laplace()),
    "logistic": _Law(logistic()),
    "gamma(8)": _Law(gamma(8)),
    "lognormal .35": _Law(lognorm(0.35)),
}


def _plain(above: Callable[[int], Float64s]) -> StrangerLaw:
    return StrangerLaw(lambda fingers: [(1.0, [Crowd(everybody, above(fingers))])])


def _independent(name: str) -> StrangerLaw:
    return _plain(lambda fingers: _summed(name, fingers))


def hubs(share: float, more: float) -> StrangerLaw:
    """Return a law in which a share of people is more similar to every probe, in every finger."""
    return StrangerLaw(
        lambda fingers: [
            (
                1.0,
                [
                    Crowd(_share(1.0 - share), _normal(fingers)),
                    Crowd(_share(share), _normal(fingers, more / SPREAD)),
                ],
            )
        ]
    )


def _related(share: float, cosine: float, relatives: Callable[[float], float]) -> StrangerLaw:
    """Return a law in which a share of probes has relatives on record, with this mean cosine."""
    return StrangerLaw(
        lambda fingers: [
            (1.0 - share, [Crowd(everybody, _normal(fingers))]),
            (
                share,
                [
                    Crowd(everybody, _normal(fingers)),
                    Crowd(relatives, _normal(fingers, cosine / SPREAD)),
                ],
            ),
        ]
    )


def _two_makers(cosine: float) -> StrangerLaw:
    mean = cosine / 2
    spread = float(np.hypot(SPREAD, mean))
    kinds = [(mean / spread, SPREAD / spread), (-mean / spread, SPREAD / spread)]
    return StrangerLaw(
        lambda fingers: [(1.0, [Crowd(_share(0.5), _normal(fingers, *kind)) for kind in kinds])],
        mean,
        spread,
    )


def _dependent(correlation: float) -> StrangerLaw:
    return _plain(lambda k: _normal(k, 0.0, float(np.sqrt(1.0 + (k - 1.0) * correlation))))


def _lambs(mean: float) -> StrangerLaw:
    shifts = -mean * np.log1p(-(np.arange(400) + 0.5) / 400)
    return _plain(lambda k: np.mean([_normal(k, one - mean) for one in shifts], axis=0))


def _probes(spreads: Sequence[tuple[float, float]]) -> StrangerLaw:
    """Return a law in which strangers of some probes vary differently: share and factor."""
    return StrangerLaw(
        lambda k: [
            (share, [Crowd(everybody, _normal(k, 0.0, factor))]) for share, factor in spreads
        ]
    )


def _shared_scale(_fingers: int) -> Float64s:
    """Return the probabilities for a t distribution whose scale all fingers of a pair share."""
    return np.asarray(t.sf(GRID * np.sqrt(6 / 4), 6))


def _alike_pairs(share: float, cosine: float) -> StrangerLaw:
    return _plain(lambda k: (1.0 - share) * _normal(k) + share * _normal(k, cosine / SPREAD))


LAWS: Mapping[str, StrangerLaw] = {
    "normal": _plain(_normal),
    **{name: _independent(name) for name in ("t(10)", "t(6)", "Gumbel", "Laplace")},
    "hubs .1 % +.45": hubs(0.001, 0.45),
    "hubs .02 % +.6": hubs(0.0002, 0.6),
    "family 5 % .5": _related(0.05, 0.5, _so_many(1.0)),
    "family 5 % .6": _related(0.05, 0.6, _so_many(1.0)),
    "two makers 0/.27": _two_makers(0.27),
    "dependent .3": _dependent(0.3),
    "shared-scale t(6)": _plain(_shared_scale),
    "lambs": _lambs(0.3),
    "wolf probes 1 %": _probes([(0.99, 1.0), (0.01, 1.3)]),
    "clusters 1/2000 +.5": _related(0.1, 0.5, _share(1 / 2_000)),
    "twins .2 % at .75": _related(0.002, 0.75, _so_many(1.0)),
    "1e-5 at .7": _alike_pairs(1e-5, 0.7),
    "logistic": _independent("logistic"),
    "gamma(8)": _independent("gamma(8)"),
    "spreads .8 to 1.4": _probes([(0.25, 0.8), (0.25, 1.0), (0.25, 1.2), (0.25, 1.4)]),
    "three relatives of 2 % at .4": _related(0.02, 0.4, _so_many(3.0)),
    "hubs .003 % +.5": hubs(0.00003, 0.5),
}
"""The laws from the issue, and five written after the first rule. Nothing in the product was
chosen on them, except that kinds are rehearsed at both ends, which four fingers needed."""

FRESH: Mapping[str, StrangerLaw] = {
    "lognormal .35": _independent("lognormal .35"),
    "dependent .6": _dependent(0.6),
    "two relatives of 1 % at .7": _related(0.01, 0.7, _so_many(2.0)),
    "two makers 0/.4": _two_makers(0.4),
    "hubs .01 % +.3": hubs(0.0001, 0.3),
}
"""Five laws that were written after rehearsals at both ends, and run once."""
