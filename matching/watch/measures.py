"""What one search shows about the distribution of its prints, without any template or person."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np

from domain.searches.experience import Kind, kind_of
from domain.searches.searches import Probe
from domain.searches.strangers import TEN_THOUSANDTHS


class Measure(StrEnum):
    """A number that every search gives at no extra cost."""

    MEAN = "mean of strangers"
    SPREAD = "spread of strangers"
    QUALITY = "quality"


LEAST_PEOPLE = 512
"""Enrolled people from which a search gives information about the law. Smaller galleries vary too
much."""

_FINGERS_OF_A_PERSON = 9
"""A mark is compared with every finger, and each finger counts. The number is 9 because some
people lack one."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The measures of one search.

    `mean`: the mean of strangers' cosines, over the fingers compared. `spread`: the mean of the
    natural logarithm of their standard deviations. `quality`: the mean quality of the impressions.
    """

    kind: Kind
    mean: float
    spread: float
    quality: float

    @classmethod
    def of(cls, probe: Probe) -> Self | None:
        """Return the measures of a probe used in a search, or None if it gives no information."""
        strangers = probe.strangers
        if strangers is None or not probe.impressions:
            return None
        seen = [finger for finger, spread in enumerate(strangers.spreads) if spread > 0]
        kind = kind_of(probe.impressions, len(seen))
        least = LEAST_PEOPLE * _FINGERS_OF_A_PERSON if kind is Kind.MARK else LEAST_PEOPLE
        if not seen or strangers.people < least:
            return None
        means = np.array(strangers.means)[seen] / TEN_THOUSANDTHS
        spreads = np.array(strangers.spreads)[seen] / TEN_THOUSANDTHS
        return cls(
            kind,
            float(means.mean()),
            float(np.log(spreads).mean()),
            float(np.mean([one.quality for one in probe.impressions])),
        )

    def value(self, measure: Measure) -> float:
        """Return one of the measures."""
        match measure:
            case Measure.MEAN:
                return self.mean
            case Measure.SPREAD:
                return self.spread
            case Measure.QUALITY:
                return self.quality
