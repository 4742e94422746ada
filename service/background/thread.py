"""A thread that works alongside requests, stops promptly and reports its errors."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait


@contextmanager
def beside(stop: threading.Event, work: Callable[[], object]) -> Iterator[None]:
    """Do work in a thread until the block ends; `stop` tells it to end, and it is waited for."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def end_with_parent(status: int) -> None:
    """End this process once its parent has ended; an open transaction is then rolled back."""
    threading.Thread(target=_end_after_parent, args=(status,), daemon=True).start()


def _end_after_parent(status: int) -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(status)


OnFailure = Callable[[Exception], None]
"""Called in the thread with each error; the thread then continues."""


@dataclass(frozen=True, slots=True)
class BackgroundThread:
    """Runs one thread while inside `running`, and none otherwise."""

    on_failure: OnFailure
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the work must end."""

    def running(self, work: Callable[[], None]) -> AbstractContextManager[None]:
        """Run `work` in the thread until the context ends."""
        return beside(self.stop, work)

    def repeat(self, step: Callable[[], object], *, every_s: float) -> None:
        """Attempt a step every `every_s` seconds, first after one such pause, until stopped."""
        while not self.stop.wait(every_s):
            self.attempt(step)

    def attempt(self, step: Callable[[], object]) -> None:
        """Run a step, and report its error if it raises one."""
        try:
            step()
        except Exception as error:  # noqa: BLE001 - the outermost edge of a thread
            self.on_failure(error)


@contextmanager
def repeated(
    step: Callable[[], object],
    on_failure: OnFailure,
    *,
    every_s: float,
    last: Callable[[], object] | None = None,
) -> Iterator[None]:
    """Repeat a step in a thread until the context ends; then attempt `last`, if given."""
    thread = BackgroundThread(on_failure)
    try:
        with thread.running(partial(thread.repeat, step, every_s=every_s)):
            yield
    finally:
        if last is not None:
            thread.attempt(last)
