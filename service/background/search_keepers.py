"""Background threads that maintain the index, names, memory and other needs of searches."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from service.adapters.surroundings import give_back_freed_memory
from service.background.thread import BackgroundThread, OnFailure, repeated
from service.live.gallery import LiveGallery
from service.live.law_watch import LawWatch
from service.live.names import LiveNames
from service.live.outages import Outages
from service.usecases.models import counting, decided_pairs, rehearsing, watching
from service.usecases.searches.repeated_probes import pack_sketches
from service.usecases.services import Services

_LOOKS_A_COMPACTION = 10
"""Erased bytes are removed from the files after at most this many checks, which take five minutes.

Rewriting segments for each single erasure would rewrite the index many times on a busy day.
"""


@dataclass(slots=True)
class IndexKeeper:
    """Maintains the index. Runs one thread while inside `running`, and none otherwise.

    Searches and changes continue during the maintenance.
    """

    gallery: LiveGallery
    look_s: float | None = None
    """Seconds between checks; None: the interval that the gallery sets."""
    note: Callable[[], None] = lambda: None
    """Called after each check, whether it succeeded or not."""
    _looks: int = 0

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Maintain the index until the context ends."""
        return repeated(self.step, on_failure, every_s=self.look_s or self.gallery.look_s)

    def step(self) -> None:
        """Check once: apply committed changes, merge small files, remove erased bytes when due."""
        try:
            self._look()
        finally:
            self.note()

    def _look(self) -> None:
        index = self.gallery.index
        self.gallery.catch_up()
        self.gallery.mend()
        index.maintain()
        self._looks = self._looks + 1 if index.holds_erased else 0
        if self._looks >= _LOOKS_A_COMPACTION:
            index.compact()
            self._looks = 0


@dataclass(frozen=True, slots=True)
class NamesBuilder:
    """Builds the index of names in one thread, which ends with the build or with `running`."""

    names: LiveNames

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Build the index in the background until it is complete or the context ends.

        Searches and enrolments continue meanwhile. If the build fails, `on_failure` is called with
        the error, and the next enquiry builds the index.
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
    """Return a function, called before each step, that pauses for as long as the last step took.

    `wait` pauses for the given number of seconds and returns whether the work should stop; the
    returned function returns that result.
    """
    last = seconds()

    def is_stopped() -> bool:
        nonlocal last
        stopped = wait(seconds() - last)
        last = seconds()
        return stopped

    return is_stopped


_LOOK_S = 2.0


@dataclass(frozen=True, slots=True)
class SearchKeeper:
    """Does the work that searches leave for later. Runs one thread while inside `running`.

    `note` is called with the monitor of the distribution of prints.
    """

    services: Services
    note: Callable[[LawWatch], None] = lambda _: None

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Work regularly until the context ends, and then once more."""
        return repeated(self.step, on_failure, every_s=_LOOK_S, last=self.step)

    def step(self) -> None:
        """Do the waiting work once."""
        pack_sketches(self.services)
        watching.look_at_searches(self.services)
        counting.refresh(self.services)
        self.note(self.services.law)


_REHEARSAL_S = 60.0
_PEOPLE_A_LOOK = 256
_REST = 3.0
"""Idle time left for searches, as a multiple of the time spent working."""


@dataclass(slots=True)
class RehearsalKeeper:
    """Makes trial searches with people in the gallery, in one thread while inside `running`."""

    services: Services

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Make trial searches until the context ends."""
        thread = BackgroundThread(on_failure)
        step = partial(self.step, thread.stop.wait)
        return thread.running(partial(thread.repeat, step, every_s=_REHEARSAL_S))

    def step(self, wait: Callable[[float], object]) -> None:
        """Count decided searches, then make the trial searches that are due, with pauses."""
        decided_pairs.count_seconds(self.services, rehearsing.REHEARSER)
        people = min(rehearsing.due_people(self.services), _PEOPLE_A_LOOK)
        began = time.monotonic()

        def rest() -> None:
            nonlocal began
            wait(_REST * (time.monotonic() - began))
            began = time.monotonic()

        if people:
            rehearsing.rehearse(self.services, rehearsing.REHEARSER, people, pause=rest)


_EVERY_S = 10.0
"""Returning memory takes about 10 ms when 300 MB are in use: a thousandth of one core."""


@dataclass(frozen=True, slots=True)
class MemoryKeeper:
    """Returns freed memory to the system.

    Runs one thread while inside `running`, and none otherwise.
    """

    give_back: Callable[[], None] = give_back_freed_memory
    every_s: float = _EVERY_S

    def running(self, on_failure: OnFailure) -> AbstractContextManager[None]:
        """Return memory at intervals until the context ends."""
        return repeated(self.give_back, on_failure, every_s=self.every_s)


@dataclass(frozen=True, slots=True)
class OutageKeeper:
    """Checks the store for outages. Runs one thread while inside `running`, and none otherwise."""

    outages: Outages

    @contextmanager
    def running(self, on_failure: OnFailure) -> Iterator[None]:
        """Check the store whenever a check is due, until the context ends."""
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
