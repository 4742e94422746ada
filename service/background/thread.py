"""A thread that works beside requests: it stops promptly and reports its failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BackgroundThread:
    """One thread while `running`; nothing otherwise."""

    on_failure: Callable[[Exception], None]
    """Called in the thread with each failure; the thread goes on."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the work has to end."""

    @contextmanager
    def running(self, work: Callable[[], None]) -> Iterator[None]:
        """Run `work` in the thread; at the end of the context, stop it and wait for it."""
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.stop.set()
            thread.join()

    def repeat(self, step: Callable[[], None], *, every_s: float) -> None:
        """Attempt a step every so often, for the first time after a pause, until stopped."""
        while not self.stop.wait(every_s):
            self.attempt(step)

    def attempt(self, step: Callable[[], None]) -> None:
        """Take a step and report its failure, if it fails."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the outermost edge of a thread
            self.on_failure(error)
