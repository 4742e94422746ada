"""The gallery as the service uses it: enrol, erase and search, each with immediate effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from domain.arrays import Int64s
from domain.errors import InvalidInputError
from domain.prints.captures import MarkProbe, PrintProbe, TenprintProbe
from domain.prints.templates import IndexedFormat
from domain.searches.strangers import OwnStrangers
from indexing.codes.batches import GalleryBatch
from indexing.codes.codec import Codec
from indexing.codes.columns import stored_columns
from indexing.codes.filters import NO_FILTER, Filter
from indexing.codes.rotation import (
    BitOrder,
    check_dimension,
    key_check,
    secret_bit_order,
    secret_rotation,
)
from indexing.files.generations import Generations
from indexing.files.maintenance import compact, maintain, needs_first_codec
from indexing.files.snapshots import GalleryStatistics, Snapshot
from indexing.files.store import NO_ROWS, Store
from indexing.files.verification import Verification, verify_store
from indexing.manifests import Kind
from indexing.parameters import DEFAULT_LIMITS, PROBES_A_TURN, IndexLimits
from indexing.searching.by_codes import CodedFinger, about_codes
from indexing.searching.cohort import CohortKeeper
from indexing.searching.exhaustive import ComparedAt, LeftOut
from indexing.searching.hits import Hits
from indexing.searching.questions import (
    Question,
    about_everybody,
    about_mark_file,
    about_marks,
    about_tenprints,
)
from indexing.searching.searched import Searched, alone, sliced
from indexing.searching.tenprint_search import Excess, excess_of

Probe = TypeVar("Probe", bound=PrintProbe)


class GalleryIndex:
    """An index of one template format in one directory, owned by one process.

    Thread-safe. Searches run in parallel with each other and with every change, and see the state
    at which they began. Changes must be applied in the order of their numbers in the database. The
    index holds nothing that the database lacks. After a restart, `cursor` is the last change
    applied, so send the changes after it again.
    """

    def __init__(self, store: Store, threads: int, bit_order: BitOrder | None) -> None:
        self._store = store
        self._bit_order = bit_order
        self.template_format = store.snapshot.fmt
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads)  # starts a thread when it is first needed
        self._excess: Excess | None = None
        self.cohorts = CohortKeeper(store)
        """Measures how alike a probe is to people drawn from the tenprints."""

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        template_format: IndexedFormat,
        key: bytes | None,
        threads: int,
        limits: IndexLimits = DEFAULT_LIMITS,
    ) -> GalleryIndex:
        """Open the index in a directory, or create an empty one. Every file is checked.

        `key` is the secret of the rotation (at least 16 bytes, or None for no rotation). `threads`
        is the number of batches of a search that run at once. Raises UnknownTemplateFormatError
        for an index of another format, IndexDamagedError naming the file, and GalleryError for
        another key or an index that another process has open.
        """
        check_dimension(template_format)
        if threads < 1:
            raise InvalidInputError("An index needs at least one thread.")
        generations = Generations(
            directory,
            template_format=template_format.label,
            check=key_check(key),
            threads=threads,
            limits=limits,
        )
        rotation = secret_rotation(key, template_format.template.dimension)
        store = Store(generations, template_format, rotation)
        return cls(store, threads, secret_bit_order(key))

    @property
    def snapshot(self) -> Snapshot:
        """The state that a search starting now would see, for the reports in this package."""
        return self._store.snapshot

    @property
    def generation(self) -> int:
        """The number of the manifest that is being searched."""
        return self._store.snapshot.generation

    @property
    def digest(self) -> str:
        """SHA-256 of the whole content, hexadecimal. Equal contents have equal digests."""
        return self._store.snapshot.digest

    @property
    def cursor(self) -> int:
        """The number of the last change applied."""
        return self._store.snapshot.cursor

    @property
    def holds_erased(self) -> bool:
        """Whether files still contain erased bytes. The next compaction removes them."""
        shelves = self._store.snapshot.shelves.values()
        return any(s.source.alive is not None for shelf in shelves for s in shelf.segments)

    def __len__(self) -> int:
        return self._store.snapshot.shelves[Kind.TENPRINTS].count

    @property
    def codec(self) -> Codec | None:
        """The codec for new segments, or None while everything is searched exactly."""
        newest = self._store.generations.codec
        return None if newest is None else newest.codec

    def adopt(self, codec: Codec) -> None:
        """Use a codec from the next segment on; `compact` rewrites others. Raises GalleryError."""
        with self._store.changing:
            self._store.generations.adopt(codec)

    def statistics(self) -> GalleryStatistics:
        """Count the content. This takes about a tenth of a second for a million encounters."""
        files = self._store.generations.published.files()
        return self._store.snapshot.statistics(sum(file.size_bytes for file in files))

    def add(self, batch: GalleryBatch, *, cursor: int, again: Int64s = NO_ROWS) -> None:
        """Enrol tenprints or unsolved marks, so that the next search finds them.

        Captures already held are skipped. Captures erased earlier are skipped too, except those
        with the encounter rows `again`, int64 (r,). Raises InvalidTemplateError for templates of
        another dimension or without codes. Raises GalleryError if the cursor goes back, or if
        memory is full and cannot be written to disk; then nothing has changed and the call may be
        repeated.
        """
        store = self._store
        template = store.snapshot.fmt.template
        if batch.captures.dimension != template.dimension:
            raise template.other_dimension()
        batch.check_codes(store.snapshot.fmt)
        columns = stored_columns(batch, store.snapshot.rotation, self._bit_order)
        store.add(batch.kind, columns, cursor, again=again)
        if batch.kind is Kind.TENPRINTS and needs_first_codec(store):
            compact(store)

    def erase(self, encounter_rows: Int64s, *, cursor: int) -> int:
        """Remove encounters and marks from all later searches; return how many were held.

        `encounter_rows` is int64 (m,); rows not held are skipped. The next `compact` removes the
        bytes from the files. Raises GalleryError if the cursor goes back. Also raises GalleryError
        if the record of the erasure could not be written, but searches then no longer find the
        captures.
        """
        self.cohorts.forget()
        self._excess = None
        return self._store.erase(np.asarray(encounter_rows, dtype=np.int64), cursor)

    def search_tenprint(self, probe: TenprintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons most similar to a capture."""
        return self.search_tenprints((probe,), k=k, where=where)[0]

    def search_tenprints(
        self,
        probes: Sequence[TenprintProbe],
        *,
        k: int,
        where: Filter = NO_FILTER,
        own: OwnStrangers | None = None,
    ) -> tuple[Hits, ...]:
        """Return the hits of captures, in order and from one state of the gallery.

        With `own`, the excess of people who resemble everybody is subtracted.
        """
        rotation = self._store.snapshot.rotation
        excess = None if own is None else self._excess
        if own is not None and (excess is None or excess.own is not own):
            excess = self._excess = excess_of(own, rotation)
        return self._found(
            probes, k, lambda share: about_tenprints(share, rotation, where, excess)
        )

    def search_mark(self, probe: MarkProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k persons whose fingers are most similar to a mark."""
        return self.search_marks((probe,), k=k, where=where)[0]

    def search_marks(
        self, probes: Sequence[MarkProbe], *, k: int, where: Filter = NO_FILTER
    ) -> tuple[Hits, ...]:
        """Return the hits of marks, in order and from one state of the gallery."""
        rotation = self._store.snapshot.rotation
        return self._found(probes, k, lambda share: about_marks(share, rotation, where))

    def search_mark_file(self, probe: PrintProbe, *, k: int, where: Filter = NO_FILTER) -> Hits:
        """Return the k unsolved marks most similar to a mark, or to any finger of a capture."""
        rotation = self._store.snapshot.rotation
        return self._found((probe,), k, lambda _: about_mark_file(probe, rotation, where))[0]

    def compare_all(
        self, probe: PrintProbe, among: Kind, *, left_out: LeftOut, count: int
    ) -> ComparedAt:
        """Compare a probe exactly with all captures of a kind save `left_out`; return the nearest.

        One thread takes about a second for a million tenprints: `indexing.searching.exhaustive`.
        """
        searched = self._searched((probe,), count)
        question = about_everybody(probe, among, searched.like.rotation, left_out)
        return searched.compare_all(question, count)

    def compare_codes(
        self, fingers: Sequence[CodedFinger], among: Kind, *, left_out: LeftOut, count: int
    ) -> ComparedAt:
        """Compare the minutiae of a mark or finger, or of each finger of a tenprint, with those of
        all captures of a kind, by their codes. Return the nearest.

        Their similarities are read by `indexing.searching.by_codes`.
        """
        searched = self._searched()
        question = about_codes(fingers, among, self.template_format, self._bit_order, left_out)
        return searched.compare_all(question, count)

    def warm(self, *, marks: bool) -> None:
        """Build the scans and map the vectors now, so that the first searches do not have to wait.

        Scans for tenprint probes are always built, and scans for marks if `marks` is set. Scans
        for marks take 320 bytes of memory for each encounter, scans for tenprints 80.
        """
        self._searched().warm(marks=marks)

    def compact(self) -> None:
        """Rewrite the files with the newest codec and without erased captures; merge small ones.

        Searches and changes continue meanwhile. Raises GalleryError if writing fails; the previous
        generation then stays in use.
        """
        compact(self._store)

    def maintain(self) -> bool:
        """Merge small files, if many, as a background job; return whether any were merged."""
        return maintain(self._store)

    def verify(self) -> Verification:
        """Read every file again and recount its content. Raises IndexDamagedError."""
        return verify_store(self._store)

    def seal(self) -> None:
        """Write what is only in memory to disk, so that no restart needs it sent again."""
        self._store.seal()

    def close(self) -> None:
        """Write content that is only in memory to disk, and release the directory."""
        try:
            self._store.seal()
        finally:
            self._pool.shutdown()
            self._store.generations.close()

    def _found(
        self, probes: Sequence[Probe], k: int, about: Callable[[Sequence[Probe]], Question]
    ) -> tuple[Hits, ...]:
        """Search for many probes on several threads, a few probes at a time.

        With few probes at a time, one of two threads scans while the other runs in the
        interpreter. If each had half of all probes, both would scan at once and then wait for each
        other.
        """
        searched = self._searched(probes, k)
        shares = min(self._threads, len(probes))
        if shares < 2:
            return searched.search(about(probes), k=k) if probes else ()
        size = min(PROBES_A_TURN, -(-len(probes) // shares))
        answers = self._pool.map(
            lambda start: searched.search(about(probes[start : start + size]), k=k),
            range(0, len(probes), size),
        )
        return tuple(hits for answer in answers for hits in answer)

    def _searched(self, probes: Sequence[PrintProbe] = (), k: int = 1) -> Searched:
        """Check a question and return the state to search, divided into slices for the threads.

        With several probes, each probe has its own thread; otherwise the threads share the slices.
        Raises InvalidInputError and InvalidTemplateError.
        """
        snapshot = self._store.snapshot
        if k < 1:
            raise InvalidInputError("Request at least one candidate.")
        template = snapshot.fmt.template
        if any(probe.dimension != template.dimension for probe in probes):
            raise template.other_dimension()
        if self._threads == 1:
            return alone(snapshot)
        each = map if len(probes) > 1 else self._pool.map
        least = self._store.generations.limits.sliced
        return sliced(snapshot, self._threads, least=least, each=each)
