"""The replicas of a gallery as last reported, and the map of parts that they form."""

import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from domain.errors import LinkingError
from indexing.parts.part_protocol import Standing
from indexing.parts.replicated import Replica, ReplicaLostError
from indexing.placing import mapped_buckets


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
