"""People of simulated extractions: ten fingers that were never drawn as images.

A gallery of thousands is made in minutes instead of days. Fingers are drawn ones, bent and
mirrored into new ones, and read with the faults of MINDTCT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from data.synthetic.extractions.faults import ROUGH
from data.synthetic.extractions.fingers import bent
from data.synthetic.extractions.reading import simulated_extraction
from data.synthetic.extractions.skins import Skin
from domain.minutiae_sets import MinutiaeSet
from domain.prints import FINGERS, Impression, ImpressionType
from prints.minutiae.iso19794_2 import MinutiaeView
from service.adapters.prints.templates import kept_view
from service.usecases.print_desk import PrintDesk

_LEAST_MINUTIAE = 8
_QUALITY = 60
"""Of every finger: the simulation measures none."""

Capture = tuple[tuple[Impression, MinutiaeView], ...]
"""Ten impressions with their minutiae."""


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedPeople:
    """People by number; deterministic by the skins and the seed."""

    skins: Sequence[Skin]
    seed: int
    pool: int
    """Fingers there are. Where people have more than these together, they share them: each takes
    ten at random."""

    def capture(self, number: int, reading: int, desk: PrintDesk) -> Capture:
        """Return a capture of a person; `reading` tells two captures of a person apart."""
        kind = ImpressionType.PLAIN if reading else ImpressionType.ROLLED
        made = []
        for at, position in enumerate(FINGERS):
            impression, view = self._print(self._finger(number, at), reading, kind, desk)
            view = replace(view, position=position)
            made.append((replace(impression, position=position), view))
        return tuple(made)

    def _finger(self, number: int, at: int) -> int:
        own = number * len(FINGERS) + at
        if own < self.pool:
            return own
        return int(np.random.default_rng([self.seed, 2, own]).integers(self.pool))

    def _print(
        self, finger: int, reading: int, kind: ImpressionType, desk: PrintDesk
    ) -> tuple[Impression, MinutiaeView]:
        return _made(self, finger, reading, kind, desk)

    def minutiae(self, finger: int, reading: int) -> MinutiaeSet:
        """Return one simulated extraction of a finger."""
        own = np.random.default_rng([self.seed, 0, finger])
        skin = bent(self.skins[int(own.integers(len(self.skins)))], own)
        rng = np.random.default_rng([self.seed, 1, finger, reading])
        while True:
            found = simulated_extraction(skin, ROUGH, rng)
            if len(found) >= _LEAST_MINUTIAE:
                return found


@lru_cache(maxsize=50_000)
def _made(
    people: SimulatedPeople, finger: int, reading: int, kind: ImpressionType, desk: PrintDesk
) -> tuple[Impression, MinutiaeView]:
    view = kept_view(people.minutiae(finger, reading), kind, _QUALITY)
    return desk.impression_of(view, quality=_QUALITY), view
