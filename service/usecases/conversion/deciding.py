"""Lots accepted, rejected or withdrawn, and their certificates.

The verdict is computed from the readings; a person records it and cannot choose another.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.access.access import Caller, Scope
from domain.conversion.acceptance import (
    LEAST_FOUND,
    PLANS,
    Draw,
    DrawnUnit,
    Plan,
    accepted_errors,
    interval,
)
from domain.conversion.form import CLASS_OF, ErrorClass, FormField
from domain.conversion.frames import Lot, LotState, LotVerdict
from domain.errors import ConflictError, InvalidInputError
from domain.events.conversion import LotDecided
from domain.events.looking import LookKind
from domain.ids import LotId
from rules.historic import HISTORIC_TABLES, historic_table
from service.storage.conversion.lots import LotDecision
from service.storage.unit_of_work import UnitOfWork
from service.usecases.conversion.destroying import take_back_lot
from service.usecases.conversion.lots import check_decided
from service.usecases.conversion.sampling import population, unread
from service.usecases.existing import existing
from service.usecases.log.recording import look, record
from service.usecases.services import Services, StoreServices

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
    plan: Plan
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

    draw: Draw
    classes: tuple[ClassResult, ...]
    seeded: int
    found: int
    """The number of seeded errors that the sampler found."""

    @property
    def verdict(self) -> LotVerdict:
        """The verdict that follows from the readings."""
        if self.seeded and self.found < LEAST_FOUND * self.seeded:
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
    caller.actor.require(Scope.KEEP_LOTS)
    with services.units.write() as unit:
        lot = existing(unit.conversion_lots.get(lot_id))
        if lot.state is LotState.SAMPLED:
            result = _result(unit, lot)
            verdict = result.verdict
            _decide(services, unit, caller, lot, (verdict, result.draw.draw, result))
            unit.commit()
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
    if not command.words.strip():
        raise InvalidInputError("Write why the lot is withdrawn.", pointer="/words")
    with services.units.write() as unit:
        lot = existing(unit.conversion_lots.get(command.lot_id))
        if lot.state is LotState.REJECTED:
            raise ConflictError(
                "The entries made from this lot are being removed. Wait until this is "
                "done, decide on the lot again, then withdraw it."
            )
        if lot.state is not LotState.WITHDRAWN:
            made = (LotVerdict.WITHDRAWN, 0, None)
            _decide(services, unit, command.caller, lot, made, command.words)
            unit.commit()
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
    now, by = services.surroundings.clock(), caller.actor.user_id
    unit.conversion_lots.decide(
        lot.lot_id, LotDecision(lot.round, verdict, number, by, now), words
    )
    unit.conversion_lots.move(lot, _TO[verdict])
    errors = {one.error_class: one.errors for one in result.classes} if result else {}
    counts = (errors.get(kind, 0) for kind in ErrorClass)
    record(
        unit,
        services.surroundings,
        caller,
        LotDecided(lot.lot_id, lot.round, verdict, number, *counts),
    )


def _result(unit: UnitOfWork, lot: Lot) -> SampleResult:
    made = existing(unit.conversion_samples.last(lot.lot_id, lot.round))
    units = unit.conversion_samples.units(lot.lot_id, made)
    if unread(unit, lot, units):
        raise ConflictError("Some fields of the sample have not been read yet: read them first.")
    return result_of(made, units, population(unit, lot))


def result_of(made: Draw, units: Sequence[DrawnUnit], frames: int) -> SampleResult:
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


def _class_result(kind: ErrorClass, plain: Sequence[DrawnUnit], frames: int) -> ClassResult:
    plan = PLANS[kind]
    fields = frames * sum(CLASS_OF[field] is kind for field in FormField)
    outcome = Counter(bool(one.is_right) for one in plain if one.error_class is kind)
    read, errors = outcome.total(), outcome[False]
    low, high = interval(errors, read) if read else (0.0, 1.0)
    return ClassResult(kind, plan, fields, read, errors, accepted_errors(plan, fields), low, high)


def lot_certificate(services: StoreServices, caller: Caller, lot_id: LotId) -> Certificate:
    """Return the certificate of a lot; raises ConflictError if the lot is not accepted."""
    caller.actor.require(Scope.READ_CONVERSION)
    with services.units.read() as unit:
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
