"""The newest enrolments: a small run in memory, searched exactly until it is sealed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from indexing.columns import COLUMN_NAMES, Columns, take
from indexing.quantisation import lengths
from indexing.sources import ExactValues, Source


class Tail:
    """An append-only buffer that hands out views of its content at the time.

    Written only under the lock of the index. A view never changes: later encounters are written
    behind its end, and an erasure replaces the flags instead of altering them.
    """

    def __init__(self, capacity: int, template: Columns) -> None:
        self._columns = Columns(
            *(_room(getattr(template, name), capacity) for name in COLUMN_NAMES)
        )
        self._values = np.empty(self._columns.vectors.shape, dtype=np.float32)
        self._lengths = np.empty(self._columns.vectors.shape[:2], dtype=np.float32)
        self._alive = np.zeros(0, dtype=np.bool_)

    def __len__(self) -> int:
        return len(self._alive)

    @property
    def room(self) -> int:
        """The number of encounters that still fit."""
        return len(self._columns) - len(self)

    def append(self, added: Columns) -> None:
        """Write encounters behind the end; the caller ensures that they fit."""
        start, stop = len(self), len(self) + len(added)
        for name in COLUMN_NAMES:
            getattr(self._columns, name)[start:stop] = getattr(added, name)
        self._values[start:stop] = added.vectors
        self._lengths[start:stop] = lengths(self._values[start:stop])
        self._alive = np.concatenate([self._alive, np.ones(len(added), dtype=np.bool_)])

    def erase(self, encounter_rows: npt.NDArray[np.int64]) -> Columns:
        """Mark encounters as erased and return them; those not held are skipped."""
        held = self._columns.encounter_rows[: len(self)]
        hit = np.isin(held, encounter_rows) & self._alive
        self._alive = self._alive & ~hit
        return take(self.view().columns, hit)

    def view(self) -> Source:
        """Return the current content as an immutable source."""
        n = len(self)
        columns = Columns(*(getattr(self._columns, name)[:n] for name in COLUMN_NAMES))
        return Source(
            columns=columns,
            exact=ExactValues(self._values[:n], self._lengths[:n]),
            alive=self._alive,
        )


def _room(template: npt.NDArray[Any], capacity: int) -> npt.NDArray[Any]:
    """Return room for a column; its memory, megabytes of it, is touched only as it fills."""
    return np.empty((capacity, *template.shape[1:]), dtype=template.dtype)
