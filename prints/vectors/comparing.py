"""Compares a probe with stored templates, finger by finger: the similarities on which evidence is
based.

The index only proposes candidates. The similarities that count are computed here, from the
templates in the database. They are therefore the same whenever they are computed again: they do
not depend on the content of an index and its segments, even if both are rebuilt. Products are
summed in float64 and rounded to float32 once, so the order in which a processor adds makes no
difference.
"""

import numpy as np
import numpy.typing as npt

from domain.prints.captures import FINGER_COUNT, CaptureColumns, MarkProbe, PrintProbe
from domain.prints.prints import FingerComparisons

ARITHMETIC = "float16 templates, float64 sums, float32 cosines/1"
"""The number formats in which a search was computed, as the search states them. The last part is
the version of the rules.
"""

_NAN = np.float32(np.nan)
_NOTHING = np.uint8(0)


def compare(
    probe: PrintProbe, held: CaptureColumns, places: npt.NDArray[np.int64]
) -> FingerComparisons:
    """Return the comparisons of a probe with the captures at `places`, int64 (k,), in the same
    order.

    A tenprint probe is compared with tenprints in every finger that both sides have. In a
    comparison with marks, or of a mark, only the finger that agrees most is kept. Column j is then
    finger j + 1 of the tenprint, whichever side that is. Between two marks, it is the first finger
    that the probe may be.
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

    `vectors`: float32 (t, d), all of one print. The result is float32 (k, 10), with NaN for
    missing fingers.
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
    """Return float32 (k, 10): similarities at `fingers`, int64 (f,); NaN elsewhere."""
    # The fingers of a capture are adjacent: all ten are copied at once, fewer one by one.
    is_all = len(fingers) == FINGER_COUNT
    picked = (places,) if is_all else (places[:, None], fingers)
    products = _products(rule, held.vectors[picked], probe)
    cosines = np.full((len(places), FINGER_COUNT), _NAN, dtype=np.float32)
    cosines[:, fingers] = np.where(held.presence[picked], products, _NAN)
    return cosines


def _with_marks(
    probe: PrintProbe, held: CaptureColumns, places: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """Return float32 (k, 10): similarities with marks; NaN where there is no similarity."""
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
    """Return the cosines with all but the highest of each row set to NaN."""
    highest = np.where(np.isnan(cosines), np.float32(-np.inf), cosines).argmax(axis=1)
    return np.where(np.arange(FINGER_COUNT) == highest[:, None], cosines, _NAN)


def _comparisons(
    cosines: npt.NDArray[np.float32],
    qualities: npt.NDArray[np.uint8],
    impression_codes: npt.NDArray[np.uint8],
) -> FingerComparisons:
    """Return comparisons. Qualities and codes are uint8 (k, 10), or (k, 1) for marks."""
    blank = np.isnan(cosines)
    return FingerComparisons(
        cosines=cosines,
        qualities=np.where(blank, _NOTHING, qualities),
        impression_codes=np.where(blank, _NOTHING, impression_codes),
    )
