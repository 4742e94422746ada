"""Where the picture of a print is blank: its grey levels vary much less than ridges do."""

import numpy as np

from domain.arrays import UInt8s

Grey = UInt8s
"""uint8 (h, w)."""

LEAST_PART = 0.08
"""A place is blank if its greys vary by at most this part of the variation where ridges are
strong.

Half of the least variation around any minutia of FVC 2002 DB1 and 2004 DB1, 2026-11. `python -m
benchmarks points` prints that figure, and reports on other sets."""
_HALF_MM, _MM_AN_INCH = 1.0, 25.4


def is_blank(grey: Grey, x_px: int, y_px: int, *, ppi: float) -> bool:
    """Whether a picture is blank within a millimetre of a place.

    The comparison is with the picture itself, so a faint print is not blank. Dirt and textured
    paper are not blank either: whether something is a ridge is for the examiner to say.
    """
    return variation(grey, x_px, y_px, ppi=ppi) <= LEAST_PART


def variation(grey: Grey, x_px: int, y_px: int, *, ppi: float) -> float:
    """Return the standard deviation of the grey levels within a millimetre of a place, as a part
    of that where ridges are strong. Returns 0 for a picture without any variation.
    """
    half = max(1, round(_HALF_MM * ppi / _MM_AN_INCH))
    around = grey[max(0, y_px - half) : y_px + half + 1, max(0, x_px - half) : x_px + half + 1]
    strong = _strong(grey, 2 * half)
    return float(around.std()) / strong if strong > 0 and around.size else 0.0


def _strong(grey: Grey, side_px: int) -> float:
    """Return the standard deviation of the tiles of a picture: its 95th percentile."""
    rows, columns = (max(1, length // side_px) for length in grey.shape)
    whole = grey[: rows * side_px, : columns * side_px].astype(np.float64)
    tiles = [
        part.std()
        for row in np.array_split(whole, rows)
        for part in np.array_split(row, columns, axis=1)
    ]
    return float(np.percentile(tiles, 95))
