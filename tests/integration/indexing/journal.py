"""A stand-in for the database: an append-only file of numbered changes, durable line by line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexing.codes.batches import GalleryBatch
from indexing.gallery_index import GalleryIndex


@dataclass(frozen=True)
class Change:
    """One numbered change of the gallery."""

    number: int
    kind: str
    """`enrol` or `erase`."""
    rows: tuple[int, ...]


class Journal:
    """The changes so far. A line cut short by a kill was never acknowledged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, kind: str, rows: npt.NDArray[np.int64]) -> Change:
        """Acknowledge a change: it is on disk when this returns."""
        change = Change(self.last_number + 1, kind, tuple(rows.tolist()))
        line = json.dumps([change.number, kind, change.rows]).encode() + b"\n"
        whole = b"".join(self._lines())
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(handle, len(whole))
            os.pwrite(handle, line, len(whole))
            os.fsync(handle)
        finally:
            os.close(handle)
        return change

    @property
    def last_number(self) -> int:
        """The number of the newest change."""
        return len(self._lines())

    def changes_after(self, number: int) -> Iterator[Change]:
        """Yield the changes after a number, in order."""
        for line in self._lines()[number:]:
            found, kind, rows = json.loads(line)
            yield Change(found, kind, tuple(rows))

    def held(self) -> tuple[set[int], set[int]]:
        """Return the encounters that must be found, and those that must not."""
        enrolled: set[int] = set()
        erased: set[int] = set()
        for change in self.changes_after(0):
            (enrolled if change.kind == "enrol" else erased).update(change.rows)
        return enrolled - erased, erased

    def _lines(self) -> list[bytes]:
        if not self._path.exists():
            return []
        return [line for line in self._path.read_bytes().splitlines(True) if line.endswith(b"\n")]


def encounters(universe: GalleryBatch, rows: npt.NDArray[np.int64]) -> GalleryBatch:
    """Return the encounters of these rows: the same captures recur under new rows."""
    batch = universe.take(rows % len(universe))
    return replace(batch, encounter_rows=rows, person_rows=rows)


def apply(index: GalleryIndex, universe: GalleryBatch, change: Change) -> None:
    """Apply one change to an index."""
    rows = np.array(change.rows, dtype=np.int64)
    if change.kind == "enrol":
        index.add(encounters(universe, rows), cursor=change.number)
    else:
        index.erase(rows, cursor=change.number)


def catch_up(index: GalleryIndex, universe: GalleryBatch, journal: Journal) -> None:
    """Apply the changes that the index lacks."""
    for change in journal.changes_after(index.cursor):
        apply(index, universe, change)
