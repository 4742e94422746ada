"""Rehearses the gallery at night, a share at a time, and steps back for searches.

Until enough is counted it continues by day as well: without it nobody is proposed by prints.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from service.background.thread import BackgroundThread
from service.usecases.models.decided_seconds import count_seconds
from service.usecases.models.rehearsing import REHEARSER, due_people, rehearse
from service.usecases.services import Services

_LOOK_S = 60.0
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
        return thread.running(partial(thread.repeat, step, every_s=_LOOK_S))

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
