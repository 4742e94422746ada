"""Tells the other hosts on one database that this one is here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from service.background.thread import BackgroundThread
from service.usecases.services import StoreServices

EVERY_S = 10.0
_FORGOTTEN = timedelta(days=1)
"""A host that was silent for so long is told of no more."""


@dataclass(frozen=True, slots=True)
class HostKeeper:
    """One thread while `running`; at the end it removes its host from the list."""

    services: StoreServices
    version: str

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Tell it now and every ten seconds; `on_failure` is told of each failure."""
        thread = BackgroundThread(on_failure)
        thread.attempt(self.step)
        try:
            with thread.running(partial(thread.repeat, self.step, every_s=EVERY_S)):
                yield
        finally:
            # Other processes of this host say within seconds that it is still there.
            thread.attempt(self._leave)

    def _leave(self) -> None:
        with self.services.units.write() as unit:
            unit.hosts.left(self.services.host)
            unit.commit()

    def step(self) -> None:
        """Report the host once."""
        with self.services.units.write() as unit:
            unit.hosts.seen(self.services.host, self.version, forget_after=_FORGOTTEN)
            unit.commit()
