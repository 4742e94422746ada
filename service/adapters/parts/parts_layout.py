"""The replicas of a gallery, the map they form, its cohort; and calls with a deadline."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from domain.arrays import Float64s
from domain.errors import GalleryIncompleteError, LinkingError
from domain.prints.captures import FINGER_COUNT
from indexing.codes.columns import concatenate, empty_columns
from indexing.codes.sources import Source
from indexing.files.snapshots import Shelf, Snapshot
from indexing.manifests import Kind
from indexing.parts.part_protocol import CohortShare, Standing
from indexing.parts.replicated import Replica, ReplicaLostError
from indexing.placing import mapped_buckets
from service.ports.gallery import PartedGallery

T = TypeVar("T")


def begun(question: Callable[[], T]) -> Future[T]:
    """Run a call in a daemon thread, for which the exit of the process does not wait."""
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - passed to the waiting caller
            answer.set_exception(error)

    threading.Thread(target=ask, name="asked", daemon=True).start()
    return answer


def in_time(question: Callable[[], T], seconds: float) -> T:
    """Return the result of a call. Raises TimeoutError if there is none after `seconds`."""
    return begun(question).result(timeout=seconds)


class Repeated(Generic[T]):
    """One call that is repeated, but never runs twice at the same time. Thread-safe."""

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._asking = threading.Lock()
        self._pending: Future[T] | None = None

    def answer(self, seconds: float) -> T:
        """Return a result. Raises TimeoutError if there is none after `seconds`.

        While the call is running, further callers wait for the same result, so threads do not
        accumulate.
        """
        with self._asking:
            if self._pending is None or self._pending.done():
                self._pending = begun(self._question)
            pending = self._pending
        return pending.result(timeout=seconds)


class Holders(Protocol):
    """The replicas of a gallery that exist."""

    def replicas(self) -> Sequence[Replica]:
        """Return the replicas of all maps, including those that cannot be reached."""

    def close(self) -> None:
        """Disconnect from the replicas, which keep running."""


@dataclass(slots=True, eq=False)
class Known:
    """A replica and the state that it last reported."""

    replica: Replica
    standing: Standing
    fed_to: int
    acked_at: float = 0.0
    """When the replica last acknowledged changes."""

    @property
    def place(self) -> tuple[int, int]:
        """Version of the map of parts, and the number of the part."""
        return self.standing.share.version, self.standing.share.number


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The newest map for which all parts exist, and their replicas."""

    version: int
    parts: tuple[tuple[Known, ...], ...]

    @property
    def cursor(self) -> int:
        """The newest change that at least one replica of every part has."""
        return min((max(one.fed_to for one in part) for part in self.parts), default=-1)


def newest_whole(known: Sequence[Known]) -> Layout:
    """Return the complete map, in which every bucket has one part. Of several, the one with the
    newest change is returned, and if they are equal, the newest map.

    A map that is being filled therefore takes over once it has everything that the previous map
    has.
    """
    whole = [Layout(0, ())]
    for version in sorted({one.place[0] for one in known}):
        parts: dict[int, list[Known]] = {}
        for one in known:
            if one.place[0] == version:
                parts.setdefault(one.place[1], []).append(one)
        held = [some[0].standing.share.buckets for _, some in sorted(parts.items())]
        layout = Layout(version, tuple(tuple(some) for _, some in sorted(parts.items())))
        if (mapped_buckets(held) == 1).all() and layout.cursor >= 0:
            whole.append(layout)
    return max(whole, key=lambda layout: (layout.cursor, layout.version))


def heard(answer: Future[Any], ends: float) -> Any:
    """Return an answer, or None if there is none by `ends` or the replica failed."""
    try:
        return answer.result(timeout=max(0.0, ends - time.monotonic()))
    except (ReplicaLostError, LinkingError, TimeoutError):
        return None


_COHORT_S = 5.0

Rotation = Float64s | None


class Parted(PartedGallery, Protocol):
    """A gallery in parts whose layout is known here, from which a cohort is drawn."""

    @property
    def layout(self) -> Layout:
        """The parts that are searched."""


class PartedCohort:
    """The cohort of a gallery in parts, as a state that contains only the cohort."""

    def __init__(self, index: Parted, identity: str, rotation: Rotation) -> None:
        """Prepare the cohort; its states have the gallery's `identity` and `rotation`."""
        self._index = index
        self._identity, self._rotation = identity, rotation
        self._kept: tuple[Layout, int, dict[int, CohortShare], Snapshot] | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The state at the present change. If the people have not changed, it is the same object.

        If a part does not answer, all are asked again, because its replicas may have moved. Raises
        GalleryIncompleteError.
        """
        try:
            return self._present()
        except GalleryIncompleteError:
            self._index.refresh()
        return self._present()

    def _present(self) -> Snapshot:
        layout, at, kept = self._index.layout, self._index.cursor, self._kept
        if kept is not None and kept[:2] == (layout, at):
            return kept[3]
        known = kept[2] if kept is not None and kept[0].version == layout.version else {}
        shares = self._cohort_of(layout, at, known)
        is_same = kept is not None and shares == kept[2]
        snapshot = kept[3] if kept and is_same else self._snapshot_of(at, shares)
        self._kept = (layout, at, shares, snapshot)
        return snapshot

    def _cohort_of(
        self, layout: Layout, at: int, known: Mapping[int, CohortShare]
    ) -> dict[int, CohortShare]:
        """Return the people in each part who may be in the cohort. Raises GalleryIncompleteError.

        `known`: the answers received before.
        """
        found = {}
        for number, part in enumerate(layout.parts):
            held = known.get(number)
            share = self._first_cohort(part, at, "" if held is None else held.stamp)
            found[number] = held if share.people is None and held is not None else share
        return found

    def _first_cohort(self, part: Sequence[Known], at: int, stamp: str) -> CohortShare:
        for one in sorted(part, key=lambda known: known.fed_to < at):
            answer = one.replica.call("cohort", at, stamp, 0.5)
            share = heard(answer, time.monotonic() + _COHORT_S)
            if isinstance(share, CohortShare):
                return share
        raise GalleryIncompleteError(
            "A part of the gallery does not answer: try again in a moment."
        )

    def _snapshot_of(self, at: int, shares: Mapping[int, CohortShare]) -> Snapshot:
        """Return a state that contains only the people of the cohort."""
        template = self._index.template_format.template
        nothing = {
            Kind.TENPRINTS: empty_columns(FINGER_COUNT, template.dimension),
            Kind.MARKS: empty_columns(1, template.dimension),
        }
        drawn = [one.people for one in shares.values() if one.people is not None]
        people = concatenate([nothing[Kind.TENPRINTS], *drawn])
        held = {**nothing, Kind.TENPRINTS: people}
        return Snapshot(
            generation=self._index.generation,
            cursor=at,
            shelves={
                kind: Shelf((), Source(columns, exact=columns.vectors.astype(np.float32)), 0)
                for kind, columns in held.items()
            },
            fmt=self._index.template_format,
            identity=self._identity,
            rotation=self._rotation,
            digest="",
        )
