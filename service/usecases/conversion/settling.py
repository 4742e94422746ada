"""Settling frames: a third person settles two keyings that differ, and texts get codes."""

from dataclasses import dataclass, replace
from datetime import date

from domain import errors
from domain.access.access import Caller, Scope
from domain.conversion.content import (
    Coded,
    Codes,
    complete_day,
    convicted_on,
    conviction_of,
    details_of_form,
    is_stated,
)
from domain.conversion.form import (
    CODED,
    Form,
    FormField,
    FrameFault,
    KeptKeying,
    Keying,
    disagreement,
    left_out,
    overruled,
)
from domain.conversion.frames import Frame, FrameState, Match
from domain.events.conversion import FrameCoded, FrameSettled
from domain.events.looking import LookKind
from domain.ids import FrameId, LotId, UserId
from domain.office_days import office_day
from domain.people.convictions import SentenceKind
from domain.people.partial_dates import age_on
from domain.people.people import Details
from rules.historic import COURTS, DISPOSALS, OFFENCES, Situation, historic_table
from rules.retention import Situation as PrintsSituation
from rules.retention import TakenPrints, basis_of, must_be_destroyed
from service.storage.conversion.keyings import SettledForm, Settlement
from service.usecases.conversion.lots import AtFrame, at_frame
from service.usecases.log.recording import look
from service.usecases.services import StoreServices

TABLE_OF = {
    FormField.COURT: COURTS,
    FormField.OFFENCE: OFFENCES,
    FormField.DISPOSAL: DISPOSALS,
}
"""The historic table of codes for each coded field."""

ADULT_YEARS = 18


@dataclass(frozen=True, slots=True)
class Retention:
    """Whether a frame may be kept, and under which provision."""

    is_kept: bool
    provision: str


def codes_of(form: Form) -> Codes:
    """Return the codes of a form, valid on the day of its conviction.

    A code is empty if its table has none.
    """
    on = convicted_on(form)
    if on is None:
        return Codes()
    found = {
        field: historic_table(TABLE_OF[field]).code_of(form.text(field), on) for field in CODED
    }
    return Codes(found[FormField.COURT], found[FormField.OFFENCE], found[FormField.DISPOSAL])


def uncoded(form: Form, codes: Codes) -> tuple[FormField, ...]:
    """Return the fields whose text has no code."""
    return tuple(field for field in CODED if form.text(field) and not codes.of(field))


def check_codes(form: Form, codes: Codes) -> None:
    """Raise InvalidInputError if a code was not in force on the day of the conviction."""
    on = convicted_on(form)
    for field in CODED:
        code = codes.of(field)
        if code and (on is None or not historic_table(TABLE_OF[field]).is_in_force(code, on)):
            raise errors.InvalidInputError(
                "The offence code was not valid on the day of the conviction: choose another "
                "code, or keep the text.",
                pointer=f"/{field.value}_code",
            )


def sentence_of(codes: Codes) -> SentenceKind:
    """Return the kind of sentence that the disposal code stands for."""
    return historic_table(DISPOSALS).meaning(codes.disposal).kind


def retention_of(form: Form, codes: Codes, today: date) -> Retention:
    """Return whether a frame may be kept today.

    Without a conviction, the frame is not kept once the longest period that the law allows after a
    charge has ended, including a court's extension. If facts are unknown, the frame is kept for a
    review, never destroyed.
    """
    on = convicted_on(form)
    situation = historic_table(DISPOSALS).meaning(codes.disposal).situation
    basis = basis_of(
        TakenPrints("frame", on or today, _situation(form, situation, on), is_extended=True)
    )
    return Retention(not must_be_destroyed([basis], today), basis.provision)


def _situation(form: Form, situation: Situation, on: date | None) -> PrintsSituation:
    if on is None or situation is Situation.UNKNOWN:
        return PrintsSituation.UNKNOWN
    if situation is Situation.NOT_CONVICTED:
        return PrintsSituation.QUALIFYING_CHARGED
    born = complete_day(form.text(FormField.BORN_ON))
    is_adult = born is not None and age_on(born, on) >= ADULT_YEARS
    return PrintsSituation.CONVICTED if is_adult else PrintsSituation.UNKNOWN


_OPEN = (FrameState.DIFFERS, FrameState.UNCODED, FrameState.MATCHING, FrameState.PROPOSED)


@dataclass(frozen=True, slots=True)
class SettleFrame:
    """A third person's reading of a frame whose two keyings differ."""

    caller: Caller
    frame_id: FrameId
    form: Form
    fault: FrameFault = FrameFault.NONE


@dataclass(frozen=True, slots=True)
class CodeFrame:
    """Codes chosen by a person. A field without a code keeps only its text."""

    caller: Caller
    frame_id: FrameId
    codes: Codes


@dataclass(frozen=True, slots=True)
class FrameView:
    """A frame as shown to reconcilers."""

    frame: Frame
    keyings: tuple[KeptKeying, ...]
    """Shown once there are two."""
    differing: tuple[FormField, ...]
    settled: SettledForm | None
    uncoded: tuple[FormField, ...]
    match: Match | None
    """The latest proposal."""


def frames_to_settle(
    services: StoreServices,
    caller: Caller,
    lot_id: LotId,
    *,
    states: tuple[FrameState, ...] = _OPEN,
    limit: int,
) -> tuple[Frame, ...]:
    """Return the frames of a lot that need a reconciler, in order of frame number.

    Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.SETTLE_FRAMES) as unit:
        errors.existing(unit.conversion_lots.get(lot_id))
        frames = unit.conversion_frames.listed(lot_id, states, limit=limit)
    look(services, caller, LookKind.FRAMES, (lot_id, *(one.frame_id for one in frames)))
    return frames


def show_frame(services: StoreServices, caller: Caller, frame_id: FrameId) -> FrameView:
    """Return a frame with its keyings side by side, and its settled form if there is one.

    Keyings are shown once there are two. Raises NotPermittedError, NotFoundError.
    """
    with services.reading(caller, Scope.SETTLE_FRAMES) as unit:
        frame = errors.existing(unit.conversion_frames.get(frame_id))
        keyings = unit.conversion_keyings.of(frame_id, frame.round)
        settled = unit.conversion_keyings.settled(frame_id, frame.round)
        match = unit.conversion_matches.last(frame_id, frame.round)
    people = () if match is None else (match.person_id, match.other_person_id, match.search_id)
    look(services, caller, LookKind.FRAME, (frame_id, frame.lot_id, *people))
    shown = keyings if len(keyings) == 2 else ()
    fields = _differing(shown)
    open_texts = () if settled is None else uncoded(settled.form, settled.codes)
    return FrameView(frame, shown, fields, settled, open_texts, match)


def _differing(keyings: tuple[KeptKeying, ...]) -> tuple[FormField, ...]:
    kept = [one.keying for one in keyings if one.keying is not None]
    return disagreement(*kept).fields if len(kept) == 2 else ()


def settle_frame(services: StoreServices, command: SettleFrame) -> FrameState:
    """Settle a frame whose keyings differ, and return its new state.

    Fields on which both keyings agree cannot be changed. Raises NotPermittedError, NotFoundError,
    ConflictError (the frame is in another state), SelfVerificationError (the caller keyed it),
    InvalidInputError, PayloadErasedError.
    """
    with services.begin(command.caller, Scope.SETTLE_FRAMES) as unit:
        at = at_frame(services, unit, command.caller, command.frame_id, FrameState.DIFFERS)
        first, second = unit.conversion_keyings.of(at.frame.frame_id, at.frame.round)
        if at.by in {first.keyed_by, second.keyed_by}:
            raise errors.SelfVerificationError(
                "You keyed this frame: a third person must settle it."
            )
        settled = Keying(command.form, command.fault)
        _check_agreed(first, second, settled)
        return store_settlement(at, (first, second), settled, settled_by=at.by)


def _check_agreed(first: KeptKeying, second: KeptKeying, settled: Keying) -> None:
    if first.keying is None or second.keying is None:
        raise errors.PayloadErasedError
    differ = disagreement(first.keying, second.keying)
    if settled.fault is not FrameFault.NONE or differ.fault:
        return
    changed = set(overruled(first.keying, settled)) & set(overruled(second.keying, settled))
    if not changed <= set(differ.fields):
        raise errors.InvalidInputError(
            "You changed a field on which both keyings agree: settle only the other fields.",
            pointer="/form",
        )
    for field in left_out((first.keying, second.keying), settled):
        raise errors.InvalidInputError(
            "Both keyers found something in this field: state what the frame shows, or mark the "
            "field as illegible.",
            pointer=f"/form/{field.value}",
        )


def store_settlement(
    at: AtFrame,
    keyings: tuple[KeptKeying, KeptKeying],
    settled: Keying,
    *,
    settled_by: UserId | None,
) -> FrameState:
    """Store a settlement with its codes in the current transaction; return the new state."""
    form, today = settled.form, office_day(at.now)
    is_read = settled.fault is FrameFault.NONE
    codes = codes_of(form) if is_read else Codes()
    retention = retention_of(form, codes, today) if is_read else Retention(True, "")
    open_texts = uncoded(form, codes) if is_read else ()
    first, second = keyings
    settlement = Settlement(
        at.frame.round,
        first.keyed_by,
        second.keyed_by,
        settled_by,
        at.now,
        settled.fault,
        _fields_between(first, second),
        overruled(first.keying, settled) if first.keying else (),
        overruled(second.keying, settled) if second.keying else (),
        len(open_texts),
        retention.provision,
    )
    at.unit.conversion_keyings.settle(at.frame.frame_id, settlement, SettledForm(form, codes))
    state = FrameState.SET_ASIDE
    if is_read:
        state = _next_state(at, form, codes, has_codes=not open_texts)
    at.move(state)
    event = FrameSettled(
        at.frame.frame_id,
        at.frame.round,
        len(settlement.differing),
        settled.fault,
        len(open_texts),
        retention.provision,
        state,
    )
    at.record(event)
    return state


def _fields_between(first: KeptKeying, second: KeptKeying) -> tuple[FormField, ...]:
    if first.keying is None or second.keying is None:
        return ()
    return disagreement(first.keying, second.keying).fields


def _next_state(at: AtFrame, form: Form, codes: Codes, *, has_codes: bool) -> FrameState:
    today = office_day(at.now)
    if not retention_of(form, codes, today).is_kept:
        return FrameState.NOT_KEPT
    try:
        if not is_stated(form) or details_of_form(form) == Details():
            return FrameState.SET_ASIDE
        conviction_of(Coded(form, codes, sentence_of(codes)), recorded_on=today)
    except errors.InvalidInputError:
        return FrameState.SET_ASIDE
    return FrameState.MATCHING if has_codes else FrameState.UNCODED


def code_frame(services: StoreServices, command: CodeFrame) -> FrameState:
    """Add codes to entries that have only text, or confirm that they stay text; return the new
    state.

    A code taken from a table is not changed. Raises NotPermittedError, NotFoundError,
    ConflictError, InvalidInputError (a code that was not in force), PayloadErasedError.
    """
    with services.begin(command.caller, Scope.SETTLE_FRAMES) as unit:
        at = at_frame(services, unit, command.caller, command.frame_id, FrameState.UNCODED)
        frame, settled = at.frame, at.settled
        codes = _joined(settled.codes, command.codes)
        check_codes(settled.form, codes)
        left = len(uncoded(settled.form, codes))
        state = _next_state(at, settled.form, codes, has_codes=True)
        unit.conversion_keyings.code(
            frame.frame_id, frame.round, codes, by=at.by, at=at.now, left=left
        )
        at.move(state)
        at.record(FrameCoded(frame.frame_id, frame.round, left))
    return state


def _joined(given: Codes, added: Codes) -> Codes:
    for name in ("court", "offence", "disposal"):
        held, new = getattr(given, name), getattr(added, name)
        if held and new and held != new:
            raise errors.ConflictError(
                "This code comes from a table of codes, so it cannot be changed by hand."
            )
        given = replace(given, **{name: held or new})
    return given
