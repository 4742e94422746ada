"""Prepares the details of the people whom searches found, behind the searches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from service.background.thread import BackgroundThread
from service.usecases.services import Services

_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class RecordsPreparer:
    """One thread while `running`."""

    services: Services

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Prepare until the context ends."""
        thread = BackgroundThread(on_failure)
        with thread.running(partial(thread.repeat, self.step, every_s=_LOOK_S)):
            yield

    def step(self) -> None:
        """Prepare those who wait."""
        self.services.gallery.prepared.prepare_waiting(self.services.scorer)
