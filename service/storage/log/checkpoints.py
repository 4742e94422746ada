"""Checkpoints of the log, and the hosts that sign them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from domain.errors import NotFoundError, StorePart
from domain.outages import StoreLockedError
from service.storage.engine.rows import value_of
from service.storage.tables.log import checkpoints, cosignatures, hosts, log_lease
from service.storage.transaction import TransactionPart


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A note signed by the log, and the number of events that it covers."""

    size: int
    note: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class StoredCosignature:
    """A note as a witness cosigned it, with its size and the name of the witness."""

    size: int
    witness: str
    note: bytes


# Built once, because every proof uses it.
_LATEST = select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)


class Checkpoints(TransactionPart):
    """Checkpoints. A note is written once; a witness's cosignature is a separate row."""

    def add(self, checkpoint: StoredCheckpoint) -> bool:
        """Store a checkpoint. Returns False and keeps the existing one of this size, if any."""
        return self._add_new(checkpoints, checkpoint)

    def latest(self) -> StoredCheckpoint | None:
        """Return the checkpoint that covers the most events."""
        return self._one(StoredCheckpoint, _LATEST)

    def covering(self, size: int) -> StoredCheckpoint | None:
        """Return the first checkpoint that covers at least this many events."""
        query = select(checkpoints).where(checkpoints.c.size >= size)
        return self._one(StoredCheckpoint, query.order_by(checkpoints.c.size).limit(1))

    def every(self) -> Iterator[StoredCheckpoint]:
        """Yield all checkpoints, smallest first."""
        query = select(checkpoints).order_by(checkpoints.c.size)
        for row in self._connection.execute(query):
            yield value_of(StoredCheckpoint, row)

    def add_cosigned(self, size: int, witness: str, note: bytes) -> bool:
        """Store a cosigned note. Returns False if this witness already has a note for this size.

        Raises NotFoundError when there is no checkpoint of this size.
        """
        known = select(checkpoints.c.size).where(checkpoints.c.size == size)
        if self._row(known) is None:
            raise NotFoundError
        return self._add_new(cosignatures, size=size, witness=witness, note=note)

    def cosigned(self) -> Iterator[StoredCosignature]:
        """Yield all cosigned notes, smallest size first."""
        query = select(cosignatures).order_by(cosignatures.c.size, cosignatures.c.witness)
        for row in self._connection.execute(query):
            yield value_of(StoredCosignature, row)

    def newest_cosigned(self) -> tuple[bytes, ...]:
        """Return, for each witness, the cosigned note that covers the most events."""
        furthest = (
            select(cosignatures.c.witness, func.max(cosignatures.c.size).label("size"))
            .group_by(cosignatures.c.witness)
            .subquery()
        )
        query = select(cosignatures.c.note).join(
            furthest,
            (cosignatures.c.witness == furthest.c.witness)
            & (cosignatures.c.size == furthest.c.size),
        )
        return tuple(map(bytes, self._connection.scalars(query.order_by(cosignatures.c.witness))))


_LOST = (
    "Another host has taken over signing the log: this signature is dropped, and the next "
    "signature covers the same events."
)


@dataclass(frozen=True, slots=True)
class Host:
    """A host that serves requests or runs a worker."""

    name: str
    version: str
    silent_for: timedelta
    """The time since the host was last seen."""


class Hosts(TransactionPart):
    """Hosts, and the lease that lets one host sign the log."""

    def seen(self, host: str, version: str, *, forget_after: timedelta) -> None:
        """Record that a host is running, and remove hosts that have been silent for this long."""
        now = self._now()
        if not self._add_new(hosts, host=host, version=version, seen_at=now):
            self._change(hosts, {"host": host}, version=version, seen_at=now)
        self._connection.execute(delete(hosts).where(hosts.c.seen_at < now - forget_after))

    def left(self, host: str) -> None:
        """Remove a host that has stopped."""
        self._remove(hosts, host=host)

    def every(self) -> tuple[Host, ...]:
        """Return all hosts, by name."""
        now = self._now()
        rows = self._connection.execute(select(hosts).order_by(hosts.c.host))
        return tuple(Host(row.host, row.version, now - row.seen_at) for row in rows)

    def signing_host(self) -> str:
        """Return the host that last signed the log, or an empty text if none has yet."""
        return self._connection.execute(select(log_lease.c.host)).scalar_one_or_none() or ""

    def take_lease(self, host: str, lasts: timedelta) -> int | None:
        """Take the lease of the log and return its epoch, or None while another host has it."""
        self._add_new(log_lease, lease=1, epoch=0, host=host)
        now = self._now()
        free = or_(log_lease.c.held_until.is_(None), log_lease.c.held_until <= now)
        taken = (
            update(log_lease)
            .where(free)
            .values(epoch=log_lease.c.epoch + 1, host=host, held_until=now + lasts)
            .returning(log_lease.c.epoch)
        )
        return self._connection.execute(taken).scalar_one_or_none()

    def give_lease_back(self, epoch: int) -> None:
        """Give the lease back, in the same transaction as what was stored under it.

        Raises StoreLockedError when another host has taken over the lease; then nothing may be
        stored.
        """
        if self._change(log_lease, {"epoch": epoch}, held_until=None) != 1:
            raise StoreLockedError(_LOST, part=StorePart.DATABASE)

    def _now(self) -> datetime:
        if self._connection.dialect.name == "sqlite":
            # Only one machine can use the file, so its own clock is enough.
            return datetime.now(UTC)
        now: datetime = self._cell(select(func.clock_timestamp()))
        return now
