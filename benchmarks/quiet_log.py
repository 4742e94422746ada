"""Units of work that drop their events: what a use case costs without the log."""

from __future__ import annotations

from functools import partial
from typing import Any

from domain.events.logged import NewEvent
from service.storage.database import UnitsOfWork
from service.storage.engine.engines import write_connection
from service.storage.unit_of_work import UnitOfWork, WritingUnit


class _SilentLog:
    def append(self, event: NewEvent) -> None:
        """Drop the event."""


class _SilentUnit(WritingUnit):
    events: Any = _SilentLog()


class _SilentUnits(UnitsOfWork):
    """The units of work of a store, without its log."""

    def write(self) -> UnitOfWork:
        """Return a unit of work that may commit and drops its events."""
        connect = partial(write_connection, self.engine)
        return _SilentUnit(connect, self.codec, self.vault, self.turn)


def silent(units: UnitsOfWork) -> UnitsOfWork:
    """Return units of work on the same engine that drop their events."""
    return _SilentUnits(units.engine, units.codec, units.vault, units.turn)
