"""The answer of a search of the gallery: rows and similarities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """k distinct persons that were compared exactly, the most similar of them first.

    Ties go to the lower person row. These are not the k most similar of the gallery: codes choose
    the persons to compare, and where a leader stands out the comparison ends early, since no other
    person can be the mate. Then the leader is the one that an exhaustive search finds, and many of
    the others are not: recall in `python -m benchmarks candidates` is of mates. Nothing may be
    inferred from a person's absence below a leader, nor from these similarities as from a sample
    of strangers: `indexing.cohort` draws one. Fewer than requested only when no more in the
    gallery pass the filter.
    """

    person_rows: npt.NDArray[np.int64]
    """int64 (k,): distinct."""
    encounter_rows: npt.NDArray[np.int64]
    """int64 (k,): the encounter of that person which agreed most."""
    similarities: npt.NDArray[np.float32]
    """float32 (k,), never rising. For tenprints the sum of cosines over the fingers both sides
    have, divided by the square root of their number; for marks the highest cosine."""
    generation: int
    """The generation searched."""
    digest: str
    """The digest of the content searched: see `GalleryIndex.digest`."""
    cursor: int = 0
    """The number of the last change that the searched content contains."""

    def __len__(self) -> int:
        return len(self.person_rows)
