"""A thread that works alongside requests, stops promptly and reports its errors."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

OnFailure = Callable[[Exception], None]
"""Called in the thread with each error; the thread then continues."""


@dataclass(frozen=True, slots=True)
class BackgroundThread:
    """Runs one thread while inside `running`, and none otherwise."""

    on_failure: OnFailure
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when the work must end."""

    @contextmanager
    def running(self, work: Callable[[], None]) -> Iterator[None]:
        """Run `work` in the thread.

        At the end of the context, stop the thread and wait for it to end.
        """
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.stop.set()
            thread.join()

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
