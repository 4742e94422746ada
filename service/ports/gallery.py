"""The gallery as searches reach it: one index in this process, or parts on other hosts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.ids import PersonRow
from domain.people import Details
from domain.probes import MarkProbe, PrintProbe, TenprintProbe
from indexing.batches import GalleryBatch
from indexing.cohort import CohortKeeper
from indexing.exhaustive import ComparedAt
from indexing.filters import NO_FILTER, Filter
from indexing.hits import Hits
from indexing.left_out import LeftOut
from indexing.manifests import Kind
from matching.scorer import Scorer


class SearchedGallery(Protocol):
    """Searches a gallery. Thread-safe. `indexing.gallery_index.GalleryIndex` is one."""

    cohorts: CohortKeeper
    """Measures how alike a probe is to people drawn from the tenprints."""

    @property
    def generation(self) -> int:
        """The number of the files, or of the map of parts, that is being searched."""

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal, of the whole content: equal contents have equal digests."""

    @property
    def cursor(self) -> int:
        """The number of the last change that the next search will see."""

    @property
    def holds_erased(self) -> bool:
        """Whether files still hold erased bytes, which the next `compact` drops."""

    def __len__(self) -> int:
        """Return the number of tenprints held."""

    def search_tenprint(self, probe: TenprintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons most similar to a capture."""

    def search_tenprints(
        self, probes: Sequence[TenprintProbe], *, k: int, where: Filter = NO_FILTER
    ) -> tuple[Hits, ...]:
        """Return the hits of many captures, in their order and from one state of the gallery."""

    def search_mark(self, probe: MarkProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons with the finger most similar to a mark."""

    def search_marks(
        self, probes: Sequence[MarkProbe], *, k: int, where: Filter = NO_FILTER
    ) -> tuple[Hits, ...]:
        """Return the hits of many marks, in their order and from one state of the gallery."""

    def search_mark_file(self, probe: PrintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k unsolved marks most similar to any finger of a capture, or to a mark."""

    def compare_all(
        self, probe: PrintProbe, among: Kind, *, left_out: LeftOut, count: int
    ) -> ComparedAt:
        """Compare a probe exactly with all captures of a kind but some; return the nearest.

        `count` of them at most, by the similarity of the index; the tally says which captures
        were compared. It takes as long as comparing everybody: not for a search that serves.
        """

    def warm(self, *, marks: bool) -> None:
        """Prepare the first searches."""

    def maintain(self) -> bool:
        """Merge small files; return whether any were."""

    def compact(self) -> None:
        """Rewrite the files without erased captures."""

    def close(self) -> None:
        """Release everything held."""


class PartedGallery(SearchedGallery, Protocol):
    """A gallery in parts, which is sent its changes in steps.

    Searches raise GalleryIncompleteError unless all parts answer at one change number.
    """

    @property
    def is_whole(self) -> bool:
        """Whether every part has a replica that answers."""

    def refresh(self) -> None:
        """Look which replicas there are and how far each has been fed."""

    def lagging(self) -> Sequence[tuple[str, int]]:
        """Return the replicas that lack changes, each with the number of the last one it has."""

    def feed(
        self,
        changes: tuple[int, int],
        batches: Sequence[GalleryBatch],
        *,
        returned_rows: npt.NDArray[np.int64],
        erased_rows: npt.NDArray[np.int64],
        replicas: Collection[str] | None = None,
    ) -> Collection[str]:
        """Send the changes above the first number up to the second: to all, or to some replicas.

        Returns the names of those that are known to have taken them. Sent to all, it raises
        GalleryIncompleteError when a part has no replica that took them.
        """


class Names(Protocol):
    """The names of all people with a record. Thread-safe."""

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by a rough weighing, as of the last commit.

        Raises IndexNotReadyError while names are still being read, StoreUnavailableError.
        """

    def __len__(self) -> int:
        """Return how many people are held."""


class ModelShelf(Protocol):
    """Where every model that was ever in use is kept. Thread-safe."""

    def scorer(self, digest: str) -> Scorer | None:
        """Return the scorer of the model with this digest, None when it is not kept.

        Raises ModelError when a file of it is damaged.
        """


class Stage(StrEnum):
    """A part of a search whose duration is of interest by itself."""

    CANDIDATE_SEARCH = "candidate_search"
    """The index: coarse search and exact re-rank."""
    RECORDS = "records"
    """Loading the records of those found."""
    SCORING = "scoring"
    """Weighing them as evidence."""


class Stages(Protocol):
    """A listener to stages; thread-safe."""

    def timed(self, stage: Stage) -> AbstractContextManager[None]:
        """Return a context whose duration is that of the stage."""

    def found(self, candidates: int) -> None:
        """Note how many candidates were kept."""


class Unobserved:
    """Listens to nothing and costs next to nothing."""

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Do nothing around the stage."""
        del stage
        yield

    def found(self, candidates: int) -> None:
        """Do nothing."""


UNOBSERVED = Unobserved()
"""The listener of a process without metrics."""
