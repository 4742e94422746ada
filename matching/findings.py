"""The findings on candidates, before they are put in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from domain.experience import Experience
    from matching.biometric import FingerPairs, PrintBits
    from matching.comparators.pairs import Compared
    from matching.experience import Rates
    from matching.levels import Bits, Scale

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PrintFindings:
    """The findings on the prints of k candidates."""

    pairs: FingerPairs
    bits: PrintBits
    is_mark: bool
    alike: Bits | None = None
    """float64 (k,), `experience.alikeness`; None where the gallery met nobody yet."""
    experience: Experience | None = None
    """The strangers that the gallery had met by the time of the search."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintsFirst:
    """Prints of k candidates that were weighed before details, and whom they exclude.

    `passed_over`: bool (k,), the candidates whose details are held and stay unweighed, for their
    prints are so unlike that no details could make them worth an examination.
    """

    prints: PrintFindings
    passed_over: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """The support of counts for the evidence on k candidates of a print-led search.

    `bits`: float64 (k,), the correction of prints and details together. `half_widths`: float64
    (k,), bits: half a 95 % interval of the total. `comparisons`: of different people, independent,
    that the model counted. `rate`: how often a search meets a stranger as alike, one or float64
    (k,), by which bits are bounded. `by_prints`: bool (k,), proposed only by prints; None where
    no model's policy says so. `rates`: what the gallery itself met; None in searches before it was
    counted.
    """

    bits: Bits
    half_widths: Bits
    comparisons: int
    rate: Bits | float
    by_prints: npt.NDArray[np.bool_] | None = None
    rates: Rates | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DetailFindings:
    """The findings on the details of some candidates.

    `places`: int64 (k,), the index of each candidate among those with details, -1 without.
    `compared`: one per comparator, over those with details. `bound`: float64 (k,), the correction
    that the bound of a print-led search adds to the plain sum; None in a names enquiry.
    """

    places: Rows
    compared: tuple[Compared, ...]
    summed: Bits
    bound: Bits | None
    scales: tuple[Scale, ...]

    def spread(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return bool (k,): a mask over those with details, False for those without."""
        result = np.zeros(len(self.places), dtype=np.bool_)
        result[self.places >= 0] = mask
        return result
