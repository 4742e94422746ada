"""Lots accepted, rejected or withdrawn, with their certificates; entries of frames taken back, and
frames destroyed that may not be kept.

The verdict is computed from the readings; a person records it and cannot choose another. Whether a
frame is kept follows from the retention rules before anything is written
(`settling.retention_of`). A person states the number of frames to destroy; if the number is
different, nothing is destroyed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.access.access import Caller, Scope
from domain.conversion import acceptance
from domain.conversion.form import CLASS_OF, ErrorClass, FormField
from domain.conversion.frames import Frame, FrameState, Lot, LotState, LotVerdict
from domain.errors import ConflictError, existing
from domain.events.conversion import FramesDestroyed, FrameTakenBack, LotDecided
from domain.events.looking import LookKind
from domain.ids import LotId
from domain.office_days import office_day
from domain.plain_text import require_words
from rules.historic import HISTORIC_TABLES, historic_table
from service.storage.conversion.lots import LotDecision
from service.storage.unit_of_work import UnitOfWork
from service.usecases.conversion.lots import CHANGED, AtFrame, check_decided, lot_at_work
from service.usecases.conversion.sampling import population, unread
from service.usecases.conversion.settling import retention_of
from service.usecases.log.recording import look, record
from service.usecases.people.amending import withdraw_unfounded
from service.usecases.services import Services, StoreServices

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class DestroyFrames:
    """A request to destroy the frames of a lot that may not be kept, as counted by the caller."""

    caller: Caller
    lot_id: LotId
    expected: int


def destroy_frames(services: StoreServices, command: DestroyFrames) -> int:
    """Destroy the pictures and texts of frames that are not kept; return how many frames.

    Raises NotPermittedError, NotFoundError, ConflictError (another number than expected).
    """
    with services.begin(command.caller, Scope.KEEP_LOTS) as unit:
        lot = lot_at_work(unit, command.lot_id)
        frames = unit.conversion_frames.listed(lot.lot_id, [FrameState.NOT_KEPT], limit=_MOST)
        if len(frames) != command.expected:
            raise ConflictError(
                "The number of film frames that must be deleted has changed: reload the lot."
            )
        if not frames:
            return 0
        ids = [frame.frame_id for frame in frames]
        by, now = command.caller.actor.user_id, services.now()
        provisions = [(one.frame_id, _provision(unit, one, office_day(now))) for one in frames]
        payloads = unit.conversion_keyings.payloads_of(ids)
        unit.conversion_writings.destroy(provisions, payloads, by=by, at=now)
        for frame in frames:
            unit.conversion_frames.move(frame, FrameState.DESTROYED)
        record(services, unit, command.caller, FramesDestroyed(tuple(ids), len(ids)))
    return len(ids)


def _provision(unit: UnitOfWork, frame: Frame, today: date) -> str:
    """Return the provision under which a frame may not be kept, computed again from its form.

    Raises ConflictError for a frame that may be kept: its state does not follow from its form.
    """
    settled = unit.conversion_keyings.settled(frame.frame_id, frame.round)
    if settled is None or retention_of(settled.form, settled.codes, today).is_kept:
        raise ConflictError(CHANGED)
    return existing(unit.conversion_keyings.settlement(frame.frame_id, frame.round)).provision


# An item that comes only from this frame is withdrawn from the record by an amendment. An item
# that the record held before, or that another frame also gives, stays. If a conviction is
# withdrawn, the stored rows show which recipients must be notified, as for any amendment.  Items
# and records that are restricted, or waiting for erasure, are hidden from this step. They are
# withdrawn when the restriction is lifted or the erasure is called back.


_AT_ONCE = 100
_LASTING = frozenset({FrameState.DESTROYED, FrameState.NOT_KEPT, FrameState.WITHDRAWN})
"""The states of frames that taking back a lot leaves unchanged."""


def take_back_lot(services: Services, caller: Caller, lot_id: LotId) -> int:
    """Undo every entry made from a rejected or withdrawn lot; return the number of frames changed.

    Each frame is one transaction, so an interrupted call can be made again to do the rest. At the
    end, a rejected lot is open for its next keying.
    """
    moved = 0
    while True:
        with services.units.read() as unit:
            lot = existing(unit.conversion_lots.get(lot_id))
            frames = _remaining(unit, lot)
        if not frames:
            break
        for frame in frames:
            moved += _take_back(services, caller, lot, frame)
    if lot.state is LotState.REJECTED:
        with services.units.begin() as unit:
            unit.conversion_lots.move(lot, LotState.OPEN, round_=lot.round + 1)
    return moved


def _remaining(unit: UnitOfWork, lot: Lot) -> tuple[Frame, ...]:
    if lot.state not in {LotState.REJECTED, LotState.WITHDRAWN}:
        return ()
    check_decided(unit, lot)
    states = [state for state in FrameState if state not in _LASTING]
    return unit.conversion_frames.listed(lot.lot_id, states, limit=_AT_ONCE, round_=lot.round)


def _take_back(services: Services, caller: Caller, lot: Lot, frame: Frame) -> int:
    is_again = lot.state is LotState.REJECTED
    with services.units.begin() as unit:
        now = unit.conversion_frames.get(frame.frame_id)
        if now != frame:
            return 0
        if frame.state is FrameState.WRITTEN:
            _withdraw(AtFrame(services, unit, caller, frame, lot))
        if is_again:
            unit.conversion_frames.move(frame, FrameState.RECEIVED, round_=frame.round + 1)
        else:
            unit.conversion_frames.move(frame, FrameState.WITHDRAWN)
    return 1


def _withdraw(at: AtFrame) -> None:
    frame = at.frame
    writing = existing(at.unit.conversion_writings.of(frame.frame_id, frame.round))
    leaving = (frame.frame_id, at.lot.label)
    version, withdrawn = withdraw_unfounded(
        at.services, at.unit, at.caller, writing.record_id, leaving
    )
    at.unit.conversion_writings.take_back(
        frame.frame_id, frame.round, version=version, by=at.by, at=at.now
    )
    at.record(FrameTakenBack(frame.frame_id, frame.round, withdrawn))


_TO = {
    LotVerdict.ACCEPTED: LotState.ACCEPTED,
    LotVerdict.REJECTED: LotState.REJECTED,
    LotVerdict.VOID: LotState.OPEN,
    LotVerdict.WITHDRAWN: LotState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class ClassResult:
    """The result of a sample for one class of error."""

    error_class: ErrorClass
    plan: acceptance.Plan
    population: int
    """The number of fields of the class in the lot."""
    read: int
    """The number of fields that were read."""
    errors: int
    """The number of errors among the fields that were read."""
    accept: int
    """The largest number of errors with which the lot still passes."""
    low: float
    """The lower end of the exact 95 % interval of the proportion of errors; `high` is the upper
    end."""
    high: float
    """Upper bound of the exact 95 % interval of the share of errors."""

    @property
    def passes(self) -> bool:
        """Whether this class has few enough errors for the lot to pass."""
        return self.errors <= self.accept


@dataclass(frozen=True, slots=True)
class SampleResult:
    """The result of a whole sample."""

    draw: acceptance.Draw
    classes: tuple[ClassResult, ...]
    seeded: int
    found: int
    """The number of seeded errors that the sampler found."""

    @property
    def verdict(self) -> LotVerdict:
        """The verdict that follows from the readings."""
        if self.seeded and self.found < acceptance.LEAST_FOUND * self.seeded:
            return LotVerdict.VOID
        is_good = all(one.passes for one in self.classes)
        return LotVerdict.ACCEPTED if is_good else LotVerdict.REJECTED


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certified facts about an accepted lot."""

    lot: Lot
    result: SampleResult
    decision: LotDecision
    log_size: int
    """The number of events in the log when the certificate was made; the log holds the seed and
    the list of the draw."""
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithdrawLot:
    """A whole lot to withdraw, with the reason."""

    caller: Caller
    lot_id: LotId
    words: str


def decide_lot(services: Services, caller: Caller, lot_id: LotId) -> LotVerdict:
    """Record the verdict that follows from a sample, and return it.

    All entries made from a rejected lot are undone, and the whole lot is keyed again. If the
    reader missed too many seeded errors, the sample is void and another is drawn. Raises
    NotPermittedError, NotFoundError, ConflictError (no open sample, or units still to read).
    """
    with services.begin(caller, Scope.KEEP_LOTS) as unit:
        lot = existing(unit.conversion_lots.get(lot_id))
        if lot.state is LotState.SAMPLED:
            result = _result(unit, lot)
            verdict = result.verdict
            _decide(services, unit, caller, lot, (verdict, result.draw.draw, result))
        elif lot.state is LotState.REJECTED:
            verdict = LotVerdict.REJECTED
        else:
            raise ConflictError("The lot has no open sample: draw one first.")
    if verdict is LotVerdict.REJECTED:
        take_back_lot(services, caller, lot_id)
    return verdict


def withdraw_lot(services: Services, command: WithdrawLot) -> int:
    """Permanently withdraw a lot and everything written from it; return the number of frames.

    If interrupted, call it again to continue. Raises NotPermittedError, NotFoundError,
    InvalidInputError (no reason), ConflictError (the lot's entries are being undone so that it can
    be keyed again).
    """
    command.caller.actor.require(Scope.KEEP_LOTS)
    require_words(command.words, "/words", "Write why the lot is withdrawn.")
    with services.units.begin() as unit:
        lot = existing(unit.conversion_lots.get(command.lot_id))
        if lot.state is LotState.REJECTED:
            raise ConflictError(
                "The entries made from this lot are being removed. Wait until this is "
                "done, decide on the lot again, then withdraw it."
            )
        if lot.state is not LotState.WITHDRAWN:
            made = (LotVerdict.WITHDRAWN, 0, None)
            _decide(services, unit, command.caller, lot, made, command.words)
    return take_back_lot(services, command.caller, command.lot_id)


def _decide(
    services: StoreServices,
    unit: UnitOfWork,
    caller: Caller,
    lot: Lot,
    made: tuple[LotVerdict, int, SampleResult | None],
    words: str = "",
) -> None:
    verdict, number, result = made
    now, by = services.now(), caller.actor.user_id
    unit.conversion_lots.decide(
        lot.lot_id, LotDecision(lot.round, verdict, number, by, now), words
    )
    unit.conversion_lots.move(lot, _TO[verdict])
    errors = {one.error_class: one.errors for one in result.classes} if result else {}
    counts = (errors.get(kind, 0) for kind in ErrorClass)
    record(services, unit, caller, LotDecided(lot.lot_id, lot.round, verdict, number, *counts))


def _result(unit: UnitOfWork, lot: Lot) -> SampleResult:
    made = existing(unit.conversion_samples.last(lot.lot_id, lot.round))
    units = unit.conversion_samples.units(lot.lot_id, made)
    if unread(unit, lot, units):
        raise ConflictError("Some fields of the sample have not been read yet: read them first.")
    return result_of(made, units, population(unit, lot))


def result_of(
    made: acceptance.Draw, units: Sequence[acceptance.DrawnUnit], frames: int
) -> SampleResult:
    """Return the result of the readings of a sample drawn from this number of frames."""
    read = [one for one in units if one.is_right is not None]
    seeded = [one for one in read if one.is_seeded]
    plain = [one for one in read if not one.is_seeded]
    return SampleResult(
        made,
        tuple(_class_result(kind, plain, frames) for kind in ErrorClass),
        len(seeded),
        sum(not one.is_right for one in seeded),
    )


def _class_result(
    kind: ErrorClass, plain: Sequence[acceptance.DrawnUnit], frames: int
) -> ClassResult:
    plan = acceptance.PLANS[kind]
    fields = frames * sum(CLASS_OF[field] is kind for field in FormField)
    outcome = Counter(bool(one.is_right) for one in plain if one.error_class is kind)
    read, errors = outcome.total(), outcome[False]
    low, high = acceptance.interval(errors, read) if read else (0.0, 1.0)
    return ClassResult(
        kind, plan, fields, read, errors, acceptance.accepted_errors(plan, fields), low, high
    )


def lot_certificate(services: StoreServices, caller: Caller, lot_id: LotId) -> Certificate:
    """Return the certificate of a lot. Raises NotFoundError, ConflictError (not accepted)."""
    with services.reading(caller, Scope.READ_CONVERSION) as unit:
        lot = existing(unit.conversion_lots.get(lot_id))
        if lot.state is not LotState.ACCEPTED:
            raise ConflictError("The lot has not been accepted, so it has no certificate.")
        check_decided(unit, lot)
        certificate = Certificate(
            lot,
            _result(unit, lot),
            unit.conversion_lots.decisions(lot_id)[-1],
            unit.records.log_size(),
            _tables(),
        )
    look(services, caller, LookKind.LOTS, (lot_id,))
    return certificate


def _tables() -> tuple[str, ...]:
    return tuple(f"{one} {historic_table(one).codes.sha256}" for one in HISTORIC_TABLES)
