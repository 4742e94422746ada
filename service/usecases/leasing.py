"""Jobs as a worker takes them: leased for a while, so that a killed worker holds none for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.jobs import Job, JobKind
from service.storage.messages.jobs import Lease
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class WorkerPolicy:
    """How a worker takes its share."""

    lease: timedelta = timedelta(seconds=60)
    """How long a worker may be silent before its jobs are given to another."""
    searches: int = 8
    """Searches leased at a time: this many are repeated, without effect, after a kill."""
    stored_together: int = 1
    """Searches stored in one transaction, which saves time and keeps other writers waiting for
    longer where only one may write."""
    deliveries: int = 16
    """Messages carried at a time; each may take as long as the sender waits."""

    @property
    def deliveries_of_force(self) -> int:
        """The most messages of one force that are carried at a time, by all workers."""
        return max(1, self.deliveries // 4)


def lease(
    services: StoreServices, kind: JobKind, policy: WorkerPolicy, *, limit: int
) -> tuple[Job, ...]:
    """Lease jobs for this worker; empty when none is due."""
    now = services.surroundings.clock()
    with services.units.read() as unit:
        if unit.jobs.oldest_waiting(kind) is None:
            return ()
    wanted = Lease(services.surroundings.new_id(), now, now + policy.lease)
    with services.units.write() as unit:
        jobs = unit.jobs.lease(kind, wanted, limit=limit)
        if jobs:
            unit.commit()
    return jobs
