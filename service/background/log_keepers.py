"""Background threads that keep the log signed and complete, and check its recorded state."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from domain.errors import StateBehindError
from domain.exchange.duties import Reconciliation
from service.background.thread import BackgroundThread, OnFailure, repeated
from service.ports.signing import LogSigner
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.reconciling import reckon
from service.usecases.log import checkpoints, recording, state_age
from service.usecases.services import Services, StoreServices

_LOOK_S = 1.0
"""How often the keeper checks whether a checkpoint is due: two small reads."""


@dataclass(frozen=True, slots=True)
class CheckpointKeeper:
    """Keeps the log signed. Runs one thread while inside `running`, and none otherwise."""

    services: StoreServices
    signer: LogSigner
    plan: checkpoints.CheckpointPlan

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Sign checkpoints when due until the context ends, then sign the remaining events."""
        unsigned_since: datetime | None = None

        def look() -> None:
            nonlocal unsigned_since
            unsigned_since = self.step(unsigned_since)

        return repeated(look, on_failure, every_s=_LOOK_S, last=self._sign_rest)

    def _sign_rest(self) -> None:
        if checkpoints.unsigned_events(self.services):
            checkpoints.make_checkpoint(self.services, self.signer)

    def step(self, unsigned_since: datetime | None) -> datetime | None:
        """Check once. Return the time since which there have been unsigned events, or None if all
        are signed.
        """
        if checkpoints.is_due(self.services, self.plan, unsigned_since=unsigned_since):
            checkpoints.make_checkpoint(self.services, self.signer)
            return None
        if not checkpoints.unsigned_events(self.services):
            return None
        return unsigned_since or self.services.now()


@dataclass(frozen=True, slots=True)
class StateKeeper:
    """Stops requests from writing while the log is behind its recorded state.

    Runs one thread while inside `running`.
    """

    services: Services
    signer: LogSigner

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Check every second until the context ends."""
        return repeated(self.look, on_failure, every_s=_LOOK_S)

    def look(self) -> None:
        """Check once; the result is stored in `services.state`."""
        try:
            state_age.age_of(self.services, self.signer).demand()
        except StateBehindError as behind:
            self.services.state.note(behind)
        else:
            self.services.state.note(None)
            checkpoints.CosignatureFollower(self.services, self.signer).follow()


EVERY_S = 10.0
_FORGOTTEN = timedelta(days=1)
"""A host that has been silent for this long is removed from the list."""


@dataclass(frozen=True, slots=True)
class HostKeeper:
    """Keeps this host on the list of hosts.

    Runs one thread while inside `running`, then removes the host.
    """

    services: StoreServices
    version: str

    @contextmanager
    def running(self, on_failure: OnFailure) -> Iterator[None]:
        """Report this host now and every ten seconds."""
        BackgroundThread(on_failure).attempt(self.step)
        # Other processes of this host add it again within seconds.
        with repeated(self.step, on_failure, every_s=EVERY_S, last=self._leave):
            yield

    def _leave(self) -> None:
        with self.services.units.begin() as unit:
            unit.hosts.left(self.services.host)

    def step(self) -> None:
        """Report this host once."""
        with self.services.units.begin() as unit:
            unit.hosts.seen(self.services.host, self.version, forget_after=_FORGOTTEN)


_REFUSALS_S = 15.0


@dataclass(frozen=True, slots=True)
class RefusalKeeper:
    """Writes counted refusals when due.

    Runs one thread while inside `running`, and none otherwise.
    """

    services: Services

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Write due refusals until the context ends, then write the rest."""
        step = partial(recording.record_due_refusals, self.services)
        return repeated(step, on_failure, every_s=_REFUSALS_S, last=partial(step, is_last=True))


_EVERY_S = 900.0
"""Seconds between counts. A count reads every record; an alarm is at most 15 minutes late."""


@dataclass(frozen=True, slots=True)
class ExchangeKeeper:
    """Counts the duties of the exchange.

    Runs one thread while inside `running`; none without a desk.
    """

    services: StoreServices
    desk: ExchangeDesk | None
    note: Callable[[Reconciliation], None]

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Count regularly until the context ends."""
        return (
            nullcontext()
            if self.desk is None
            else repeated(self.step, on_failure, every_s=_EVERY_S)
        )

    def step(self) -> None:
        """Make one pass over the duties to notify, and count them."""
        if self.desk is not None:
            self.note(reckon(self.services, self.desk).figures)
