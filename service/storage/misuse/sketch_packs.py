"""Packs of sketches: one blob for many, so that a search reads few rows instead of hundreds.

A blob holds, little-endian: the version (u32, 1), the number n of sketches and the number of bytes
of their searches' ids (u32 each), n times (i64, microseconds since 1970, UTC), n lengths (i64),
the ids (ASCII, separated by line feeds), and the sketches one after another.
"""

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from domain.errors import VaultDamagedError
from domain.ids import SearchId

_VERSION = 1
_HEAD = struct.Struct("<III")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Integers = npt.NDArray[np.int64]


class PackedSketch(NamedTuple):
    """One sketch in a pack; the force is in the row of the pack."""

    search_id: SearchId
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, eq=False)
class SketchPack:
    """n sketches of one force, as read; the ids of searches are split only when needed."""

    instants: Integers
    """int64 (n,): microseconds since 1970, UTC."""
    lengths: Integers
    """int64 (n,): the number of bytes of each sketch."""
    joined: bytes
    ids: bytes

    def search_ids(self) -> list[SearchId]:
        """Return the searches of the sketches, in order."""
        return [SearchId(text) for text in self.ids.decode().split("\n")]

    def sketches(self) -> list[PackedSketch]:
        """Return the sketches one by one."""
        ends = pairwise([0, *np.cumsum(self.lengths).tolist()])
        each = zip(self.search_ids(), self.instants.tolist(), ends, strict=True)
        return [
            PackedSketch(search_id, EPOCH + instant * MICROSECOND, self.joined[start:end])
            for search_id, instant, (start, end) in each
        ]


def together(sketches: Sequence[PackedSketch]) -> SketchPack:
    """Return sketches as a pack."""
    return SketchPack(
        np.array([(one.at - EPOCH) // MICROSECOND for one in sketches], dtype=np.int64),
        np.array([len(one.body) for one in sketches], dtype=np.int64),
        b"".join([one.body for one in sketches]),
        "\n".join([one.search_id for one in sketches]).encode("ascii"),
    )


def packed(pack: SketchPack) -> bytes:
    """Return a pack as one blob."""
    head = _HEAD.pack(_VERSION, len(pack.instants), len(pack.ids))
    numbers = np.concatenate([pack.instants, pack.lengths]).astype("<i8")
    return b"".join((head, numbers.tobytes(), pack.ids, pack.joined))


def unpacked(content: bytes) -> SketchPack:
    """Return the pack in a blob. Raises VaultDamagedError when the blob is malformed."""
    try:
        version, count, ids_bytes = _HEAD.unpack_from(content)
        numbers = np.frombuffer(content, "<i8", 2 * count, _HEAD.size)
    except (struct.error, ValueError) as error:
        raise _damage() from error
    at, lengths = _HEAD.size + numbers.nbytes, numbers[count:]
    ids, joined = content[at : at + ids_bytes], content[at + ids_bytes :]
    if version != _VERSION or len(joined) != int(lengths.sum()):
        raise _damage()
    return SketchPack(numbers[:count], lengths, joined, ids)


def count_in(content: bytes) -> int:
    """Return the number of sketches that a blob states, or 0 if it is too short to state one."""
    return int(_HEAD.unpack_from(content)[1]) if len(content) >= _HEAD.size else 0


def without(
    pack: SketchPack, gone: Collection[SearchId], *, before: datetime
) -> SketchPack | None:
    """Return a pack without these searches and without older ones; None if nothing is left."""
    kept = [one for one in pack.sketches() if one.search_id not in gone and one.at >= before]
    return together(kept) if kept else None


def moment_of(microseconds: int) -> datetime:
    """Return the time that is this many microseconds after `EPOCH`."""
    return EPOCH + microseconds * MICROSECOND


def _damage() -> VaultDamagedError:
    return VaultDamagedError("The packed sketches of probes are damaged: restore a backup.")
