"""Which impression of a probe was compared in each column of the finger comparisons."""

import numpy as np

from domain.errors import InvalidTemplateError
from domain.prints import prints
from domain.searches.searches import Probe
from matching.biometric import FingerPairs
from matching.parameters import FINGERS_OF_A_PERSON

_TYPE_CODES = {kind: code for code, kind in enumerate(prints.IMPRESSION_TYPES)}
_LATENT = prints.IMPRESSION_TYPES.index(prints.ImpressionType.LATENT)
_LARGEST_COSINE = 1.0 + 1e-3
"""Highest cosine accepted. Rounding in single and half precision errs far less."""


def is_mark(probe: Probe, comparisons: prints.FingerComparisons) -> bool:
    """Return whether this is a mark search: either the probe or all candidates are marks."""
    if all(one.impression_type is prints.ImpressionType.LATENT for one in probe.impressions):
        return True
    seen = ~np.isnan(comparisons.cosines)
    is_other = seen & (comparisons.impression_codes != _LATENT)
    return not is_other.any() and bool(seen.any())


def fingers_tried(probe: Probe) -> int:
    """Return the number of finger pairs tried for each candidate of a mark search."""
    if any(one.position is prints.FingerPosition.UNKNOWN for one in probe.impressions):
        return FINGERS_OF_A_PERSON
    return max(len(probe.impressions), 1)


def finger_pairs(probe: Probe, comparisons: prints.FingerComparisons) -> FingerPairs:
    """Return the comparisons with the impression type and quality of both sides.

    If the probe has no impression in the position of a column, the column uses the probe's first
    impression of unknown position, or else its first impression. Raises InvalidTemplateError for
    cosines that are infinite or outside -1 to 1.
    """
    cosines = comparisons.cosines
    # NaN means a missing comparison and never exceeds the limit.
    if (np.abs(cosines) > _LARGEST_COSINE).any():
        raise InvalidTemplateError("A similarity is not between -1 and 1: check the templates.")
    impressions = probe.impressions
    fallback = next((one for one in impressions if not one.position), impressions[0])
    by_position = {int(one.position): one for one in impressions}
    used = [by_position.get(column + 1, fallback) for column in range(cosines.shape[1])]
    qualities = np.array([one.quality for one in used], dtype=np.uint8)
    codes = np.array([_TYPE_CODES[one.impression_type] for one in used], dtype=np.uint8)
    return FingerPairs(
        cosines=cosines,
        probe_qualities=np.broadcast_to(qualities, cosines.shape),
        probe_codes=np.broadcast_to(codes, cosines.shape),
        held_qualities=comparisons.qualities,
        held_codes=np.minimum(comparisons.impression_codes, len(prints.IMPRESSION_TYPES) - 1),
    )
