"""Leasing jobs to workers for a limited time, so that a killed worker does not keep them."""

from dataclasses import dataclass
from datetime import timedelta

from domain.jobs import Job, JobKind
from service.storage.messages.jobs import Lease
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class WorkerPolicy:
    """How many jobs a worker takes, and for how long."""

    lease: timedelta = timedelta(seconds=60)
    """How long a worker may be silent before its jobs are given to another worker."""
    searches: int = 8
    """Searches leased at a time. After a kill, at most this many are repeated, with the same
    result."""
    stored_together: int = 1
    """Searches stored in one transaction. A higher number saves time, but if only one process may
    write, other writers wait longer."""
    deliveries: int = 16
    """Messages delivered at a time. Each one may take as long as the delivery timeout."""

    @property
    def deliveries_of_force(self) -> int:
        """The largest number of one force's messages delivered at a time, by all workers."""
        return max(1, self.deliveries // 4)


def lease(
    services: StoreServices, kind: JobKind, policy: WorkerPolicy, *, limit: int
) -> tuple[Job, ...]:
    """Lease jobs for this worker; empty if no job is due."""
    now = services.now()
    with services.units.read() as unit:
        if unit.jobs.oldest_waiting(kind) is None:
            return ()
    wanted = Lease(services.new_id(), now, now + policy.lease)
    with services.units.begin() as unit:
        return unit.jobs.lease(kind, wanted, limit=limit)
