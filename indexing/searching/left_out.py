"""Which captures an exhaustive comparison leaves out, and a tally that proves which
it compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError
from indexing.placing import hashed

_MODULUS = 1 << 64


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """The captures that a comparison leaves out. Raises InvalidInputError if the rows are not in
    order.

    Row numbers are assigned in ascending order, so later captures need not be listed.
    """

    above: int
    """Every encounter row above this number is left out."""
    rows: npt.NDArray[np.int64]
    """int64 (m,), ascending: these rows are left out too, whether held or not."""

    def __post_init__(self) -> None:
        if self.rows.dtype != np.int64 or (np.diff(self.rows) <= 0).any():
            raise InvalidInputError(
                "The row numbers to leave out must be int64 in ascending order."
            )

    def keeps(self, encounter_rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return bool (n,): the captures that are compared; `encounter_rows` int64 (n,)."""
        kept: npt.NDArray[np.bool_] = encounter_rows <= self.above
        if len(self.rows):
            places = np.searchsorted(self.rows, encounter_rows)
            found = self.rows[np.minimum(places, len(self.rows) - 1)]
            kept &= found != encounter_rows
        return kept


NOTHING = LeftOut((1 << 63) - 1, np.zeros(0, dtype=np.int64))
"""Leaves no capture out."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A checksum of which captures were compared and whose they are. It does not depend on their
    order, or on how the gallery is divided into parts.

    The tallies are equal for the same captures of the same people. Otherwise they differ, except
    for a chance of one in 2**64. The tally protects against loss and error, not against someone
    who forges hashes.
    """

    count: int = 0
    total: int = 0
    """The sum of a hash of each capture with its person, modulo 2**64."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.count + other.count, (self.total + other.total) % _MODULUS)


def tally_of(encounter_rows: npt.NDArray[np.int64], person_rows: npt.NDArray[np.int64]) -> Tally:
    """Return the tally of captures and their people; both int64 (n,)."""
    owned = encounter_rows.astype(np.uint64) ^ hashed(person_rows)
    total = hashed(owned.view(np.int64)).sum(dtype=np.uint64)
    return Tally(len(encounter_rows), int(total))
