"""Keeps an index in order while its process runs: up to date, merged, free of erased captures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from service.background.thread import BackgroundThread
from service.live.gallery import LiveGallery

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
