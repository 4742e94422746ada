"""The gallery as the service sees it: enrol, erase and search, each visible at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError, UnknownTemplateFormatError
from domain.prints import SYNTHETIC_192, TemplateFormat
from indexing.array_files import populate
from indexing.batches import DIMENSION, EncounterBatch, MarkBatch
from indexing.columns import encounter_columns, has_fingers, mark_columns
from indexing.directory import IndexDirectory
from indexing.filters import NO_FILTER, Filter
from indexing.finger_search import search_mark_file, search_marks
from indexing.generations import Generations
from indexing.hits import Hits
from indexing.maintenance import compact, maintain, needs_first_codec
from indexing.manifests import Kind
from indexing.parameters import DEFAULT_LIMITS, PROBES_A_TURN, IndexLimits
from indexing.probes import MarkProbe, TenprintProbe
from indexing.rotation import secret_rotation
from indexing.snapshots import Snapshot
from indexing.sources import FINGER_CODES, MARK_CODES, TENPRINT_CODES
from indexing.store import Store
from indexing.tenprint_search import compare_persons, search_tenprints
from indexing.verification import Verification, verify_store

_Probe = TypeVar("_Probe")


@dataclass(frozen=True, slots=True)
class GalleryStatistics:
    """How much the gallery holds."""

    persons: int
    encounters: int
    fingers: int
    marks: int
    segments: int
    bytes_on_disk: int


class GalleryIndex:
    """An index of one template format in one directory, owned by one process.

    Thread-safe: searches run in parallel with each other and with every change, on the state they
    began with. Changes come in the order of the database's numbers (`cursor`): the index keeps
    nothing the database does not have, and after a restart `cursor` says what to send again.
    """

    def __init__(self, store: Store, threads: int) -> None:
        self._store = store
        self._threads = threads

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        template_format: TemplateFormat,
        key: bytes | None,
        threads: int,
        limits: IndexLimits = DEFAULT_LIMITS,
    ) -> GalleryIndex:
        """Open the index in a directory, or make an empty one; every file is checked.

        `key` is the secret of the rotation (at least 16 bytes; None for none), `threads` how many
        batches of a search run at once. Raises UnknownTemplateFormatError, IndexDamagedError
        naming the file, and GalleryError for another key or an index that is open elsewhere.
        """
        if template_format != SYNTHETIC_192:
            raise UnknownTemplateFormatError(f"This gallery holds {SYNTHETIC_192.label} only.")
        if threads < 1:
            raise InvalidInputError("At least one thread is needed.")
        generations = Generations(
            directory,
            template_format=template_format.label,
            key=key,
            threads=threads,
            limits=limits,
        )
        return cls(Store(generations, secret_rotation(key, DIMENSION)), threads)

    @classmethod
    def create(
        cls,
        directory: Path,
        *,
        template_format: TemplateFormat,
        key: bytes | None,
        threads: int,
        limits: IndexLimits = DEFAULT_LIMITS,
    ) -> GalleryIndex:
        """Make an empty index, deleting the one that is there, damaged or not."""
        held = IndexDirectory(directory)
        try:
            held.clear()
        finally:
            held.release()
        return cls.open(
            directory, template_format=template_format, key=key, threads=threads, limits=limits
        )

    @property
    def snapshot(self) -> Snapshot:
        """What a search that starts now would see; for the reports of this package."""
        return self._store.snapshot

    @property
    def generation(self) -> int:
        """The number of the manifest that is being searched."""
        return self._store.snapshot.generation

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal, of everything held: equal contents have equal digests."""
        return self._store.snapshot.digest

    @property
    def cursor(self) -> int:
        """The number of the last change applied."""
        return self._store.snapshot.cursor

    @property
    def holds_erased(self) -> bool:
        """Whether files still hold bytes of what was erased, which the next compaction drops."""
        shelves = self._store.snapshot.shelves.values()
        return any(s.source.alive is not None for shelf in shelves for s in shelf.segments)

    def __len__(self) -> int:
        return self._store.snapshot.shelves[Kind.TENPRINTS].count

    def statistics(self) -> GalleryStatistics:
        """Count what is held; takes about a tenth of a second for a million encounters."""
        snapshot = self._store.snapshot
        tenprints, marks = (snapshot.shelves[kind] for kind in Kind)
        persons, fingers = [np.zeros(0, dtype=np.int64)], 0
        for source in tenprints.sources:
            alive = slice(None) if source.alive is None else source.alive
            persons.append(np.unique(source.columns.person_rows[alive]))
            fingers += int(np.count_nonzero(has_fingers(source.columns.finger_bits[alive])))
        return GalleryStatistics(
            persons=len(np.unique(np.concatenate(persons))),
            encounters=tenprints.count,
            fingers=fingers,
            marks=marks.count,
            segments=len(tenprints.segments) + len(marks.segments),
            bytes_on_disk=sum(
                file.size_bytes for file in self._store.generations.published.files()
            ),
        )

    def add(self, batch: EncounterBatch, *, cursor: int) -> None:
        """Enrol encounters: the next search finds them. Those held already are passed over.

        Raises GalleryError for a cursor that goes back, or when a full memory cannot be written
        out; then nothing has changed and the call may be repeated.
        """
        store = self._store
        store.add(Kind.TENPRINTS, encounter_columns(batch, store.snapshot.rotation), cursor)
        if needs_first_codec(store):
            compact(store)

    def add_marks(self, batch: MarkBatch, *, cursor: int) -> None:
        """Put marks into the unsolved mark file, as `add` does encounters."""
        store = self._store
        store.add(Kind.MARKS, mark_columns(batch, store.snapshot.rotation), cursor)

    def erase(self, encounter_rows: npt.NDArray[np.int64], *, cursor: int) -> int:
        """Make encounters and marks unfindable from the next search on; return how many were held.

        int64 (m,); rows not held are passed over. The bytes leave the files with the next
        `compact`. Raises GalleryError for a cursor that goes back, and when the record of the
        erasure could not be written, although the search does not find them any more.
        """
        return self._store.erase(np.asarray(encounter_rows, dtype=np.int64), cursor)

    def search_tenprint(self, probe: TenprintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons most similar to a capture."""
        return self.search_tenprints((probe,), k=k, where=where)[0]

    def search_tenprints(
        self, probes: Sequence[TenprintProbe], *, k: int, where: Filter = NO_FILTER
    ) -> tuple[Hits, ...]:
        """Return the hits of many captures, in their order and from one state of the gallery."""
        snapshot = self._store.snapshot
        return self._spread(
            probes, lambda part: search_tenprints(snapshot, part, k=_checked(k), where=where)
        )

    def search_mark(self, probe: MarkProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons with the finger most similar to a mark."""
        return self.search_marks((probe,), k=k, where=where)[0]

    def search_marks(
        self, probes: Sequence[MarkProbe], *, k: int, where: Filter = NO_FILTER
    ) -> tuple[Hits, ...]:
        """Return the hits of many marks, in their order and from one state of the gallery."""
        snapshot = self._store.snapshot
        return self._spread(
            probes, lambda part: search_marks(snapshot, part, k=_checked(k), where=where)
        )

    def search_mark_file(
        self, probe: TenprintProbe | MarkProbe, *, k: int, where: Filter = NO_FILTER
    ) -> Hits:
        """Return the k unsolved marks most similar to any finger of a capture, or to a mark."""
        return search_mark_file(self._store.snapshot, probe, k=_checked(k), where=where)

    def compare(self, probe: TenprintProbe, person_rows: npt.NDArray[np.int64]) -> Hits:
        """Compare a capture exactly with named persons, in whichever gallery they are.

        int64 (m,); those not held are left out. Not a search: nobody else is looked at.
        """
        return compare_persons(self._store.snapshot, probe, np.asarray(person_rows))

    def warm(self, *, marks: bool) -> None:
        """Do now what the first searches would wait for: build the scans, map the vectors.

        Scans of tenprints, and of marks if asked; these take 320 bytes of memory for each
        encounter, tenprints 80.
        """
        names = {Kind.TENPRINTS: (TENPRINT_CODES, *(FINGER_CODES if marks else ()))}
        names[Kind.MARKS] = (MARK_CODES,)
        for kind, shelf in self._store.snapshot.shelves.items():
            for segment in shelf.segments:
                populate(segment.source.columns.vectors)
                if segment.source.scans is not None:
                    for name in names[kind]:
                        segment.source.scans.scan(name)

    def held_rows(self) -> npt.NDArray[np.int64]:
        """Return the encounter rows of everything held, marks too, ascending; int64."""
        shelves = self._store.snapshot.shelves.values()
        parts = [
            source.columns.encounter_rows[slice(None) if source.alive is None else source.alive]
            for shelf in shelves
            for source in shelf.sources
        ]
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))

    def compact(self) -> None:
        """Rewrite the files without what was erased, and few large ones for many small.

        Searches and changes go on meanwhile. Raises GalleryError when the disk refuses; the
        generation before serves on.
        """
        compact(self._store)

    def maintain(self) -> bool:
        """Merge small files when many have gathered, say whether any were; a background job."""
        return maintain(self._store)

    def verify(self) -> Verification:
        """Read every file again and count its content anew; raises IndexDamagedError."""
        return verify_store(self._store)

    def seal(self) -> None:
        """Write out what is in memory alone, so that a restart need not send it again."""
        self._store.seal()

    def close(self) -> None:
        """Write out what is in memory alone and give the directory up."""
        try:
            self._store.seal()
        finally:
            self._store.generations.close()

    def _spread(
        self,
        probes: Sequence[_Probe],
        search: Callable[[Sequence[_Probe]], tuple[Hits, ...]],
    ) -> tuple[Hits, ...]:
        """Search on as many threads as the setting allows, a few probes at a time.

        Of two threads with few probes each, one scans while the other is in the interpreter; with
        half of all each they would scan together, and then wait for each other.
        """
        shares = min(self._threads, len(probes))
        if shares < 2:
            return search(probes) if probes else ()
        size = min(PROBES_A_TURN, -(-len(probes) // shares))
        parts = [probes[start : start + size] for start in range(0, len(probes), size)]
        with ThreadPoolExecutor(shares) as pool:
            return tuple(hits for answer in pool.map(search, parts) for hits in answer)


def _checked(k: int) -> int:
    if k < 1:
        raise InvalidInputError("At least one candidate is asked for.")
    return k
