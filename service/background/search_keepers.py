"""Keep index, names, memory and the work behind searches in order while a process serves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from service.adapters.freed_memory import give_back_freed_memory
from service.background.thread import BackgroundThread
from service.live.gallery import LiveGallery
from service.live.law_watch import LawWatch
from service.live.names import LiveNames
from service.live.outages import Outages
from service.usecases.models.counting import refresh
from service.usecases.models.decided_pairs import count_seconds
from service.usecases.models.rehearsing import REHEARSER, due_people, rehearse
from service.usecases.models.watching import look_at_searches
from service.usecases.searches.repeated_probes import pack_sketches
from service.usecases.services import Services

_LOOKS_A_COMPACTION = 10
"""Erased bytes leave the files after at most this many looks: five minutes. Rewriting segments for
each erasure alone would write the index over and over on a day of many."""


@dataclass(slots=True)
class IndexKeeper:
    """One thread while `running`; nothing otherwise. Searches and changes continue meanwhile."""

    gallery: LiveGallery
    look_s: float | None = None
    """Seconds between looks; None: as the gallery asks for."""
    note: Callable[[], None] = lambda: None
    """Called after each look, whether it succeeded or not."""
    _looks: int = 0

    def running(self, on_failure: Callable[[Exception], None]) -> AbstractContextManager[None]:
        """Look after the index until the context ends; `on_failure` is told of each failure."""
        thread = BackgroundThread(on_failure)
        every_s = self.look_s or self.gallery.look_s
        return thread.running(partial(thread.repeat, self.step, every_s=every_s))

    def step(self) -> None:
        """Look once: apply committed changes, merge small files, drop erased bytes when due."""
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


_LOOK_S = 2.0


def _unnoted(_: LawWatch) -> None:
    """Tell no one."""


@dataclass(frozen=True, slots=True)
class SearchKeeper:
    """One thread while `running`; `note` is told the state of the law."""

    services: Services
    note: Callable[[LawWatch], None] = _unnoted

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Work until the context ends, and then once more."""
        thread = BackgroundThread(on_failure)
        with thread.running(partial(thread.repeat, self.step, every_s=_LOOK_S)):
            yield
        thread.attempt(self.step)

    def step(self) -> None:
        """Work once."""
        self.services.gallery.prepared.prepare_waiting(self.services.scorer)
        pack_sketches(self.services)
        look_at_searches(self.services)
        refresh(self.services)
        self.note(self.services.law)


_REHEARSAL_S = 60.0
_PEOPLE_A_LOOK = 256
_REST = 3.0
"""Time left to searches for each unit of time at work."""


@dataclass(slots=True)
class RehearsalKeeper:
    """One thread while `running`; nothing otherwise."""

    services: Services

    def running(self, on_failure: Callable[[Exception], None]) -> AbstractContextManager[None]:
        """Rehearse until the context ends; `on_failure` is told of each failure."""
        thread = BackgroundThread(on_failure)
        step = partial(self.step, thread.stop.wait)
        return thread.running(partial(thread.repeat, step, every_s=_REHEARSAL_S))

    def step(self, wait: Callable[[float], object]) -> None:
        """Count decided searches; rehearse people that are due, resting after a few searches."""
        count_seconds(self.services, REHEARSER)
        people = min(due_people(self.services), _PEOPLE_A_LOOK)
        began = time.monotonic()

        def rest() -> None:
            nonlocal began
            wait(_REST * (time.monotonic() - began))
            began = time.monotonic()

        if people:
            rehearse(self.services, REHEARSER, people, pause=rest)


_EVERY_S = 10.0
"""Giving back takes some 10 ms among 300 MB: a thousandth of a core."""


@dataclass(frozen=True, slots=True)
class MemoryKeeper:
    """One thread while `running`; nothing otherwise."""

    give_back: Callable[[], None] = give_back_freed_memory
    every_s: float = _EVERY_S

    def running(self, on_failure: Callable[[Exception], None]) -> AbstractContextManager[None]:
        """Give back every so often until the context ends; `on_failure` is told each failure."""
        thread = BackgroundThread(on_failure)
        return thread.running(partial(thread.repeat, self.give_back, every_s=self.every_s))


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
