"""The gallery that searches use: one index in this process, or parts on other hosts."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Protocol

from domain.arrays import Int64s
from domain.ids import PersonRow
from domain.people.people import Details
from domain.prints.captures import MarkProbe, PrintProbe, TenprintProbe
from domain.prints.templates import IndexedFormat
from domain.searches.searches import CountedWords
from domain.searches.strangers import OwnStrangers
from indexing.codes.batches import GalleryBatch
from indexing.codes.filters import NO_FILTER, Filter
from indexing.manifests import Kind
from indexing.searching.by_codes import CodedFinger
from indexing.searching.cohort import CohortKeeper
from indexing.searching.exhaustive import ComparedAt, LeftOut
from indexing.searching.hits import Hits
from matching.scorer import Scorer


class SearchedGallery(Protocol):
    """Searches a gallery.

    Thread-safe. Implemented for example by `indexing.gallery_index.GalleryIndex`.
    """

    cohorts: CohortKeeper
    """Measures how similar a probe is to people drawn from the tenprint gallery."""

    @property
    def template_format(self) -> IndexedFormat:
        """The format of the gallery's templates."""

    @property
    def generation(self) -> int:
        """The number of the index files, or of the map of parts, in use for searches."""

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal, of the whole content: equal contents have equal digests."""

    @property
    def cursor(self) -> int:
        """The number of the last change that the next search will include."""

    @property
    def holds_erased(self) -> bool:
        """Whether files still hold erased bytes, which the next `compact` will remove."""

    def __len__(self) -> int:
        """Return the number of tenprints in the gallery."""

    def search_tenprint(self, probe: TenprintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k people most similar to a capture."""

    def search_tenprints(
        self,
        probes: Sequence[TenprintProbe],
        *,
        k: int,
        where: Filter = NO_FILTER,
        own: OwnStrangers | None = None,
    ) -> tuple[Hits, ...]:
        """Return the hits for each of many captures, in order, from one state of the gallery.

        With `own`, the excess of people who resemble everybody is subtracted.
        """

    def search_mark(self, probe: MarkProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k people who have the fingers most similar to a mark."""

    def search_marks(
        self, probes: Sequence[MarkProbe], *, k: int, where: Filter = NO_FILTER
    ) -> tuple[Hits, ...]:
        """Return the hits for each of many marks, in order, from one state of the gallery."""

    def search_mark_file(self, probe: PrintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k unsolved marks most similar to a mark, or to any finger of a capture."""

    def compare_all(
        self, probe: PrintProbe, among: Kind, *, left_out: LeftOut, count: int
    ) -> ComparedAt:
        """Compare a probe exactly with all captures of a kind except `left_out`; return the
        nearest.

        At most `count` captures are returned, by the similarity that the index uses. The tally
        states which captures were compared. This compares everybody, so it is too slow for an
        ordinary search.
        """

    def compare_codes(
        self, fingers: Sequence[CodedFinger], among: Kind, *, left_out: LeftOut, count: int
    ) -> ComparedAt:
        """Compare the minutiae of a mark or finger, or of each finger of a tenprint, with those of
        all captures of a kind, by their codes; return the nearest.

        Their similarities are read by `indexing.searching.by_codes`.
        """

    def warm(self, *, marks: bool) -> None:
        """Load what the first searches need."""

    def maintain(self) -> bool:
        """Merge small files; return whether any were merged."""

    def compact(self) -> None:
        """Rewrite the files without erased captures."""

    def close(self) -> None:
        """Release all resources."""


class PartedGallery(SearchedGallery, Protocol):
    """A gallery in parts, which receives its changes in steps.

    Searches raise GalleryIncompleteError unless all parts answer at one change number.
    """

    @property
    def is_whole(self) -> bool:
        """Whether every part has a replica that responds."""

    def refresh(self) -> None:
        """Check which replicas exist and up to which change each has been fed."""

    def lagging(self) -> Sequence[tuple[str, int]]:
        """Return the replicas that lack changes, each with the number of its last change."""

    def feed(
        self,
        changes: tuple[int, int],
        batches: Sequence[GalleryBatch],
        *,
        returned_rows: Int64s,
        erased_rows: Int64s,
        replicas: Collection[str] | None = None,
    ) -> Collection[str]:
        """Send the changes after the first number, up to the second, to all or to some replicas.

        Returns the names of the replicas that are known to have applied the changes. When the
        changes were sent to all replicas, raises GalleryIncompleteError if no replica of some part
        applied them.
        """


class Names(Protocol):
    """The names of all people with a record. Thread-safe."""

    def candidates(self, said: Details, limit: int) -> tuple[PersonRow, ...]:
        """Return the likeliest people by an approximate weighing, as of the last commit.

        Raises IndexNotReadyError while the names are still being read, and StoreUnavailableError.
        """

    def words(self, said: Details) -> CountedWords:
        """Return how common the words of the stated names are, as of the last `candidates`.

        Raises the errors of `candidates`.
        """

    def __len__(self) -> int:
        """Return the number of people whose names are held."""


class ModelShelf(Protocol):
    """Keeps every model that has ever been in use. Thread-safe."""

    def scorer(self, digest: str) -> Scorer | None:
        """Return the scorer of the model with this digest, or None when that model is not kept.

        Raises ModelError when a file of the model is damaged.
        """


class Stage(StrEnum):
    """A part of a search whose duration is measured separately."""

    CANDIDATE_SEARCH = "candidate_search"
    """The search of the index: coarse search and exact re-rank."""
    RECORDS = "records"
    """Loading the records of the people found."""
    SCORING = "scoring"
    """Weighing the records as evidence."""


class Stages(Protocol):
    """Receives the durations of stages; thread-safe."""

    def timed(self, stage: Stage) -> AbstractContextManager[None]:
        """Return a context whose duration is recorded as that of the stage."""

    def found(self, candidates: int) -> None:
        """Record how many candidates were kept."""


class Unobserved:
    """Ignores all stages, at almost no cost."""

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Do nothing around the stage."""
        del stage
        yield

    def found(self, candidates: int) -> None:
        """Do nothing."""


UNOBSERVED = Unobserved()
"""The receiver of stages in a process without metrics."""
