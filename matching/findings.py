"""The findings about candidates, before they are put into words."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.searches.experience import Experience
from matching.biometric import FingerPairs, PrintBits
from matching.comparators.pairs import Compared
from matching.experience import Rates
from matching.levels import Bits, Scale

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PrintFindings:
    """The findings about the prints of k candidates."""

    pairs: FingerPairs
    bits: PrintBits
    is_mark: bool
    alike: Bits | None = None
    """float64 (k,), see `experience.alikeness`. None if the gallery has not been compared with
    strangers yet."""
    experience: Experience | None = None
    """The strangers that the gallery had been compared with by the time of the search."""


@dataclass(frozen=True, slots=True, eq=False)
class PrintsFirst:
    """The prints of k candidates, weighed before details, and the candidates whom the prints
    exclude.

    `passed_over`: bool (k,), the candidates whose details are on record but stay unweighed,
    because their prints are so different that no details could make them worth an examination.
    """

    prints: PrintFindings
    passed_over: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """What counts support for the evidence on k candidates of a search led by prints.

    `bits`: float64 (k,), the correction to prints and details together. `half_widths`: float64
    (k,), bits: half a 95 % interval of the total. `comparisons`: how many independent comparisons
    of different people the model counted. `rate`: how often a search has a stranger as similar,
    one number or float64 (k,); it limits the bits. `by_prints`: bool (k,), proposed by prints
    only; None if no model policy defines this. `rates`: what the gallery itself has counted; None
    in searches made before it was counted.
    """

    bits: Bits
    half_widths: Bits
    comparisons: int
    rate: Bits | float
    by_prints: npt.NDArray[np.bool_] | None = None
    rates: Rates | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DetailFindings:
    """The findings about the details of some candidates.

    `places`: int64 (k,), the index of each candidate among those with details, -1 if without.
    `compared`: one for each comparator, over the candidates with details. `bound`: float64 (k,),
    the correction to the plain sum that the limit of a search led by prints adds; None in a names
    enquiry.
    """

    places: Rows
    compared: tuple[Compared, ...]
    summed: Bits
    bound: Bits | None
    scales: tuple[Scale, ...]

    def spread(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return bool (k,): a mask over candidates with details, extended by False for those
        without.
        """
        result = np.zeros(len(self.places), dtype=np.bool_)
        result[self.places >= 0] = mask
        return result
