"""Units of work with a log that stores nothing, to measure use cases without the log."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from domain.events import NewEvent
from service.ports.unit_of_work import UnitOfWork, UnitsOfWork


class _SilentLog:
    def append(self, event: NewEvent) -> None:
        """Drop the event."""


class _SilentUnit:
    """A unit of work with a log that stores nothing, otherwise unchanged."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self.log = _SilentLog()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def __enter__(self) -> Self:
        self._unit.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._unit.__exit__(kind, error, trace)


@dataclass(frozen=True, slots=True)
class SilentUnits:
    """Units of work without a log, over those of a store."""

    units: UnitsOfWork

    def read(self) -> UnitOfWork:
        """Return a unit of work that only reads."""
        return self.units.read()

    def write(self) -> UnitOfWork:
        """Return a unit of work that may commit, and whose events are dropped."""
        silent: Any = _SilentUnit(self.units.write())
        unit: UnitOfWork = silent
        return unit
