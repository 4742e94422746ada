"""Sketches of probes: individual sketches for the latest searches, packs for older ones.

A pack is one blob for many sketches, so that a search reads few rows instead of hundreds. It
holds, little-endian: the version (u32, 1), the number n of sketches and the number of bytes of
their searches' ids (u32 each), n times (i64, microseconds since 1970, UTC), n lengths (i64), the
ids (ASCII, separated by line feeds), and the sketches one after another.
"""

import struct
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa

from domain.abuse import Sketch
from domain.arrays import Int64s
from domain.errors import VaultDamagedError
from domain.ids import ForceCode, SearchId
from service.storage.engine.rows import Among, row_of
from service.storage.tables.searches import probe_sketches, searches, sketch_packs
from service.storage.transaction import TransactionPart

PACK = 32
"""The number of sketches in one pack."""

_PACKS_AT_ONCE = 64
"""The most packs made in one transaction."""

_VERSION = 1
_HEAD = struct.Struct("<III")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class PackedSketch(NamedTuple):
    """One sketch in a pack; the force is in the row of the pack."""

    search_id: SearchId
    at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, eq=False)
class SketchPack:
    """n sketches of one force, as read; the ids of searches are split only when needed."""

    instants: Int64s
    """int64 (n,): microseconds since 1970, UTC."""
    lengths: Int64s
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


class SketchedSearch(NamedTuple):
    """A search, and when its probe was sketched."""

    search_id: SearchId
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class KnownSketches:
    """n sketches of one force, in the form in which they are compared with a probe."""

    joined: bytes
    """The sketches, one after another."""
    lengths: Int64s
    """int64 (n,): the number of bytes of each sketch."""
    alone: int
    """The number of sketches that are not yet in a pack."""
    _instants: Int64s
    _packs: tuple[SketchPack, ...]
    _first_counted: int
    """The time of the oldest sketch that counts; packs may contain older sketches."""

    def counted(self, places: Int64s) -> tuple[SketchedSearch, ...]:
        """Return the searches of those sketches, int64 (m,), that count, oldest first."""
        found = places[self._instants[places] >= self._first_counted]
        if not found.size:
            return ()
        in_order = found[np.argsort(self._instants[found], kind="stable")]
        ids = b"\n".join([pack.ids for pack in self._packs]).decode().split("\n")
        instants = zip(in_order.tolist(), self._instants[in_order].tolist(), strict=True)
        return tuple(
            [
                SketchedSearch(SearchId(ids[at]), EPOCH + instant * MICROSECOND)
                for at, instant in instants
            ]
        )


class Sketches(TransactionPart):
    """The sketches of probes, by force."""

    def add(self, sketch: Sketch) -> None:
        """Store the sketch of a search's probe."""
        self._connection.execute(_NEW_SKETCH, row_of(probe_sketches, sketch))

    def known(self, force: ForceCode, *, since: datetime, limit: int) -> KnownSketches:
        """Return the newest sketches of a force; at most `limit` are compared."""
        wanted: dict[str, Any] = {"force": force, "since": since, "limit": limit}
        wanted["packs"] = limit // PACK + 1
        while True:
            # Fetched all at once: row by row, SQLAlchemy would take three times as long.
            rows: Sequence[Any] = self._connection.execute(_KNOWN, wanted).all()
            alone = [PackedSketch(*values) for is_pack, *values in rows if not is_pack]
            packs = [unpacked(content) for is_pack, _, _, content in rows if is_pack]
            are_all = len(packs) < wanted["packs"]
            if alone:
                packs.append(together(alone))
            instants, lengths = [
                np.concatenate([np.empty(0, dtype=np.int64), *columns])
                for columns in ([one.instants for one in packs], [one.lengths for one in packs])
            ]
            if are_all or len(instants) >= limit:
                break
            # Some packs have lost sketches to erasures, so more packs are needed.
            wanted["packs"] *= 2
        first = (since - EPOCH) // MICROSECOND
        if len(instants) > limit:
            first = max(first, int(np.partition(instants, -limit)[-limit]))
        return KnownSketches(
            joined=b"".join(pack.joined for pack in packs),
            lengths=lengths,
            alone=len(alone),
            _instants=instants,
            _packs=tuple(packs),
            _first_counted=first,
        )

    def pack(self, force: ForceCode, *, size: int = PACK) -> int:
        """Move a force's oldest individual sketches into packs; return how many were moved.

        Sketches that do not fill a pack of this size stay individual.
        """
        wanted = {"force": force, "limit": size * _PACKS_AT_ONCE}
        # Sketches that another process is packing at this moment are skipped.
        rows: Sequence[Any] = self._rows(_OLDEST, **wanted)
        found = [PackedSketch(*row) for row in rows[: len(rows) // size * size]]
        gone = {"search_ids": [one.search_id for one in found]}
        if found:
            self._connection.execute(_DELETE, gone)
        for start in range(0, len(found), size):
            _insert_pack(self._connection, force, together(found[start : start + size]))
        return len(found)

    def forget(self, *, before: datetime) -> int:
        """Erase sketches that no longer count, and return how many were erased."""
        _one_rewrites(self._connection)
        old = sa.delete(probe_sketches).where(probe_sketches.c.at < before)
        alone = int(self._connection.execute(old).rowcount)
        held = _PACKS.where(sketch_packs.c.from_at < before)
        return alone + _rewrite(self._connection, held, (), before)


def forget_sketches_of(connection: sa.Connection, search_ids: Sequence[SearchId]) -> None:
    """Erase the sketches of these searches, individual or in packs."""
    if not search_ids:
        return
    _one_rewrites(connection)
    connection.execute(_DELETE, {"search_ids": list(search_ids)})
    # A sketch has the same force and time as its search.
    its = (
        sa.select(searches.c.search_id)
        .where(searches.c.search_id.in_(search_ids), searches.c.force == sketch_packs.c.force)
        .where(searches.c.submitted_at.between(sketch_packs.c.from_at, sketch_packs.c.to_at))
    )
    _rewrite(connection, _PACKS.where(its.exists()), search_ids, datetime.min.replace(tzinfo=UTC))


def _one_rewrites(connection: sa.Connection) -> None:
    """Wait until no other transaction rewrites packs, and prevent others until this one ends.

    Otherwise a statement that waited for the row of a pack would find the row gone and would not
    see the pack that replaced it, so that its sketches would remain. SQLite needs no lock, because
    it has only one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_REWRITING)


def _rewrite(
    connection: sa.Connection, held: sa.Select[Any], gone: Iterable[SearchId], before: datetime
) -> int:
    """Rewrite packs without some searches and older sketches; return how many were removed."""
    count, without_these = 0, frozenset(gone)
    for row in connection.execute(held.with_for_update()).all():
        # An old pack is deleted unread, so that damage cannot preserve it.
        is_old = row.to_at < before
        left = None if is_old else without(unpacked(row.content), without_these, before=before)
        connection.execute(sa.delete(sketch_packs).where(sketch_packs.c.pack_row == row.pack_row))
        count += count_in(row.content)
        if left is not None:
            count -= _insert_pack(connection, row.force, left)
    return count


def _insert_pack(connection: sa.Connection, force: ForceCode, pack: SketchPack) -> int:
    """Store a pack and return the number of sketches in it."""
    instants = pack.instants
    row = {
        "force": force,
        "from_at": moment_of(int(instants.min())),
        "to_at": moment_of(int(instants.max())),
        "content": packed(pack),
    }
    connection.execute(_NEW_PACK, row)
    return len(instants)


_REWRITING = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("sketch_packs", 0)))
# Built once, and without unused columns, because every search runs it.
_OWN = probe_sketches.c.force == sa.bindparam("force")
_LATEST_PACKS = (
    sa.select(
        sa.true().label("is_pack"),
        sa.null().label("search_id"),
        sketch_packs.c.to_at.label("at"),
        sketch_packs.c.content.label("body"),
    )
    .where(
        sketch_packs.c.force == sa.bindparam("force"),
        sketch_packs.c.to_at >= sa.bindparam("since"),
    )
    .order_by(sketch_packs.c.to_at.desc())
    .limit(sa.bindparam("packs"))
    .subquery()
)
_LATEST_ALONE = (
    sa.select(
        sa.false().label("is_pack"),
        probe_sketches.c.search_id,
        probe_sketches.c.at,
        probe_sketches.c.body,
    )
    .where(_OWN, probe_sketches.c.at >= sa.bindparam("since"))
    .order_by(probe_sketches.c.at.desc())
    .limit(sa.bindparam("limit"))
    .subquery()
)
_KNOWN = sa.union_all(sa.select(_LATEST_ALONE), sa.select(_LATEST_PACKS))
_OLDEST = (
    sa.select(probe_sketches.c.search_id, probe_sketches.c.at, probe_sketches.c.body)
    .where(_OWN)
    .order_by(probe_sketches.c.at, probe_sketches.c.search_id)
    .limit(sa.bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_PACKS = sa.select(sketch_packs)
_NEW_SKETCH = sa.insert(probe_sketches).inline()
_NEW_PACK = sa.insert(sketch_packs).inline()
_DELETE = sa.delete(probe_sketches).where(Among(probe_sketches.c.search_id, "search_ids"))
