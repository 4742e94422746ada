"""The result of a search of the gallery: rows and similarities."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.searches.strangers import OwnStrangers


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """k distinct persons that were compared exactly, most similar first.

    In a tie the lower person row comes first. These are not always the k most similar persons of
    the gallery. Codes choose the persons to compare, and if a leader stands out the comparison
    ends early, since no other person can be the mate. In that case the leader is the person whom
    an exhaustive search finds, but many of the others are not. (The recall in `python -m
    benchmarks candidates` is of mates.) Conclude nothing from the absence of a person below a
    leader, and do not use these similarities as a sample of strangers;
    `indexing.searching.cohort` draws one. There are fewer hits than requested only if no more
    persons in the gallery pass the filter.
    """

    person_rows: npt.NDArray[np.int64]
    """int64 (k,): distinct."""
    encounter_rows: npt.NDArray[np.int64]
    """int64 (k,): the encounter of that person with the highest similarity."""
    similarities: npt.NDArray[np.float32]
    """float32 (k,), in falling order. For tenprints: the sum of cosines over the fingers both
    sides have, divided by the square root of their number. For marks: the highest cosine."""
    generation: int
    """The generation that was searched."""
    digest: str
    """The digest of the content that was searched; see `GalleryIndex.digest`."""
    cursor: int = 0
    """The number of the last change included in the content that was searched."""
    own: OwnStrangers | None = None
    """What was taken off the similarities of people who are alike with everybody; None for
    nothing."""

    def __len__(self) -> int:
        return len(self.person_rows)
