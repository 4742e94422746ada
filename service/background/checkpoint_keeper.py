"""Signs checkpoints of the log while the service runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from service.background.thread import BackgroundThread
from service.ports.signing import LogSigner
from service.usecases.log.checkpoints import (
    CheckpointPlan,
    is_due,
    make_checkpoint,
    unsigned_events,
)
from service.usecases.services import StoreServices

_LOOK_S = 1.0
"""How often the keeper checks whether a checkpoint is due: two small reads."""


@dataclass(frozen=True, slots=True)
class CheckpointKeeper:
    """Keeps the log signed. One thread while `running`; nothing otherwise."""

    services: StoreServices
    signer: LogSigner
    plan: CheckpointPlan

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Sign due checkpoints until the context ends, then the remaining events.

        `on_failure` is told of each failure.
        """
        thread = BackgroundThread(on_failure)
        try:
            with thread.running(partial(self._keep, thread)):
                yield
        finally:
            thread.attempt(self._sign_rest)

    def _keep(self, thread: BackgroundThread) -> None:
        unsigned_since: datetime | None = None

        def look() -> None:
            nonlocal unsigned_since
            unsigned_since = self.step(unsigned_since)

        thread.repeat(look, every_s=_LOOK_S)

    def _sign_rest(self) -> None:
        if unsigned_events(self.services):
            make_checkpoint(self.services, self.signer)

    def step(self, unsigned_since: datetime | None) -> datetime | None:
        """Look once: return since when events wait for a signature, None when none does."""
        if is_due(self.services, self.plan, unsigned_since=unsigned_since):
            make_checkpoint(self.services, self.signer)
            return None
        if not unsigned_events(self.services):
            return None
        return unsigned_since or self.services.surroundings.clock()
