"""Compares the log with the memory of its key while a process runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from domain.errors import StateBehindError
from service.background.thread import BackgroundThread
from service.ports.signing import LogSigner
from service.usecases.log.state_age import demand_age
from service.usecases.log.witnessing import CosignatureFollower
from service.usecases.services import Services

_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class StateKeeper:
    """Lets no request write while the log is behind. One thread while `running`."""

    services: Services
    signer: LogSigner

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Look every second until the context ends; `on_failure` is told of each failed look."""
        thread = BackgroundThread(on_failure)
        with thread.running(partial(thread.repeat, self.look, every_s=_LOOK_S)):
            yield

    def look(self) -> None:
        """Look once; the result is in `services.state`."""
        try:
            demand_age(self.services, self.signer)
        except StateBehindError as behind:
            self.services.state.note(behind)
        else:
            self.services.state.note(None)
            CosignatureFollower(self.services, self.signer).follow()
