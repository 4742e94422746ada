"""Counts of a lot: states, disagreements, speed; and the sources of a record's items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from domain.access import Caller, Scope
from domain.conversion.form import FormField
from domain.conversion.frames import FrameState
from domain.conversion.sources import ItemSource
from domain.events.looking import LookKind
from domain.ids import LotId, RecordId, UserId
from service.storage.conversion.keyings import Settlement
from service.usecases.existing import existing
from service.usecases.log.looking import look
from service.usecases.services import StoreServices


@dataclass(frozen=True, slots=True)
class KeyerFigures:
    """How often a keyer was not followed."""

    keyer: UserId
    frames: int
    overruled_fields: int


@dataclass(frozen=True, slots=True)
class LotFigures:
    """The fates of the frames of a lot in its present round."""

    states: Mapping[FrameState, int]
    settled: int
    agreed: int
    """Settled without a third person."""
    differing: Mapping[FormField, int]
    """In how many frames the two keyings gave a field differently."""
    keyers: tuple[KeyerFigures, ...]
    uncoded: int
    """Texts that no table has a code for."""
    settled_an_hour: float
    """Frames settled an hour, from the first to the last."""


def lot_figures(services: StoreServices, caller: Caller, lot_id: LotId) -> LotFigures:
    """Return the figures of a lot. Raises NotPermittedError, NotFoundError."""
    caller.actor.require(Scope.READ_CONVERSION)
    with services.units.read() as unit:
        lot = existing(unit.conversion_lots.get(lot_id))
        states = unit.conversion_lots.counts(lot_id)
        settled = unit.conversion_keyings.settlements(lot_id, lot.round)
    look(services, caller, LookKind.LOTS, (lot_id,))
    fields = Counter(chain.from_iterable(one.differing for one in settled))
    return LotFigures(
        states,
        len(settled),
        sum(one.settled_by is None for one in settled),
        {field: fields[field] for field in FormField if fields[field]},
        _keyers(settled),
        sum(one.uncoded for one in settled),
        _an_hour(settled),
    )


def _keyers(settled: Sequence[Settlement]) -> tuple[KeyerFigures, ...]:
    frames: Counter[UserId] = Counter()
    fields: Counter[UserId] = Counter()
    for one in settled:
        for keyer, overruled in (
            (one.first_keyer, one.overruled_first),
            (one.second_keyer, one.overruled_second),
        ):
            frames[keyer] += 1
            fields[keyer] += len(overruled)
    return tuple(KeyerFigures(keyer, frames[keyer], fields[keyer]) for keyer in sorted(frames))


def _an_hour(settled: Sequence[Settlement]) -> float:
    times = [one.settled_at for one in settled]
    hours = (max(times) - min(times)).total_seconds() / 3_600 if times else 0.0
    return len(times) / hours if hours else 0.0


def record_sources(
    services: StoreServices, caller: Caller, record_id: RecordId
) -> tuple[ItemSource, ...]:
    """Return the frames that items of a record rest on, with their readers.

    Raises NotPermittedError, NotFoundError (no such record, or its person is hidden).
    """
    caller.actor.require(Scope.READ_CONVERSION)
    with services.units.read() as unit:
        existing(unit.people.record(record_id))
        sources = unit.conversion_writings.sources(record_id)
    frames = (one.frame_id for one in sources)
    look(services, caller, LookKind.SOURCES, (record_id, *frames))
    return sources
