"""What a search of the gallery answers: rows, similarities and exact finger comparisons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.prints import FingerComparisons


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """k distinct persons, the most similar first; ties go to the lower person row.

    Fewer than asked for are returned only when the gallery holds no more that pass the filter.
    """

    person_rows: npt.NDArray[np.int64]
    """int64 (k,): distinct."""
    encounter_rows: npt.NDArray[np.int64]
    """int64 (k,): the encounter of that person which agreed most."""
    similarities: npt.NDArray[np.float32]
    """float32 (k,), never rising. For tenprints the sum of cosines over the fingers both sides
    have, divided by the square root of their number; for marks the highest cosine."""
    comparisons: FingerComparisons
    """Exact, finger by finger. For a tenprint probe in tenprints every finger both sides have. For
    a mark, and in the unsolved mark file, the finger that agreed most and no other: column j is
    finger j + 1 of the tenprint, whichever side that is; between two marks it is the first finger
    the probe may be."""
    generation: int
    """The generation that was searched."""
    digest: str
    """The digest of the content that was searched: see `GalleryIndex.digest`."""
    cursor: int = 0
    """The number of the last change that what was searched contained."""

    def __len__(self) -> int:
        return len(self.person_rows)
