"""Samples of lots: drawn with seeded errors among them, and read.

The unit is one field of one frame. The plan for each class of error sets how many units are read.
The seed and the drawn list are in the log, but the reader cannot see which units have seeded
errors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain import errors
from domain.access.access import Caller, Scope
from domain.conversion.acceptance import PLANS, Draw, DrawnUnit, draw, seeded_count, with_error
from domain.conversion.form import CLASS_OF, ErrorClass, FormField, Written
from domain.conversion.frames import ENDED, SAMPLED, Frame, Lot, LotState
from domain.events.conversion import SampleDrawn, SampleUnitRead
from domain.events.looking import LookKind
from domain.ids import FrameId, LotId
from service.storage.unit_of_work import UnitOfWork
from service.usecases.conversion.lots import lot_at_work
from service.usecases.log.recording import look, record
from service.usecases.services import StoreServices

_MOST = 200_000

_SEEDS = 2**53
"""Numbers in events must be integers that JSON readers handle exactly."""


@dataclass(frozen=True, slots=True)
class DrawSample:
    """A sample to draw. Without a seed, one is made from a new random id."""

    caller: Caller
    lot_id: LotId
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A sampler's reading of one unit: whether the value shown is the frame's value."""

    caller: Caller
    lot_id: LotId
    place: int
    is_right: bool


@dataclass(frozen=True, slots=True)
class ShownUnit:
    """A unit as shown to its reader: a unit with a seeded error looks like any other."""

    place: int
    """Position of the unit in the sample, from 1."""
    frame_id: FrameId
    number: int
    """The frame's position on the roll or in the box, from 1."""
    part: int
    """0 for the frame; 1 to 9 for one of its sheets."""
    field: FormField
    """Field to judge."""
    value: Written


def draw_sample(services: StoreServices, command: DrawSample) -> Draw:
    """Draw the sample of a lot whose frames are all finished, and return it.

    Raises NotPermittedError, NotFoundError, ConflictError (some frames are not finished, or there
    is nothing to sample), InvalidInputError (a negative or too large seed).
    """
    command.caller.actor.require(Scope.KEEP_LOTS)
    if command.seed is not None and not 0 <= command.seed < _SEEDS:
        raise errors.InvalidInputError(
            "The seed must be 0 or a positive number below 2 to the power of 53.", pointer="/seed"
        )
    with services.units.begin() as unit:
        lot = lot_at_work(unit, command.lot_id)
        _check_done(unit, lot)
        frames = unit.conversion_frames.listed(lot.lot_id, SAMPLED, limit=_MOST)
        made = _new_draw(services, unit, command, lot)
        units = _units(unit, frames, made.seed)
        unit.conversion_samples.draw(lot.lot_id, made, units)
        unit.conversion_lots.move(lot, LotState.SAMPLED)
        record(services, unit, command.caller, _event(lot, made, units))
    return made


def _check_done(unit: UnitOfWork, lot: Lot) -> None:
    counts = unit.conversion_lots.counts(lot.lot_id)
    if any(state not in ENDED for state in counts):
        raise errors.ConflictError("Some frames of the lot are not finished: finish them first.")
    if not any(state in SAMPLED for state in counts):
        raise errors.ConflictError(
            "No frame of this lot has been converted yet, so there is nothing to sample."
        )


def _new_draw(services: StoreServices, unit: UnitOfWork, command: DrawSample, lot: Lot) -> Draw:
    last = unit.conversion_samples.last(lot.lot_id, lot.round)
    number = last.draw + 1 if last else 1
    seed = command.seed
    if seed is None:
        seed = int.from_bytes(services.new_id().encode(), "big") % _SEEDS
    by = command.caller.actor.user_id
    return Draw(lot.round, number, seed, by, services.now())


def _units(unit: UnitOfWork, frames: Sequence[Frame], seed: int) -> tuple[DrawnUnit, ...]:
    """Return the drawn units, mixed with units that have a planted error, in the order in which to
    read them.
    """
    drawn = [one for kind in ErrorClass for one in _drawn(frames, kind, seed)]
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    everything = [(frame, field) for frame in frames for field in FormField]
    rest = sorted(set(map(_key, everything)) - set(map(_key, drawn)))
    pool = rest or sorted(map(_key, everything))
    chosen = rng.permutation(len(pool))[: seeded_count(len(drawn))]
    by_key = {_key(one): one for one in everything}
    seeded = [by_key[pool[int(at)]] for at in chosen]
    units = [_plain(frame, field) for frame, field in drawn]
    units += [_wrong(unit, frame, field, rng) for frame, field in seeded]
    order = rng.permutation(len(units))
    return tuple(replace(units[int(at)], place=place) for place, at in enumerate(order, 1))


_FieldOf = tuple[Frame, FormField]


def _key(one: _FieldOf) -> tuple[int, int, str]:
    return (one[0].number, one[0].part, one[1].value)


def _drawn(frames: Sequence[Frame], kind: ErrorClass, seed: int) -> Iterator[_FieldOf]:
    fields = [(frame, f) for frame in frames for f in FormField if CLASS_OF[f] is kind]
    yield from draw(fields, PLANS[kind].sample, seed)


def _plain(frame: Frame, field: FormField) -> DrawnUnit:
    return DrawnUnit(0, frame.frame_id, field)


def _wrong(
    unit: UnitOfWork, frame: Frame, field: FormField, rng: np.random.Generator
) -> DrawnUnit:
    settled = unit.conversion_keyings.settled(frame.frame_id, frame.round)
    value = Written() if settled is None else settled.form[field]
    return DrawnUnit(0, frame.frame_id, field, with_error(value, rng), is_seeded=True)


def _event(lot: Lot, made: Draw, units: Sequence[DrawnUnit]) -> SampleDrawn:
    listed = tuple(f"{unit.frame_id}:{unit.field.value}" for unit in units)
    seeded = sum(unit.is_seeded for unit in units)
    return SampleDrawn(
        lot.lot_id, made.round, made.draw, made.seed, len(units), seeded, drawn=listed
    )


def units_to_read(
    services: StoreServices, caller: Caller, lot_id: LotId, *, limit: int
) -> tuple[ShownUnit, ...]:
    """Return the next units of a sample that the caller may read, each with a value to judge.

    Units of frames that the caller has keyed, settled or matched are left out. Raises
    NotPermittedError, NotFoundError, ConflictError (the lot has no open sample).
    """
    with services.reading(caller, Scope.READ_SAMPLES) as unit:
        lot, made = _open_sample(unit, lot_id)
        open_units = (
            one for one in unit.conversion_samples.units(lot_id, made) if one.is_right is None
        )
        shown: list[ShownUnit] = []
        for one in open_units:
            if len(shown) == limit:
                break
            if not unit.conversion_frames.has_worked(
                one.frame_id, lot.round, caller.actor.user_id
            ):
                shown += _shown(unit, lot, one)
    look(services, caller, LookKind.SAMPLE, (lot_id, *(one.frame_id for one in shown)))
    return tuple(shown)


def _shown(unit: UnitOfWork, lot: Lot, one: DrawnUnit) -> Iterator[ShownUnit]:
    frame = errors.existing(unit.conversion_frames.get(one.frame_id))
    settled = unit.conversion_keyings.settled(one.frame_id, lot.round)
    if settled is not None:
        value = one.seeded if one.is_seeded and one.seeded else settled.form[one.field]
        yield ShownUnit(one.place, one.frame_id, frame.number, frame.part, one.field, value)


def _open_sample(unit: UnitOfWork, lot_id: LotId) -> tuple[Lot, Draw]:
    lot = errors.existing(unit.conversion_lots.get(lot_id))
    made = unit.conversion_samples.last(lot_id, lot.round)
    if lot.state is not LotState.SAMPLED or made is None:
        raise errors.ConflictError("The lot has no open sample: draw one first.")
    return lot, made


def read_unit(services: StoreServices, command: ReadUnit) -> None:
    """Record whether the value of a unit is the frame's value.

    Raises NotPermittedError, NotFoundError, ConflictError (no open sample, or already read),
    SelfVerificationError (the caller has worked on the frame), PayloadErasedError.
    """
    by, now = command.caller.actor.user_id, services.now()
    with services.begin(command.caller, Scope.READ_SAMPLES) as unit:
        lot, made = _open_sample(unit, command.lot_id)
        units = unit.conversion_samples.units(lot.lot_id, made, place=command.place)
        one = errors.existing(next(iter(units), None))
        if unit.conversion_frames.has_worked(one.frame_id, lot.round, by):
            raise errors.SelfVerificationError(
                "You have worked on this frame, so another person must check it in the sample."
            )
        if unit.conversion_keyings.settled(one.frame_id, lot.round) is None:
            raise errors.PayloadErasedError
        is_new = unit.conversion_samples.read(
            lot.lot_id, made, command.place, is_right=command.is_right, by=by, at=now
        )
        if not is_new:
            raise errors.ConflictError(
                "This field of the sample has already been read: take the next one."
            )
        event = SampleUnitRead(lot.lot_id, made.round, made.draw, command.place, command.is_right)
        record(services, unit, command.caller, event)


def unread(unit: UnitOfWork, lot: Lot, units: Sequence[DrawnUnit]) -> tuple[DrawnUnit, ...]:
    """Return the units that are still to be read. Units of erased frames need not be read."""
    return tuple(
        one
        for one in units
        if one.is_right is None
        and unit.conversion_keyings.settled(one.frame_id, lot.round) is not None
    )


def population(unit: UnitOfWork, lot: Lot) -> int:
    """Return the number of frames of a lot from which the sample is drawn."""
    counts = unit.conversion_lots.counts(lot.lot_id)
    return sum(count for state, count in counts.items() if state in SAMPLED)
