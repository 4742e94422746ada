"""Builds the names index in the background when a server starts.

Reading is work in the interpreter, which searches need too: after each step the thread rests for
as long as the step took, so that searches keep at least half of it meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from service.adapters.freed_memory import give_back_freed_memory
from service.background.thread import BackgroundThread
from service.live.names import LiveNames


@dataclass(frozen=True, slots=True)
class NamesBuilder:
    """One thread that ends when all names are read, or when `running` does."""

    names: LiveNames

    def running(self, on_failure: Callable[[Exception], None]) -> AbstractContextManager[None]:
        """Build until done or until the context ends; searches and enrolments continue meanwhile.

        `on_failure` is told of a failure; the next enquiry then builds the index.
        """
        self.names.expect()
        thread = BackgroundThread(on_failure)
        return thread.running(partial(thread.attempt, partial(self._build, thread.stop)))

    def _build(self, stop: threading.Event) -> None:
        try:
            self.names.build(rested(stop.wait, time.monotonic))
            give_back_freed_memory()
        except Exception:
            self.names.give_up()
            raise


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
