"""The way between the two, with its accidents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from domain.exchange.identifiers import StateCode
from domain.exchange.partners import Partner
from service.ports.exchange import Carriage, Carried

LOST, DOUBLED, REVERSED, KILLED = 0.01, 0.02, 0.05, 0.005
"""Shares of the handings over; half of those lost are lost after they were taken."""

Receiving = Callable[[Sequence[str]], tuple[str, ...]]
"""Takes transmissions and returns the answers."""


class KilledError(Exception):
    """A process that dies here."""


@dataclass(slots=True)
class Wire:
    """The way between the two, with its accidents."""

    rng: np.random.Generator
    offices: dict[StateCode, Receiving] = field(default_factory=dict)
    down: set[StateCode] = field(default_factory=set)
    accidents: dict[str, int] = field(default_factory=dict)

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Hand transmissions over, perhaps badly; raises KilledError."""
        if partner.state in self.down or self._happens("lost", LOST / 2):
            return Carriage(Carried.UNREACHABLE)
        take = self.offices[partner.state]
        given = list(transmissions)
        if self._happens("reversed", REVERSED):
            given.reverse()
        answers = take(given)
        if self._happens("doubled", DOUBLED):
            take(given)
        if self._happens("killed", KILLED):
            raise KilledError
        if self._happens("answer lost", LOST / 2):
            return Carriage(Carried.UNREACHABLE)
        return Carriage(Carried.TAKEN, answers)

    def _happens(self, name: str, share: float) -> bool:
        if self.rng.random() >= share:
            return False
        self.accidents[name] = self.accidents.get(name, 0) + 1
        return True
