"""Counts the duties of the exchange while a server runs, for its metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from domain.exchange.duties import Reconciliation
from service.background.thread import BackgroundThread
from service.usecases.exchange.desk import ExchangeDesk
from service.usecases.exchange.reconciling import reckon
from service.usecases.services import StoreServices

_EVERY_S = 900.0
"""A count reads every record: an alarm is a quarter of an hour old at most."""


@dataclass(frozen=True, slots=True)
class ExchangeKeeper:
    """One thread while `running`; nothing without a desk."""

    services: StoreServices
    desk: ExchangeDesk | None
    note: Callable[[Reconciliation], None]

    @contextmanager
    def running(self, on_failure: Callable[[Exception], None]) -> Iterator[None]:
        """Count until the context ends; `on_failure` is told of each failure."""
        if self.desk is None:
            yield
            return
        thread = BackgroundThread(on_failure)
        with thread.running(partial(thread.repeat, self.step, every_s=_EVERY_S)):
            yield

    def step(self) -> None:
        """Count the figures once."""
        if self.desk is not None:
            self.note(reckon(self.services, self.desk).figures)
