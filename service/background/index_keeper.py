"""Keeps an index in order while its process runs: up to date, merged, free of what was erased."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from service.live.gallery import LiveGallery

_LOOK_S = 30.0
"""How often the keeper looks: an idle process lags behind the database by no more."""

_LOOKS_A_COMPACTION = 10
"""Erased bytes leave the files after at most so many looks: five minutes. Rewriting segments for
each erasure alone would write the index over and over on a day of many."""


@dataclass(slots=True)
class IndexKeeper:
    """One thread while `running`; nothing otherwise. Searches and changes go on meanwhile."""

    gallery: LiveGallery
    look_s: float = _LOOK_S
    note: Callable[[], None] = lambda: None
    """Called after each look, whether it succeeded or not."""
    _looks: int = 0

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Look after the index until the context ends.

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
        while not stop.wait(self.look_s):
            try:
                self.step()
            except Exception as error:  # noqa: BLE001 - a loop in the background: tell, go on
                on_failure(error)

    def step(self) -> None:
        """Look once: apply what was committed, merge small files, drop erased bytes when due."""
        try:
            self._look()
        finally:
            self.note()

    def _look(self) -> None:
        index = self.gallery.index
        self.gallery.catch_up()
        index.maintain()
        self._looks = self._looks + 1 if index.holds_erased else 0
        if self._looks >= _LOOKS_A_COMPACTION:
            index.compact()
            self._looks = 0
