"""Writes the events of repeated refusals when their time has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from service.background.thread import BackgroundThread
from service.usecases.log.refused_calls import record_due_refusals
from service.usecases.services import Services

_LOOK_S = 15.0


@dataclass(frozen=True, slots=True)
class RefusalKeeper:
    """One thread while `running`; nothing otherwise."""

    services: Services

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Write those that are due until the context ends, and then the rest."""
        thread = BackgroundThread(on_failure)
        step = partial(record_due_refusals, self.services)
        with thread.running(partial(thread.repeat, step, every_s=_LOOK_S)):
            yield
        thread.attempt(partial(step, is_last=True))
