"""The exact stage: cosines between a probe and selected encounters, finger by finger."""

import threading

import numpy as np
import numpy.typing as npt

from domain.prints.captures import FINGER_COUNT
from indexing.codes.columns import has_finger
from indexing.codes.quantisation import probe_lengths
from indexing.codes.sources import ExactValues, Source
from indexing.parameters import FINGERS_AT_ONCE

_NAN = np.float32(np.nan)


def tenprint_cosines(
    source: Source, places: npt.NDArray[np.int64], probe: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return float32 (c, 10): the cosine of each finger that both sides have, NaN elsewhere.

    `probe` is float32 (10, d) and holds whole numbers; the row of a finger that must not be
    compared is zero. Of several probes with the same fingers, float32 (s, 10, d), the result is
    (s, c, 10), and stored fingers are read once. The cosines of one finger are contiguous in
    memory, because `tenprint_similarities` adds finger by finger.
    """
    probes = probe.reshape(-1, *probe.shape[-2:])
    cosines = np.full((len(probes), FINGER_COUNT, len(places)), _NAN, dtype=np.float32)
    wanted = np.flatnonzero(probes[0].any(axis=1))
    if len(wanted):
        asked = probes[:, wanted].transpose(1, 2, 0)
        if source.exact is not None:
            pairs = zip(wanted.tolist(), asked, strict=True)
            found = np.stack([_ready_cosines(source.exact, places, *pair) for pair in pairs])
        else:
            rows = places * source.columns.fingers + wanted[:, None]
            found = _stored_cosines(source.columns.vectors, rows, asked)
        present = has_finger(source.columns.finger_bits[places], wanted[:, None])
        cosines[:, wanted] = np.where(present, found.transpose(2, 0, 1), _NAN)
    return cosines[0].T if probe.ndim == 2 else cosines.transpose(0, 2, 1)


def finger_cosines(
    source: Source,
    places: npt.NDArray[np.int64],
    columns: int | npt.NDArray[np.int64],
    *,
    probe: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return float32 (c,): the cosine of one finger at each place with one probe finger, NaN if
    that finger is missing.

    `columns` says which stored finger to compare at each place: one number for all places, or
    int64 (c,). `probe` is float32 (d,) and holds whole numbers.
    """
    if source.exact is not None:
        return _ready_cosines(source.exact, places, columns, probe[:, None])[:, 0]
    rows = places * source.columns.fingers + columns
    return _stored_cosines(source.columns.vectors, rows[None, :], probe[None, :, None]).reshape(-1)


def _ready_cosines(
    exact: ExactValues,
    places: npt.NDArray[np.int64],
    columns: int | npt.NDArray[np.int64],
    probe: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return float32 (c, s): cosines of ready fingers with s probe fingers, float32 (d, s)."""
    if isinstance(columns, int) and len(places) == len(exact.values):
        products = exact.values[:, columns] @ probe  # all in order: no copy
    else:
        products = exact.values[places, columns] @ probe
    return _ratios(products, exact.lengths[places, columns][:, None], probe_lengths(probe.T))


class _Room(threading.local):
    """Memory that a thread reuses to convert stored fingers. New memory would have to be cleared
    each time.
    """

    def __init__(self) -> None:
        self.stored = np.empty(0, dtype=np.int8)
        self.values = np.empty(0, dtype=np.float32)

    def hold(self, size: int) -> None:
        """Make room for at least this many values."""
        if len(self.stored) < size:
            self.stored = np.empty(size, dtype=np.int8)
            self.values = np.empty(size, dtype=np.float32)


_room = _Room()


def _stored_cosines(
    vectors: npt.NDArray[np.int8], rows: npt.NDArray[np.int64], probe: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return float32 (w, c, s): cosines of stored fingers with w fingers of s probes, float32
    (w, d, s).

    `vectors` is int8 (n, f, d). `rows` is int64 (w, c): for each probe finger, the stored fingers
    to compare it with, numbered through all n * f. Each probe finger is one plain matrix product,
    and the stored fingers converted at a time fit in the processor's cache.
    """
    d = vectors.shape[2]
    table = vectors.reshape(-1, d)
    wanted, count = rows.shape
    products = np.empty((wanted, count, probe.shape[2]), dtype=np.float32)
    squares = np.empty((wanted, count), dtype=np.float32)
    step = FINGERS_AT_ONCE // wanted
    _room.hold(FINGERS_AT_ONCE * d)
    for start in range(0, count, step):
        part = rows[:, start : start + step]
        stop = start + part.shape[1]
        stored = _room.stored[: part.size * d].reshape(*part.shape, d)
        values = _room.values[: part.size * d].reshape(*part.shape, d)
        # Rows are never out of range; `take` writes straight to its output only in mode "clip".
        table.take(part, axis=0, mode="clip", out=stored)
        np.copyto(values, stored)
        np.matmul(values, probe, out=products[:, start:stop])
        np.vecdot(values, values, out=squares[:, start:stop])
    lengths = probe_lengths(probe.transpose(0, 2, 1))[:, None]
    return _ratios(products, np.sqrt(squares)[:, :, None], lengths)


def _ratios(
    products: npt.NDArray[np.float32],
    stored_lengths: npt.NDArray[np.float32],
    lengths_of_probe: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    scale = stored_lengths * lengths_of_probe
    scale[scale == 0] = _NAN  # avoids a warning for a division by zero
    return products / scale
