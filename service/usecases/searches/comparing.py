"""Probe against stored templates, finger by finger: what evidence is made of.

The index only names whom to look at. The similarities that count are computed here, from the
templates as the database keeps them, so that they are the same whenever they are computed again:
whatever the index holds, however it is cut into segments, and after both were built anew.
Products are summed in float64 and rounded to float32 once, which leaves nothing to the order in
which a processor adds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from domain.prints import FingerComparisons
from domain.searches import Probe, SearchType
from indexing.batches import FINGER_COUNT, EncounterBatch, MarkBatch
from indexing.probes import MarkProbe, TenprintProbe, mark_probe, tenprint_probe
from service.storage.people.gallery_feed import HeldTemplates

ARITHMETIC = "float16 templates, float64 sums, float32 cosines/1"
"""What a search states of the numbers it was computed in; the last part counts the rules."""

_NAN = np.float32(np.nan)
_NOTHING = np.uint8(0)


def compare(
    search_type: SearchType, probe: Probe, held: HeldTemplates, encounter_rows: Sequence[int]
) -> FingerComparisons:
    """Return the comparisons of a probe with stored encounters, in the order of `encounter_rows`.

    Every row has to be among `held`. As with the index: a tenprint probe in tenprints compares
    every finger both sides have; a mark, and whatever is looked up in the unsolved mark file,
    keeps the finger that agreed most and no other.
    """
    if search_type in {SearchType.TP_LT, SearchType.LT_LT}:
        return _with_marks(_probe(search_type, probe), held.marks, encounter_rows)
    places = _places(held.tenprints.encounter_rows, encounter_rows)
    if search_type is SearchType.LT_TP:
        return _with_fingers(mark_probe(probe.impressions[0]), held.tenprints, places)
    return _with_tenprints(tenprint_probe(probe.impressions), held.tenprints, places)


def _probe(search_type: SearchType, probe: Probe) -> TenprintProbe | MarkProbe:
    if search_type is SearchType.TP_LT:
        return tenprint_probe(probe.impressions)
    return mark_probe(probe.impressions[0])


def _places(held: npt.NDArray[np.int64], wanted: Sequence[int]) -> npt.NDArray[np.int64]:
    place_of = {int(row): place for place, row in enumerate(held)}
    return np.array([place_of[row] for row in wanted], dtype=np.int64)


def _with_tenprints(
    probe: TenprintProbe, held: EncounterBatch, places: npt.NDArray[np.int64]
) -> FingerComparisons:
    fingers = probe.presence.nonzero()[0]
    cosines = _cosines("nfd,fd->nf", held, places, fingers=fingers, probe=probe.vectors[fingers])
    return _comparisons(cosines, held.qualities[places], held.impression_codes[places])


def _with_fingers(
    probe: MarkProbe, held: EncounterBatch, places: npt.NDArray[np.int64]
) -> FingerComparisons:
    fingers = np.asarray(probe.searched_positions) - 1
    cosines = _cosines("nfd,d->nf", held, places, fingers=fingers, probe=probe.vector)
    return _comparisons(
        _highest_alone(cosines), held.qualities[places], held.impression_codes[places]
    )


def _cosines(
    rule: str,
    held: EncounterBatch,
    places: npt.NDArray[np.int64],
    *,
    fingers: npt.NDArray[np.int64],
    probe: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return float32 (n, 10): similarities at `fingers`, int64 (f,); NaN where there is none."""
    # All fingers of a capture lie side by side: some are picked one by one, all are copied whole.
    is_all = len(fingers) == FINGER_COUNT
    picked = (places,) if is_all else (places[:, None], fingers)
    products = _products(rule, held.vectors[picked], probe)
    cosines = np.full((len(places), FINGER_COUNT), _NAN, dtype=np.float32)
    cosines[:, fingers] = np.where(held.presence[picked], products, _NAN)
    return cosines


def _with_marks(
    probe: TenprintProbe | MarkProbe, held: MarkBatch, encounter_rows: Sequence[int]
) -> FingerComparisons:
    places = _places(held.encounter_rows, encounter_rows)
    vectors, positions = held.vectors[places], held.positions[places, None]
    if isinstance(probe, MarkProbe):
        cosines = np.full((len(places), FINGER_COUNT), _NAN, dtype=np.float32)
        column = min(probe.searched_positions) - 1
        cosines[:, column] = _products("nd,d->n", vectors, probe.vector)
    else:
        possible = (positions == 0) | (positions == np.arange(1, FINGER_COUNT + 1))
        products = _products("nd,fd->nf", vectors, probe.vectors)
        cosines = np.where(possible & probe.presence, products, _NAN)
    shape = cosines.shape
    return _comparisons(
        _highest_alone(cosines),
        np.broadcast_to(held.qualities[places, None], shape),
        np.broadcast_to(held.impression_codes[places, None], shape),
    )


def _products(
    rule: str, vectors: npt.NDArray[np.float32], probe: npt.NDArray[np.float32]
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
    blank = np.isnan(cosines)
    return FingerComparisons(
        cosines=cosines,
        qualities=np.where(blank, _NOTHING, qualities),
        impression_codes=np.where(blank, _NOTHING, impression_codes),
    )
