"""Searches of a gallery in one or several parts, all on one fixed state."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import GalleryError
from indexing.array_files import populate
from indexing.codes.columns import changed_sum
from indexing.codes.sources import FINGER_CODES, MARK_CODES, TENPRINT_CODES, Source
from indexing.files.snapshots import Snapshot, content_digest
from indexing.manifests import Kind
from indexing.searching.exhaustive import ComparedAt, whole_of
from indexing.searching.hits import Each, Hits, joined
from indexing.searching.questions import Everybody, Part, Question


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """The state of a gallery that a search sees, divided into parts."""

    parts: Sequence[Part]
    like: Snapshot
    """A snapshot that has the template format and the rotation of all parts."""
    state: tuple[int, str, int]
    """Generation, digest and cursor of the whole gallery, as in `Hits`."""
    each: Each = map

    def search(self, question: Question, *, k: int) -> tuple[Hits, ...]:
        """Return the k persons or marks most similar to each probe of a question."""
        return joined(
            [question.opened(part) for part in self.parts],
            lambda size: question.depths(size, k, self.like.fmt),
            k=k,
            state=self.state,
            each=self.each,
        )

    def warm(self, *, marks: bool) -> None:
        """Build the scans of tenprints, and of marks if `marks` is set; map the vectors."""
        names = {Kind.TENPRINTS: (TENPRINT_CODES, *(FINGER_CODES if marks else ()))}
        names[Kind.MARKS] = (MARK_CODES,)
        for kind, source in (
            (k, s) for part in self.parts for k, some in part.items() for s in some
        ):
            populate(source.columns.vectors)
            populate(source.columns.lengths)
            if marks and source.columns.codes.size:
                populate(source.columns.codes)
            if source.scans is not None:
                for name in names[kind]:
                    source.scans.scan(name)

    def compare_all(self, question: Everybody, count: int) -> ComparedAt:
        """Compare exactly with all captures except those left out; return the `count` nearest."""
        opened = [question.opened(part) for part in self.parts]
        found = list(self.each(lambda part: part.compare_all(count), opened))
        return whole_of(found, count, self.state[2])


def alone(snapshot: Snapshot) -> Searched:
    """Return a gallery that has one part."""
    part = {kind: shelf.sources for kind, shelf in snapshot.shelves.items()}
    return Searched((part,), snapshot, (snapshot.generation, snapshot.digest, snapshot.cursor))


def sliced(snapshot: Snapshot, slices: int, *, least: int, each: Each) -> Searched:
    """Return a gallery whose segments of at least `least` encounters are searched in slices."""
    parts: list[dict[Kind, list[Source]]] = [{kind: [] for kind in Kind} for _ in range(slices)]
    for kind, shelf in snapshot.shelves.items():
        for source in shelf.sources:
            is_large = source.scans is not None and len(source) >= least
            pieces = source.slices(slices) if is_large else (source,)
            for part, piece in zip(parts, pieces, strict=False):
                part[kind].append(piece)
    return Searched(parts, snapshot, (snapshot.generation, snapshot.digest, snapshot.cursor), each)


def together(snapshots: Sequence[Snapshot], each: Each = map) -> Searched:
    """Return the gallery that several indexes hold together. No person may be in two indexes.
    Raises GalleryError if the indexes differ in state, key or template format.
    """
    first = snapshots[0]
    if {(one.identity, one.cursor) for one in snapshots} != {(first.identity, first.cursor)}:
        raise GalleryError(
            "The parts of the gallery have not all received the same changes, or have "
            "different keys: apply the same changes to every part."
        )
    contents = {
        kind: changed_sum(0, added=sum(one.shelves[kind].content for one in snapshots))
        for kind in Kind
    }
    digest = content_digest(first.identity, contents)
    generation = sum(one.generation for one in snapshots)
    parts = [{kind: shelf.sources for kind, shelf in one.shelves.items()} for one in snapshots]
    return Searched(parts, first, (generation, digest, first.cursor), each)
