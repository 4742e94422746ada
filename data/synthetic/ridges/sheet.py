"""Contact sheets: many prints side by side, for visual inspection."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from data.synthetic.ridges.impressions import render_impression
from data.synthetic.ridges.parameters import PatternClass
from data.synthetic.ridges.patterns import pattern_class
from data.synthetic.ridges.streams import Appearance, FingerIdentity
from domain.prints.prints import FINGERS, ImpressionType

Picture = npt.NDArray[np.uint8]

QUALITIES = (90, 60, 30)
"""The qualities in the columns of the sheet of impressions, for each impression type."""

_PATTERN_QUALITY = 85


def pattern_sheet(seed: int) -> Picture:
    """Return uint8 (h, w): one rolled print of each class, in the order of PatternClass."""
    appearance = Appearance(ImpressionType.ROLLED, _PATTERN_QUALITY, 0)
    examples = [first_of_class(seed, pattern) for pattern in PatternClass]
    return np.hstack([render_impression(finger, appearance).image for finger in examples])


def impression_sheet(finger: FingerIdentity) -> Picture:
    """Return uint8 (h, w): one finger, a row for each impression type, a column a quality."""
    rows = []
    for impression_type in ImpressionType:
        looks = [Appearance(impression_type, quality, quality) for quality in QUALITIES]
        rows.append(np.hstack([render_impression(finger, look).image for look in looks]))
    return np.vstack(rows)


def shrunk(picture: Picture, factor: int) -> Picture:
    """Return `picture` with every square of `factor` x `factor` pixels averaged into one pixel."""
    height, width = (side - side % factor for side in picture.shape)
    squares = picture[:height, :width].reshape(height // factor, factor, width // factor, factor)
    return np.asarray(np.rint(squares.mean(axis=(1, 3))), dtype=np.uint8)


def first_of_class(seed: int, pattern: PatternClass) -> FingerIdentity:
    """Return the first finger of this class, in the order of persons and positions."""
    return next(finger for finger in _fingers(seed) if pattern_class(finger) is pattern)


def _fingers(seed: int) -> Iterator[FingerIdentity]:
    number = 0
    while True:
        yield from (FingerIdentity(seed, number, position) for position in FINGERS)
        number += 1
