"""How similar a probe is to people drawn from the gallery, who are called its strangers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
import numpy.typing as npt

TEN_THOUSANDTHS = 10_000
"""The unit of means and spreads."""
_MOST = 10 * TEN_THOUSANDTHS
_FINGERS = 10
_TAIL_SHARE = 64
"""One in this many cosines lies beyond the quantile at which the tail is checked."""
_TAIL_REACH = 2.154 * 1.2
"""That quantile of the standard normal distribution, plus a fifth. Among 512 people, the sample
quantile of a normal distribution exceeds this value by chance only once in a thousand times.
"""
_PEAK_ERRORS = 4.0
"""The number of standard errors by which the fourth moment of a normal distribution is assumed to
exceed 3 by chance.
"""


class Standing(StrEnum):
    """What the monitoring had found at the time when a probe was measured."""

    AT_HOME = ""
    """No finding: as far as is known, comparisons follow the law for which the model was
    fitted.
    """
    WIDENED = "widened"
    """The law may be changing: the spreads are wider than measured."""
    WITHHELD = "withheld"
    """The law has changed: comparisons are ranked and have no bits."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """The cosines of a probe with a cohort of enrolled people, finger by finger.

    `people`: the largest number of people compared. `means`, `spreads`: mean and standard
    deviation of the cosines in ten-thousandths, ten of each; the spread is 0 if a finger was not
    compared. If the highest cosines lie far beyond those of a normal distribution, the spread is
    widened until they do not, because some strangers of such a probe are very similar to it. If
    the fourth moment is larger than chance explains, the spread is multiplied by that moment
    divided by 3: about what Student's distribution with the same moment needs at one in a million.
    All values are whole numbers, so that a replay computes with exactly the values of the search.
    """

    people: int
    means: tuple[int, ...]
    spreads: tuple[int, ...]
    standing: Standing = Standing.AT_HOME

    @classmethod
    def of(cls, cosines: npt.NDArray[np.float32], compared: npt.NDArray[np.bool_]) -> Self:
        """Return the measure of `cosines`, float32 (10, m), where `compared`, bool (10, m), is
        set.

        The highest cosine of each finger is left out: it may belong to the same person.
        """
        people, some = compared.shape[1], compared.any(axis=1)
        both = np.zeros((2, len(compared)), dtype=int)
        cosines, compared = cosines[some], compared[some]
        ordered = np.sort(np.where(compared, cosines, np.inf).astype(np.float64), axis=1)
        counts = compared.sum(axis=1) - 1
        is_kept = np.arange(people) < counts[:, None]
        kept = np.maximum(counts, 1)
        means = np.where(is_kept, ordered, 0.0).sum(axis=1) / kept
        squares = np.square(np.where(is_kept, ordered - means[:, None], 0.0))
        spreads = np.sqrt(squares.sum(axis=1) / kept)
        if people >= _TAIL_SHARE:
            tails = counts - -(-kept // _TAIL_SHARE)
            reached = np.take_along_axis(ordered, np.maximum(tails, 0)[:, None], axis=1)[:, 0]
            peaks = np.square(squares).sum(axis=1) / kept / np.maximum(spreads, 1e-6) ** 4
            is_heavy = peaks > 3.0 + _PEAK_ERRORS * np.sqrt(24.0 / kept)
            needed = np.where(counts > 0, (reached - means) / _TAIL_REACH, 0.0)
            spreads = np.maximum(np.where(is_heavy, spreads * peaks / 3.0, spreads), needed)
        both[:, some] = np.rint(np.where(counts > 1, (means, spreads), 0.0) * TEN_THOUSANDTHS)
        return cls(people, means=tuple(both[0].tolist()), spreads=tuple(both[1].tolist()))

    @classmethod
    def of_mark(cls, cosines: npt.NDArray[np.float32]) -> Self:
        """Return the measure of a mark. `cosines`, float32 (m,), are its cosines with any finger;
        every finger gets the same measure.
        """
        one = cls.of(cosines[None, :], np.ones((1, len(cosines)), dtype=np.bool_))
        return cls(one.people, means=one.means * _FINGERS, spreads=one.spreads * _FINGERS)

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the measure from plain data in the form of `to_data`.

        Raises KeyError, TypeError, ValueError.
        """
        standing = Standing(data.get("standing", ""))
        found = cls(int(data["people"]), tuple(data["means"]), tuple(data["spreads"]), standing)
        if {len(found.means), len(found.spreads)} != {_FINGERS}:
            raise ValueError(
                "The comparison with other people's prints must have one mean and one spread "
                "for each finger."
            )
        if found.people < 0 or min(found.spreads) < 0 or max(*found.spreads, *found.means) > _MOST:
            raise ValueError(
                "A mean or a spread in the comparison with other people's prints is out of range."
            )
        return found

    def to_data(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return {
            "people": self.people,
            "means": self.means,
            "spreads": self.spreads,
            "standing": self.standing,
        }

    def moments(self) -> npt.NDArray[np.float64]:
        """Return float64 (10, 2): mean and standard deviation of the cosines of each finger."""
        return np.array([self.means, self.spreads], dtype=np.float64).T / TEN_THOUSANDTHS
