"""Which part of the gallery a search covers. It filters while searching: no mate is lost."""

from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Int16s, UInt8s
from domain.errors import InvalidInputError
from domain.prints.captures import FINGER_COUNT
from indexing.codes.batches import Gallery


@dataclass(frozen=True, slots=True)
class Filter:
    """Restricts a search. An empty field restricts nothing, but staff are covered only on request.

    Raises InvalidInputError for a position outside 1-10 or for years in the wrong order.
    """

    galleries: tuple[Gallery, ...] = (Gallery.TENPRINTS,)
    """Applies to tenprint and mark searches. The unsolved mark file has only one gallery."""
    forces: tuple[int, ...] = ()
    """Force codes that the caller defines, as given on enrolment."""
    earliest_year_of_birth: int | None = None
    latest_year_of_birth: int | None = None
    """Both years are inclusive. An unknown year passes, so that no mate is lost."""
    positions: tuple[int, ...] = ()
    """Finger positions 1-10 that a tenprint search may compare. A mark names its own positions."""
    ends_at_leader: bool = True
    """Whether a tenprint search stops comparing once a leader stands out. Set to False to find the
    most similar stranger ranked behind the person's own captures."""

    def __post_init__(self) -> None:
        if any(not 1 <= position <= FINGER_COUNT for position in self.positions):
            raise InvalidInputError("The filter names an unknown finger: use positions 1 to 10.")
        if self.has_years and self._years[0] > self._years[1]:
            raise InvalidInputError(
                "The earliest year of birth is after the latest year of birth: correct the years."
            )

    @property
    def has_years(self) -> bool:
        """Whether the year of birth is restricted."""
        return self.earliest_year_of_birth is not None or self.latest_year_of_birth is not None

    @property
    def _years(self) -> tuple[int, int]:
        earliest, latest = self.earliest_year_of_birth, self.latest_year_of_birth
        return (
            0 if earliest is None else earliest,
            32767 if latest is None else latest,
        )

    def allowed_fingers(self) -> Bools:
        """Return bool (10,): the fingers that a tenprint search may compare."""
        if not self.positions:
            return np.ones(FINGER_COUNT, dtype=np.bool_)
        columns = np.arange(1, FINGER_COUNT + 1)
        return np.isin(columns, self.positions)

    def passes(self, galleries: UInt8s, forces: Int16s, years_of_birth: Int16s) -> Bools:
        """Return bool (n,): the encounters that the search covers.

        `galleries` uint8 (n,), `forces` and `years_of_birth` int16 (n,).
        """
        mask = np.isin(galleries, self.galleries)
        if self.forces:
            mask &= np.isin(forces, self.forces)
        if self.has_years:
            earliest, latest = self._years
            within = (years_of_birth >= earliest) & (years_of_birth <= latest)
            mask &= within | (years_of_birth == 0)
        return mask


NO_FILTER = Filter()
"""Covers the tenprint gallery; the default of a search."""
EVERYTHING = Filter(galleries=(Gallery.TENPRINTS, Gallery.STAFF))
"""Covers every tenprint encounter, including staff."""
