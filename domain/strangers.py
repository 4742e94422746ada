"""How alike a probe is to people drawn from the gallery: the measure of its own strangers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError

_UNIT = 10_000
_TAIL_SHARE = 64
"""One in so many cosines is beyond the quantile at which the tail is looked at."""
_TAIL_REACH = 2.154 * 1.2
"""That quantile of the standard normal law, and a fifth more: among 512 people the quantile of a
normal law goes beyond once in a thousand times, by chance alone."""
_MOST = 10 * _UNIT
_FINGERS = 10


@dataclass(frozen=True, slots=True)
class Strangers:
    """The cosines of a probe with a cohort of enrolled people, finger by finger.

    `people`: how many were compared at most. `means`, `spreads`: mean and standard deviation of
    the cosines in ten-thousandths, ten of each; a spread of 0 where a finger was not compared.
    Where the highest cosines lie far beyond a normal law's, the spread is widened until they do
    not: some strangers of such a probe are much alike. Whole numbers, so that a replay computes
    with exactly what the search computed with.
    """

    people: int
    means: tuple[int, ...]
    spreads: tuple[int, ...]

    def __post_init__(self) -> None:
        if {len(self.means), len(self.spreads)} != {_FINGERS}:
            raise InvalidInputError("Strangers have one mean and one spread for each finger.")
        if self.people < 0 or min(self.spreads) < 0 or max(*self.spreads, *self.means) > _MOST:
            raise InvalidInputError("The measure of strangers is out of range.")

    @classmethod
    def of(cls, cosines: npt.NDArray[np.float32], compared: npt.NDArray[np.bool_]) -> Self:
        """Return the measure of `cosines` float32 (10, m), where `compared` bool (10, m).

        The highest cosine of each finger is left out: it may be the person's own.
        """
        found = np.where(compared, cosines, 0.0).astype(np.float64)
        highest = np.where(compared, cosines, -np.inf).max(axis=1, initial=-np.inf)
        counts = compared.sum(axis=1) - 1
        top = np.where(counts > 0, highest, 0.0)
        kept = np.maximum(counts, 1)
        means = (found.sum(axis=1) - top) / kept
        squares = (np.square(found).sum(axis=1) - np.square(top)) / kept
        spreads = np.sqrt(np.maximum(squares - np.square(means), 0.0))
        spreads = np.maximum(spreads, _spreads_of_tails(cosines, compared) - means / _TAIL_REACH)
        is_enough = counts > 1
        return cls(
            people=int(compared.shape[1]),
            means=tuple(np.rint(np.where(is_enough, means, 0.0) * _UNIT).astype(int).tolist()),
            spreads=tuple(np.rint(np.where(is_enough, spreads, 0.0) * _UNIT).astype(int).tolist()),
        )

    @classmethod
    def of_mark(cls, cosines: npt.NDArray[np.float32]) -> Self:
        """Return the measure of a mark, whose cosines with any finger, float32 (m,), are one."""
        every = np.ones((_FINGERS, len(cosines)), dtype=np.bool_)
        return cls.of(np.broadcast_to(cosines, every.shape), every)

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the measure that plain data hold; raises KeyError, TypeError, ValueError."""
        return cls(int(data["people"]), tuple(data["means"]), tuple(data["spreads"]))

    def to_data(self) -> dict[str, Any]:
        """Return the measure as plain data."""
        return {"people": self.people, "means": list(self.means), "spreads": list(self.spreads)}

    def moments(self) -> npt.NDArray[np.float64]:
        """Return float64 (10, 2): mean and standard deviation of the cosines of each finger."""
        return np.array([self.means, self.spreads], dtype=np.float64).T / _UNIT


def _spreads_of_tails(
    cosines: npt.NDArray[np.float32], compared: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return float64 (10,): the highest quantile of each finger in units of its usual reach.

    -inf where fewer than `_TAIL_SHARE` were compared.
    """
    most = compared.shape[1]
    rank = -(-most // _TAIL_SHARE)
    if most < _TAIL_SHARE:
        return np.full(len(cosines), -np.inf)
    ordered = np.where(compared, cosines, -np.inf)
    quantiles = np.partition(ordered, most - 1 - rank, axis=1)[:, most - 1 - rank]
    return np.asarray(quantiles / _TAIL_REACH, dtype=np.float64)
