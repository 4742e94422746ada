"""Looks at the store while its process runs: finds outages before callers do, and their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from service.background.thread import BackgroundThread
from service.live.outages import Outages


@dataclass(frozen=True, slots=True)
class OutageKeeper:
    """One thread while `running`; nothing otherwise."""

    outages: Outages

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Look whenever a look is due, until the context ends.

        `on_failure` is told of each failure of the looking itself.
        """
        thread = BackgroundThread(on_failure)
        with thread.running(partial(self._keep, thread)):
            try:
                yield
            finally:
                thread.stop.set()
                self.outages.wake()

    def _keep(self, thread: BackgroundThread) -> None:
        while not thread.stop.is_set():
            self.outages.wait_for_look()
            if not thread.stop.is_set():
                thread.attempt(self.outages.look)
