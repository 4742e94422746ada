"""Builds the names index in the background when a server starts.

Reading is work in the interpreter, which searches need too: after each step the thread rests for
as long as the step took, so that searches keep at least half of it meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from service.live.names import LiveNames


@dataclass(frozen=True, slots=True)
class NamesBuilder:
    """One thread that ends when everybody's names are read, or when `running` does."""

    names: LiveNames

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Build until done or until the context ends; searches and enrolments go on meanwhile.

        `on_failure` hears what went wrong in the thread; the next enquiry then builds for itself.
        """
        stop = threading.Event()
        self.names.expect()
        thread = threading.Thread(target=self._build, args=(stop, on_failure), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _build(self, stop: threading.Event, on_failure: Callable[[Exception], None]) -> None:
        try:
            self.names.build(rested(stop.wait, time.monotonic))
        except Exception as error:  # noqa: BLE001 - a thread in the background: tell, and end
            self.names.give_up()
            on_failure(error)


def rested(wait: Callable[[float], bool], seconds: Callable[[], float]) -> Callable[[], bool]:
    """Return a question asked before each step: it rests as long as the step before it took.

    `wait` rests for so many seconds and says whether all is to stop; so does the answer.
    """
    last = seconds()

    def is_stopped() -> bool:
        nonlocal last
        stopped = wait(seconds() - last)
        last = seconds()
        return stopped

    return is_stopped
