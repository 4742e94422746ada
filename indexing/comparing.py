"""The exact stage: cosines of a probe with chosen encounters, finger by finger."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from indexing.batches import FINGER_COUNT
from indexing.columns import has_fingers
from indexing.quantisation import lengths
from indexing.sources import Source

_NAN = np.float32(np.nan)
_WHOLE_ROWS_FROM = 6
"""Fingers from which reading whole encounters is cheaper than picking single fingers."""
_ROWS_AT_ONCE = 4096
"""Encounters converted at a time: bounds the float32 copy to 31 MB."""


def tenprint_cosines(
    source: Source, places: npt.NDArray[np.int64], probe: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return float32 (c, 10): cosines over the fingers both sides have, NaN elsewhere.

    `probe` float32 (10, d): whole numbers, zero rows where a finger is not to be compared.
    """
    parts = [
        _tenprint_part(source, places[start : start + _ROWS_AT_ONCE], probe)
        for start in range(0, len(places), _ROWS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, FINGER_COUNT), dtype=np.float32)


def finger_cosines(
    source: Source,
    places: npt.NDArray[np.int64],
    columns: int | npt.NDArray[np.int64],
    *,
    probe: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return float32 (c,): cosines of stored fingers with one probe finger; NaN if missing.

    `columns` says which finger of each place, one for all or int64 (c,). `probe` float32 (d,):
    whole numbers.
    """
    if source.exact is None:
        values = _picked(source.columns.vectors, places, columns).astype(np.float32)
        return _ratios(values @ probe, lengths(values), lengths(probe))
    if isinstance(columns, int) and len(places) == len(source):
        products = source.exact.values[:, columns] @ probe  # all in order: no copy
    else:
        products = source.exact.values[places, columns] @ probe
    return _ratios(products, source.exact.lengths[places, columns], lengths(probe))


def _tenprint_part(
    source: Source, places: npt.NDArray[np.int64], probe: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    wanted = [int(column) for column in np.flatnonzero(probe.any(axis=1))]
    if source.exact is None and len(wanted) >= _WHOLE_ROWS_FROM:
        cosines = _whole_rows(source.columns.vectors.take(places, axis=0, mode="clip"), probe)
    else:
        cosines = np.full((len(places), FINGER_COUNT), _NAN)
        for column in wanted:
            cosines[:, column] = finger_cosines(source, places, column, probe=probe[column])
    present = has_fingers(source.columns.finger_bits[places])
    return np.where(present, cosines, _NAN)


def _whole_rows(
    stored: npt.NDArray[np.int8], probe: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    values = stored.astype(np.float32)
    products = np.matmul(values.transpose(1, 0, 2), probe[:, :, None])[:, :, 0].T
    return _ratios(products, lengths(values), lengths(probe))


def _ratios(
    products: npt.NDArray[np.float32],
    stored_lengths: npt.NDArray[np.float32],
    probe_lengths: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    scale = stored_lengths * probe_lengths
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > 0, products / scale, _NAN)


def _picked(
    vectors: npt.NDArray[np.int8],
    places: npt.NDArray[np.int64],
    columns: int | npt.NDArray[np.int64],
) -> npt.NDArray[np.int8]:
    """Return one finger of each place, int8 (c, d).

    Taking whole rows of a flat view costs a third of indexing by place and column.
    """
    fingers, d = vectors.shape[1:]
    rows = places * fingers + columns
    picked: npt.NDArray[np.int8] = vectors.reshape(-1, d).take(rows, axis=0, mode="clip")
    return picked
