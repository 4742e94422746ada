"""Looks at what searches showed of the law of prints, every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from service.background.thread import BackgroundThread
from service.live.law_watch import LawWatch
from service.usecases.models.watching import look_at_searches
from service.usecases.services import Services

_LOOK_S = 5.0


def _unnoted(_: LawWatch) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class LawKeeper:
    """One thread while `running`; nothing where the model has no home law."""

    services: Services
    note: Callable[[LawWatch], None] = _unnoted

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Look until the context ends, and then at the rest."""
        if self.services.law.law is None:
            yield
            return
        thread = BackgroundThread(on_failure)
        with thread.running(partial(thread.repeat, self.step, every_s=_LOOK_S)):
            yield
        thread.attempt(self.step)

    def step(self) -> None:
        """Look once."""
        look_at_searches(self.services)
        self.note(self.services.law)
