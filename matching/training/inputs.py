"""The inputs of training, as arrays and details. They are the same for any source of data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from domain.arrays import Float32s, Float64s, Int64s, UInt8s
from domain.people.people import Details
from domain.prints.prints import FingerComparisons, ImpressionType
from domain.searches.searches import Probe
from matching.policy import Mode


@dataclass(frozen=True, slots=True, eq=False)
class MatedFingers:
    """n mated comparisons of up to ten fingers, all with the same pair of impression types.

    `cosines`: float32 (n, 10), NaN where a finger is missing. `first_qualities`: uint8 (n, 10), of
    the impression whose type comes first in `IMPRESSION_TYPES`; `second_qualities`: of the other
    impression.
    """

    cosines: Float32s
    first_qualities: UInt8s
    second_qualities: UInt8s


@dataclass(frozen=True, slots=True, eq=False)
class PairingSample:
    """The sample of one pair of impression types.

    `impostors`: int64 (bins,), comparisons of different people in each bin of `biometric.COSINES`.
    Only the pooled ratios of models of version 1 need them.
    """

    mated: MatedFingers
    impostors: Int64s = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class StrangerSample:
    """Strangers of one kind, counted in relation to each probe's own cohort.

    `counts`: int64 (z,), in each bin of `matching.local_prints.DEVIATIONS`. `moments`:
    float64 (2,), mean and standard deviation of their cosines.
    """

    counts: Int64s
    moments: Float64s


@dataclass(frozen=True, slots=True, eq=False)
class DetailsSample:
    """Two sets of details for each person: as stated at a booking, and as held on record."""

    said: Sequence[Details]
    held: Sequence[Details]


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One search whose answer is known.

    `candidates`: int64 (k,), distinct rows of the gallery: the people proposed, then the mate if
    not proposed, then some of the others at random. `weights`: float64 (k,), the number of people
    each represents; 1 except for those drawn at random. `comparisons`: of these candidates; None
    in a names enquiry. `mate`: the index of the true person, -1 if not in the gallery.
    """

    probe: Probe
    candidates: Int64s
    weights: Float64s
    comparisons: FingerComparisons | None
    mate: int
    is_mate_proposed: bool
    """Whether the search found the true person. A person not found is scored all the same."""
    number: int
    """The true person, by the caller's numbering."""


@dataclass(frozen=True, slots=True, eq=False)
class TrialSet:
    """Searches of one kind against one gallery.

    `gallery`: the details on record of each person, by row.
    """

    name: str
    mode: Mode
    gallery: Sequence[Details]
    trials: Sequence[Trial]


@dataclass(frozen=True, slots=True, eq=False)
class PrintInputs:
    """Everything that prints are fitted on. Nobody is used for both calibration and training."""

    fingers: Mapping[tuple[ImpressionType, ImpressionType], PairingSample]
    strangers: Mapping[str, StrangerSample]
    """Strangers of controlled prints ("prints") and of marks ("marks")."""
    calibration: Sequence[TrialSet]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingInputs(PrintInputs):
    """Everything that a model is fitted on."""

    details: DetailsSample
    names: DetailsSample
    """People for the weights of words: the people of `details`, and people of further origins."""
