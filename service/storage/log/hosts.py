"""The hosts of a service, and the fenced lease under which one of them signs the log.

Times are those of the database's clock, so that a host whose clock is wrong neither keeps the
lease nor takes it early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from domain.outages import StoreLockedError
from domain.refusals import StorePart
from service.storage.engine.writes import insert_unless_taken
from service.storage.tables.log import hosts, log_lease
from service.storage.transaction import TransactionPart

_LOST = (
    "Another host has taken over signing the log: this signature is dropped, "
    "and the next signature covers its events."
)


@dataclass(frozen=True, slots=True)
class Host:
    """A host that serves or works."""

    name: str
    version: str
    silent_for: timedelta
    """Since it was seen last."""


class Hosts(TransactionPart):
    """Rows of hosts, and the lease of the log."""

    def seen(self, host: str, version: str, *, forget_after: timedelta) -> None:
        """Note that a host is here, and forget hosts that were silent for this long."""
        now = self._now()
        row = {"host": host, "version": version, "seen_at": now}
        if not insert_unless_taken(self._connection, hosts, row, key=("host",)):
            moved = update(hosts).where(hosts.c.host == host)
            self._connection.execute(moved.values(version=version, seen_at=now))
        self._connection.execute(delete(hosts).where(hosts.c.seen_at < now - forget_after))

    def left(self, host: str) -> None:
        """Note that a host has ended."""
        self._connection.execute(delete(hosts).where(hosts.c.host == host))

    def every(self) -> tuple[Host, ...]:
        """Return all hosts, by name."""
        now = self._now()
        rows = self._connection.execute(select(hosts).order_by(hosts.c.host))
        return tuple(Host(row.host, row.version, now - row.seen_at) for row in rows)

    def signing_host(self) -> str:
        """Return the host that signed the log last, empty before the first."""
        return self._connection.execute(select(log_lease.c.host)).scalar_one_or_none() or ""

    def take_lease(self, host: str, lasts: timedelta) -> int | None:
        """Take the lease of the log and return its epoch; None while another holds it."""
        first = {"lease": 1, "epoch": 0, "host": host}
        insert_unless_taken(self._connection, log_lease, first, key=("lease",))
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
        """Give the lease back, with what is stored under it in this transaction.

        Raises StoreLockedError when another host took it over meanwhile: nothing may be stored.
        """
        freed = update(log_lease).where(log_lease.c.epoch == epoch).values(held_until=None)
        if self._connection.execute(freed).rowcount != 1:
            raise StoreLockedError(_LOST, part=StorePart.DATABASE)

    def _now(self) -> datetime:
        if self._connection.dialect.name == "sqlite":
            # One machine, one clock.
            return datetime.now(UTC)
        now: datetime = self._connection.execute(select(func.clock_timestamp())).scalar_one()
        return now
