"""Sketches put together: one blob of many, so that a search reads few rows and not hundreds.

A blob holds, little-endian: the version (u8, 1), the number n of sketches and the bytes of their
searches' ids (u32 each), n instants (i64, microseconds since 1970, UTC), n lengths (u32), the ids
(ASCII, a line feed between two), and the sketches one behind the other.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.errors import VaultDamagedError
from domain.ids import SearchId

_VERSION = 1
_HEAD = struct.Struct("<BII")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PackedSketch:
    """One sketch of a pack, whose force the row of the pack has."""

    search_id: SearchId
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, eq=False)
class SketchPack:
    """n sketches of one force as they were read; the ids of searches are told apart on demand."""

    instants: Integers
    """int64 (n,): microseconds since 1970, UTC."""
    lengths: Integers
    """int64 (n,): the bytes of each sketch."""
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
            PackedSketch(search_id, _EPOCH + instant * _MICROSECOND, self.joined[start:end])
            for search_id, instant, (start, end) in each
        ]


def packed(sketches: Sequence[PackedSketch]) -> bytes:
    """Return one or several sketches as one blob."""
    ids = "\n".join(one.search_id for one in sketches).encode("ascii")
    instants = np.array([instant(one.at) for one in sketches], dtype="<i8")
    lengths = np.array([len(one.body) for one in sketches], dtype="<u4")
    head = _HEAD.pack(_VERSION, len(sketches), len(ids))
    bodies = (one.body for one in sketches)
    return b"".join((head, instants.tobytes(), lengths.tobytes(), ids, *bodies))


def unpacked(content: bytes) -> SketchPack:
    """Read a blob; raises VaultDamagedError for one of another form."""
    try:
        version, count, ids_bytes = _HEAD.unpack_from(content)
        instants = np.frombuffer(content, "<i8", count, _HEAD.size)
        at = _HEAD.size + instants.nbytes
        lengths = np.frombuffer(content, "<u4", count, at).astype(np.int64)
    except (struct.error, ValueError) as error:
        raise _damage() from error
    at += 4 * count
    ids, joined = content[at : at + ids_bytes], content[at + ids_bytes :]
    if version != _VERSION or len(ids) != ids_bytes or len(joined) != int(lengths.sum()):
        raise _damage()
    return SketchPack(instants.astype(np.int64), lengths, joined, ids)


def without(pack: SketchPack, gone: Collection[SearchId], *, before: datetime) -> bytes | None:
    """Return a pack without these searches and older ones; None if nothing is left."""
    kept = [one for one in pack.sketches() if one.search_id not in gone and one.at >= before]
    return packed(kept) if kept else None


def instant(at: datetime) -> int:
    """Return an instant as microseconds since 1970, UTC."""
    return (at - _EPOCH) // _MICROSECOND


def moment_of(microseconds: int) -> datetime:
    """Return the instant that `instant` was given."""
    return _EPOCH + microseconds * _MICROSECOND


def _damage() -> VaultDamagedError:
    return VaultDamagedError("Packed sketches are not in their own format.")
