"""The measurement of strangers: the grid on which they are counted, and the moments
of one search.
"""

import numpy as np

from domain.searches.strangers import TEN_THOUSANDTHS, Strangers
from matching.levels import Bits
from matching.print_parameters import LEAST_COHORT, STRANGER_STEP

DEVIATIONS = np.round(np.arange(-8.0, 24.0 + STRANGER_STEP / 2, STRANGER_STEP), 6)
"""float64 (z,): the grid of strangers' cosines, in standard deviations above their mean."""


def moments_of(strangers: Strangers | None, own: Bits) -> Bits:
    """Return float64 (10, 2): mean and standard deviation of the strangers of each finger.

    `own`: float64 (2,), the moments of the model's strangers. A cohort of fewer than
    `LEAST_COHORT` people is filled up with the model's strangers. Without a cohort, only the
    model's strangers are used.
    """
    if strangers is None:
        return np.tile(own, (10, 1))
    found = np.array([strangers.means, strangers.spreads], dtype=np.float64).T / TEN_THOUSANDTHS
    share = np.where(found[:, 1] > 0.0, min(strangers.people / LEAST_COHORT, 1.0), 0.0)
    means = share * found[:, 0] + (1.0 - share) * own[0]
    squares = share * np.square(found).sum(axis=1) + (1.0 - share) * np.square(own).sum()
    return np.stack([means, np.sqrt(np.maximum(squares - np.square(means), 1e-6))], axis=1)
