"""The book of looks: events of looks that come at one time are written in one transaction."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from domain.events.logged import NewEvent
from domain.events.looking import LookKind
from service.live.gathering import Gathering
from service.storage.database import UnitsOfWork

_WRITTEN_TOGETHER = 64
"""Looks in one transaction: they share its one write to the disk."""


def _gathering() -> Gathering[NewEvent, None]:
    return Gathering(_WRITTEN_TOGETHER)


@dataclass(frozen=True, slots=True)
class LookBook:
    """Keeps events of looks durably before anything is shown. Thread-safe."""

    one_in: Mapping[LookKind, int] = field(default_factory=dict)
    """For each kind, one in this many looks is recorded; every look of the other kinds is."""
    _together: Gathering[NewEvent, None] = field(default_factory=_gathering)

    def is_due(self, kind: LookKind, event_id: str) -> bool:
        """Whether a look is recorded; the random id of its event draws the sample."""
        return zlib.crc32(event_id.encode()) % self.one_in.get(kind, 1) == 0

    def keep(self, units: UnitsOfWork, event: NewEvent) -> None:
        """Write an event; raises the outage that prevents it."""
        self._together.ask(event, partial(_written, units))


def _written(units: UnitsOfWork, looks: Sequence[NewEvent]) -> Sequence[None]:
    with units.write() as unit:
        for look in looks:
            unit.events.append(look)
        unit.commit()
    return [None] * len(looks)
