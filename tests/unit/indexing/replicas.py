"""Replicas of parts in this process, which can be killed, slowed and fed apart from each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np

from domain.prints.templates import IndexedFormat
from indexing.codes.batches import GalleryBatch
from indexing.codes.codec import Codec
from indexing.codes.columns import Columns, stored_columns, take
from indexing.codes.rotation import key_check, secret_rotation
from indexing.parts.held_part import HeldPart
from indexing.parts.part_protocol import PartPlan, Step, step_end
from indexing.parts.replicated import ReplicaLostError
from indexing.placing import even_maps
from tests.unit.indexing.building import KEY

NO_ROWS = np.zeros(0, dtype=np.int64)


class LocalReplica:
    """A replica in a thread a call. `is_dead`, `late_s` and `dies_after` are set by tests."""

    def __init__(self, plan: PartPlan, directory: Path, codec: Codec | None) -> None:
        self.plan, self.directory = plan, directory
        self.part = HeldPart(plan, directory)
        if codec is not None:
            self.part.adopt(codec)
        self.is_dead = False
        self.late_s = 0.0
        self.dies_after: int | None = None
        self.dies_with: Sequence[LocalReplica] = ()
        self.calls = 0

    @property
    def name(self) -> str:
        return str(self.directory)

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.calls += 1
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                for each in (self, *self.dies_with):
                    each.is_dead = True

        def run() -> None:
            time.sleep(self.late_s)
            if self.is_dead:
                future.set_exception(ReplicaLostError("dead"))
                return
            try:
                future.set_result(getattr(self.part, method)(*arguments))
            except Exception as error:  # noqa: BLE001  # handed to the caller
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future

    def restarted(self) -> None:
        """Lose what is in memory, as a kill does, and open again."""
        self.part.close()
        self.part = HeldPart(self.plan, self.directory)
        self.revived()

    def revived(self) -> None:
        self.is_dead, self.dies_after, self.dies_with = False, None, ()


def replicas_of(
    directory: Path, fmt: IndexedFormat, codec: Codec | None, *, parts: int, copies: int = 2
) -> list[list[LocalReplica]]:
    plans = [
        PartPlan(1, number, buckets, fmt, key_check(KEY), codec.digest if codec else "")
        for number, buckets in enumerate(even_maps(parts))
    ]
    return [
        [LocalReplica(plan, directory / f"{plan.number}-{copy}", codec) for copy in range(copies)]
        for plan in plans
    ]


class History:
    """Changes in order: one capture added or erased each."""

    def __init__(self, fmt: IndexedFormat) -> None:
        self.fmt = fmt
        self.rotation = secret_rotation(KEY, fmt.template.dimension)
        self.changes: list[tuple[GalleryBatch | None, int, int]] = []
        self._columns: dict[int, Columns] = {}
        """What is stored of each batch, by its identity: every replica is sent rows of it."""
        self.known = 0
        """The newest change when a step is read: what is erased by then has no payload."""

    def add(self, batch: GalleryBatch) -> None:
        self._columns[id(batch)] = stored_columns(batch, self.rotation)
        self.changes += [
            (batch, place, int(batch.encounter_rows[place])) for place in range(len(batch))
        ]

    def erase(self, rows: Sequence[int]) -> None:
        self.changes += [(None, 0, row) for row in rows]

    @property
    def last(self) -> int:
        return len(self.changes)

    def step(self, after: int, to: int) -> Step:
        """Return the changes above `after` up to `to`, netted as the feed of the database does."""
        last = {row: (batch, place) for batch, place, row in self.changes[after:to]}
        erased = [row for row, (batch, _) in last.items() if batch is None]
        gone = {row for batch, _, row in self.changes[: max(self.known, to)] if batch is None}
        wanted: dict[int, tuple[GalleryBatch, list[int]]] = {}
        for row, (batch, place) in last.items():
            if batch is not None and row not in gone:
                wanted.setdefault(id(batch), (batch, []))[1].append(place)
        added = [
            (batch.kind, take(self._columns[id(batch)], np.array(places)))
            for batch, places in wanted.values()
        ]
        return Step(after, to, tuple(added), NO_ROWS, np.array(erased, dtype=np.int64))

    def send(self, replica: LocalReplica, to: int, *, at_once: int = 1 << 30) -> None:
        """Bring a replica up to change `to`, at most so many changes a step."""
        have, self.known = replica.part.share.cursor, to
        while have < to or not replica.part._kept:  # a part just opened
            end = step_end(have, min(to, have + at_once))
            have = replica.part.feed(self.step(have, end).only(replica.plan.buckets))
