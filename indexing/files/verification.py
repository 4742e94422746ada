"""Verification of the files against the manifest, and of the content against the database."""

from dataclasses import dataclass

import numpy as np

from domain.arrays import Bools, Int64s
from domain.errors import IndexDamagedError
from domain.prints.templates import IndexedFormat
from indexing.array_files import check_file
from indexing.codes.batches import GalleryBatch
from indexing.codes.columns import changed_sum, content_sum, stored_columns, take
from indexing.codes.rotation import key_check, secret_bit_order, secret_rotation
from indexing.files.snapshots import Shelf, content_digest
from indexing.files.store import Store
from indexing.manifests import ERASED_NAME, MANIFEST_NAME, Kind, read_manifest

_ROWS_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Verification:
    """What a successful verification checked."""

    files: int
    bytes_read: int
    encounters: int
    marks: int
    digest: str
    """The digest that a `ContentTally` of the database must have."""


class ContentTally:
    """Computes the digest that an index of these templates under this key must have.

    Add everything that the database holds, in any order and in any batches. A capture whose
    templates were made again appears more than once, each time with its current templates; it is
    counted once.
    """

    def __init__(self, *, template_format: IndexedFormat, key: bytes | None) -> None:
        self._identity = f"{template_format.label} {key_check(key)}"
        self._rotation = secret_rotation(key, template_format.template.dimension)
        self._bit_order = secret_bit_order(key)
        self._contents = dict.fromkeys(Kind, 0)
        self._counted = np.zeros(0, dtype=np.bool_)  # by encounter row

    def add(self, batch: GalleryBatch) -> None:
        """Add captures to the tally."""
        columns = stored_columns(batch, self._rotation, self._bit_order)
        added = content_sum(take(columns, self._uncounted(columns.encounter_rows)))
        self._contents[batch.kind] = changed_sum(self._contents[batch.kind], added=added)

    def _uncounted(self, rows: Int64s) -> Bools:
        """Return bool (n,): the rows that were not counted before. They are marked as counted."""
        missing = int(rows.max(initial=-1)) + 1 - len(self._counted)
        if missing > 0:
            more = np.zeros(max(missing, len(self._counted)), dtype=np.bool_)
            self._counted = np.concatenate([self._counted, more])
        fresh = ~self._counted[rows]
        self._counted[rows] = True
        return fresh

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal; comparable with `GalleryIndex.digest`."""
        return content_digest(self._identity, self._contents)


def verify_store(store: Store) -> Verification:
    """Check every file and recount the content of an open index. Raises IndexDamagedError.

    Searches, enrolments and erasures continue meanwhile.
    """
    root = store.generations.root
    with store.maintaining:
        with store.changing:
            manifest, snapshot = store.generations.published, store.snapshot
            _check_current(store)
        lasting = [entry for entry in manifest.files() if not entry.name.startswith(ERASED_NAME)]
        for entry in lasting:
            check_file(root, entry)
        for kind, shelf in snapshot.shelves.items():
            if recounted(shelf) != shelf.content:
                raise IndexDamagedError(
                    f"The content of the {kind} does not match its digest: build the index again."
                )
    return Verification(
        files=len(manifest.files()) + 1,
        bytes_read=sum(entry.size_bytes for entry in manifest.files()),
        encounters=snapshot.shelves[Kind.TENPRINTS].count,
        marks=snapshot.shelves[Kind.MARKS].count,
        digest=snapshot.digest,
    )


def _check_current(store: Store) -> None:
    """Check the manifest and the records of erasures, which any change may replace."""
    root, published = store.generations.root, store.generations.published
    if published.generation and read_manifest(root) != published:
        raise IndexDamagedError(
            f"The index file {MANIFEST_NAME} is not the newest: build the index again."
        )
    for entry in published.files():
        if entry.name.startswith(ERASED_NAME):
            check_file(root, entry)


def recounted(shelf: Shelf) -> int:
    """Return the content sum of a shelf from its columns."""
    total = 0
    for source in shelf.sources:
        alive = np.ones(len(source), dtype=np.bool_) if source.alive is None else source.alive
        places = np.flatnonzero(alive)
        for start in range(0, len(places), _ROWS_AT_ONCE):
            part = take(source.columns, places[start : start + _ROWS_AT_ONCE])
            total = changed_sum(total, added=content_sum(part))
    return total
