"""Makes checkpoints while the service runs: a thread that looks, and signs what is due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from service.ports.signing import LogSigner
from service.usecases.log.checkpoints import (
    CheckpointPlan,
    is_due,
    make_checkpoint,
    unsigned_events,
)
from service.usecases.services import StoreServices

_LOOK_S = 1.0
"""How often the keeper looks whether a checkpoint is due: two small reads."""


@dataclass(frozen=True, slots=True)
class CheckpointKeeper:
    """Keeps the log signed. One thread while `running`; nothing otherwise."""

    services: StoreServices
    signer: LogSigner
    plan: CheckpointPlan

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Sign what is due until the context ends, and then what is left.

        `on_failure` hears what went wrong in the thread; the keeper goes on.
        """
        stop = threading.Event()
        thread = threading.Thread(target=self._keep, args=(stop, on_failure), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _keep(self, stop: threading.Event, on_failure: Callable[[Exception], None]) -> None:
        unsigned_since: datetime | None = None
        while not stop.wait(_LOOK_S):
            try:
                unsigned_since = self.step(unsigned_since)
            except Exception as error:  # noqa: BLE001 - a loop in the background: tell, go on
                on_failure(error)
        try:
            if unsigned_events(self.services):
                make_checkpoint(self.services, self.signer)
        except Exception as error:  # noqa: BLE001 - the end of the same loop
            on_failure(error)

    def step(self, unsigned_since: datetime | None) -> datetime | None:
        """Look once: return since when events wait for a signature, None when none does."""
        if is_due(self.services, self.plan, unsigned_since=unsigned_since):
            make_checkpoint(self.services, self.signer)
            return None
        if not unsigned_events(self.services):
            return None
        return unsigned_since or self.services.surroundings.clock()
