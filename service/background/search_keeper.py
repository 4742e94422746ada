"""Does behind searches, every few seconds, the work that no search waits for.

It prepares the details of the people found by searches, puts sketches of probes together, looks
at the evidence of searches on the law of prints, and reads what was rehearsed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from service.background.thread import BackgroundThread
from service.live.law_watch import LawWatch
from service.usecases.models.counting import refresh
from service.usecases.models.watching import look_at_searches
from service.usecases.searches.repeated_probes import pack_sketches
from service.usecases.services import Services

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
        """Do one round of work."""
        self.services.gallery.prepared.prepare_waiting(self.services.scorer)
        pack_sketches(self.services)
        look_at_searches(self.services)
        refresh(self.services)
        self.note(self.services.law)
