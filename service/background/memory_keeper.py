"""Gives freed memory back to the system while a process serves.

Calls that come together, a scan built at the first search of marks, a merge of the index: each
leaves holes that the C library keeps, 20 to 60 MB of a process, and no later call fills them all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from service.adapters.freed_memory import give_back_freed_memory
from service.background.thread import BackgroundThread

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
