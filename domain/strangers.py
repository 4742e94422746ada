"""How alike a probe is to people drawn from the gallery: the measure of its own strangers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

TEN_THOUSANDTHS = 10_000
"""The unit of means and spreads."""
_TAIL_SHARE = 64
"""One in so many cosines is beyond the quantile at which the tail is looked at."""
_TAIL_REACH = 2.154 * 1.2
"""That quantile of the standard normal law, and a fifth more: among 512 people the quantile of a
normal law goes beyond once in a thousand times, by chance alone."""
_MOST = 10 * TEN_THOUSANDTHS
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
        is_enough, people = counts > 1, compared.shape[1]
        if people >= _TAIL_SHARE:
            place = people - 1 - -(-people // _TAIL_SHARE)
            ordered = np.partition(np.where(compared, cosines, -np.inf), place, axis=1)
            spreads = np.maximum(spreads, (ordered[:, place] - means) / _TAIL_REACH)
        return cls(
            people=people,
            means=tuple(
                np.rint(np.where(is_enough, means, 0.0) * TEN_THOUSANDTHS).astype(int).tolist()
            ),
            spreads=tuple(
                np.rint(np.where(is_enough, spreads, 0.0) * TEN_THOUSANDTHS).astype(int).tolist()
            ),
        )

    @classmethod
    def of_mark(cls, cosines: npt.NDArray[np.float32]) -> Self:
        """Return the measure of a mark, whose cosines with any finger, float32 (m,), are one."""
        every = np.ones((_FINGERS, len(cosines)), dtype=np.bool_)
        return cls.of(np.broadcast_to(cosines, every.shape), every)

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the measure that plain data hold, those of `dataclasses.asdict`.

        Raises KeyError, TypeError, ValueError.
        """
        found = cls(int(data["people"]), tuple(data["means"]), tuple(data["spreads"]))
        if {len(found.means), len(found.spreads)} != {_FINGERS}:
            raise ValueError("Strangers have one mean and one spread for each finger.")
        if found.people < 0 or min(found.spreads) < 0 or max(*found.spreads, *found.means) > _MOST:
            raise ValueError("The measure of strangers is out of range.")
        return found

    def moments(self) -> npt.NDArray[np.float64]:
        """Return float64 (10, 2): mean and standard deviation of the cosines of each finger."""
        return np.array([self.means, self.spreads], dtype=np.float64).T / TEN_THOUSANDTHS
