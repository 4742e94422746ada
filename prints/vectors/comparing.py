"""A probe against stored templates, finger by finger: the similarities that evidence is made of.

The index only proposes candidates. The similarities that count are computed here, from the
templates as the database keeps them, so that they are the same whenever they are computed again:
independent of the content of an index and its segments, and after both are rebuilt. Products are
summed in float64 and rounded to float32 once, so that the order in which a processor adds makes
no difference.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from domain.captures import FINGER_COUNT, CaptureColumns
from domain.prints import FingerComparisons
from domain.probes import MarkProbe, PrintProbe

ARITHMETIC = "float16 templates, float64 sums, float32 cosines/1"
"""The numbers a search was computed in, as it states them; the last part is the rules' version."""

_NAN = np.float32(np.nan)
_NOTHING = np.uint8(0)


def compare(
    probe: PrintProbe, held: CaptureColumns, places: npt.NDArray[np.int64]
) -> FingerComparisons:
    """Return the comparisons of a probe with the captures at `places`, int64 (k,), in their order.

    A tenprint probe against tenprints compares every finger both sides have. A mark, and any
    comparison with marks, keeps the finger that agrees most: column j is finger j + 1 of the
    tenprint on either side; between two marks it is the first finger the probe may be.
    """
    if held.are_marks:
        cosines = _highest_alone(_with_marks(probe, held, places))
    elif isinstance(probe, MarkProbe):
        fingers = np.asarray(probe.searched_positions) - 1
        cosines = _highest_alone(
            _cosines("nfd,d->nf", held, places, fingers=fingers, probe=probe.vector)
        )
    else:
        fingers = probe.presence.nonzero()[0]
        cosines = _cosines(
            "nfd,fd->nf", held, places, fingers=fingers, probe=probe.vectors[fingers]
        )
    return _comparisons(cosines, held.qualities[places], held.impression_codes[places])


def finger_similarities(
    vectors: npt.NDArray[np.float32], held: CaptureColumns, places: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """Return the highest cosine of several vectors with each finger of tenprints.

    `vectors` float32 (t, d), of one print; the result is float32 (k, 10), NaN where there is no
    finger.
    """
    products = _products("nfd,td->nft", held.vectors[places], vectors)
    return np.where(held.presence[places], products.max(axis=2), _NAN)


def _cosines(
    rule: str,
    held: CaptureColumns,
    places: npt.NDArray[np.int64],
    *,
    fingers: npt.NDArray[np.int64],
    probe: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return float32 (k, 10): similarities at `fingers`, int64 (f,); NaN where there is none."""
    # All fingers of a capture lie side by side: some are picked one by one, all are copied whole.
    is_all = len(fingers) == FINGER_COUNT
    picked = (places,) if is_all else (places[:, None], fingers)
    products = _products(rule, held.vectors[picked], probe)
    cosines = np.full((len(places), FINGER_COUNT), _NAN, dtype=np.float32)
    cosines[:, fingers] = np.where(held.presence[picked], products, _NAN)
    return cosines


def _with_marks(
    probe: PrintProbe, held: CaptureColumns, places: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """Return float32 (k, 10): similarities with marks; NaN where there is none."""
    vectors = held.vectors[places, 0]
    if isinstance(probe, MarkProbe):
        cosines = np.full((len(places), FINGER_COUNT), _NAN, dtype=np.float32)
        column = min(probe.searched_positions) - 1
        cosines[:, column] = _products("nd,d->n", vectors, probe.vector)
        return cosines
    products = _products("nd,fd->nf", vectors, probe.vectors)
    return np.where(held.presence[places] & probe.presence, products, _NAN)


def _products(
    rule: str, vectors: npt.NDArray[np.floating], probe: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    products: npt.NDArray[np.float64] = np.einsum(rule, vectors, probe, dtype=np.float64)
    return products.astype(np.float32)


def _highest_alone(cosines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the cosines with all but the highest of each row blanked."""
    highest = np.where(np.isnan(cosines), np.float32(-np.inf), cosines).argmax(axis=1)
    return np.where(np.arange(FINGER_COUNT) == highest[:, None], cosines, _NAN)


def _comparisons(
    cosines: npt.NDArray[np.float32],
    qualities: npt.NDArray[np.uint8],
    impression_codes: npt.NDArray[np.uint8],
) -> FingerComparisons:
    """Return comparisons; qualities and codes uint8 (k, 10), or (k, 1) of marks."""
    blank = np.isnan(cosines)
    return FingerComparisons(
        cosines=cosines,
        qualities=np.where(blank, _NOTHING, qualities),
        impression_codes=np.where(blank, _NOTHING, impression_codes),
    )
