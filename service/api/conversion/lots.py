"""Lots: opened, read, sampled, decided and withdrawn."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, Field

from domain.conversion.form import FormField
from domain.conversion.frames import (
    Capture,
    CaptureMedium,
    FrameState,
    LotKind,
    LotState,
    LotVerdict,
)
from domain.ids import LotId, UserId
from service.api.authentication import ConversionReader, FrameSeer, LotKeeper, SampleReader
from service.api.base import Answer, Body, LongText, Next, PageAnswer, ShownMoment
from service.api.bodies import After, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.shapes import From, shows
from service.usecases.conversion import deciding, sampling
from service.usecases.conversion.lots import LotFigures, list_lots, lot_figures, open_lot, show_lot

LABEL = r"^[A-Z0-9][A-Z0-9./-]{0,39}$"


class LotBody(Body):
    """A roll or box to convert."""

    label: Annotated[str, Field(pattern=LABEL, description="The office's own name for the lot.")]
    kind: LotKind = LotKind.ROLL
    medium: CaptureMedium
    scan_ppi: Annotated[int, Field(ge=50, le=4_000), From("ppi")]
    """Pixels per inch of the original form."""
    generation: Annotated[int, Field(ge=1, le=9)] = 1
    """1: the form itself or the master of a film; 2: a copy."""


class LotIdAnswer(Answer):
    """The id of a lot."""

    lot_id: LotId


class StateCountAnswer(Answer):
    """The number of frames in one state."""

    state: FrameState
    frames: int
    """The number of frames."""


def _counted(counts: Mapping[FrameState, int]) -> tuple[StateCountAnswer, ...]:
    return tuple(
        StateCountAnswer(state=state, frames=count) for state, count in sorted(counts.items())
    )


_StateCounts = Annotated[tuple[StateCountAnswer, ...], BeforeValidator(_counted)]


class LotDecisionAnswer(Answer):
    """A decision on a lot."""

    round: int
    """Number of the keying of the lot."""
    decision: LotVerdict
    draw: int
    """Number of the sample within this keying of the lot."""
    decided_by: UserId
    decided_at: ShownMoment
    """When it was decided."""


class LotAnswer(Answer):
    """A lot, and the states of its frames."""

    of_part = "lot"

    lot_id: LotId
    label: str
    """Label of the lot."""
    kind: LotKind
    medium: Annotated[CaptureMedium, From("lot.capture.medium")]
    scan_ppi: Annotated[int, From("lot.capture.ppi")]
    """Pixels per inch of the original form, as scanned."""
    generation: Annotated[int, From("lot.capture.generation")]
    """1: the form itself or the master of a film; 2: a copy."""
    is_searchable: Annotated[bool, From("lot.capture.is_searchable")]
    """Whether prints from the lot may be searched and enrolled."""
    state: LotState
    round: int
    """The number of the keying of the lot: a rejected lot is keyed again."""
    opened_at: ShownMoment
    """When the lot was opened."""
    frames: Annotated[_StateCounts, From("counts")]
    """The number of frames in each state."""
    decisions: Annotated[tuple[LotDecisionAnswer, ...], From("decisions")]
    """The decisions on the lot, oldest first."""


class LotListAnswer(PageAnswer):
    """Lots, oldest first."""

    lots: tuple[LotAnswer, ...]
    next_after: Next


class FieldCountAnswer(Answer):
    """The number of frames in which the two keyings of a field differ."""

    field: FormField
    frames: int
    """The number of frames."""


def _fields_counted(counts: Mapping[FormField, int]) -> tuple[FieldCountAnswer, ...]:
    return tuple(FieldCountAnswer(field=field, frames=count) for field, count in counts.items())


class KeyerAnswer(Answer):
    """How often the settled text differs from what one keyer wrote."""

    keyer: str
    """Account of the keyer."""
    frames: int
    """The number of frames that this person keyed."""
    overruled_fields: int
    """The number of fields in which the settled text differs from what the keyer wrote."""


@shows(LotFigures, without=("states",))
class LotFiguresAnswer(Answer):
    """What became of the frames of a lot in its current round."""

    frames: Annotated[_StateCounts, From("states")]
    """The number of frames in each state."""
    differing: Annotated[tuple[FieldCountAnswer, ...], BeforeValidator(_fields_counted)]
    """The number of frames in which the keyings differ, by field."""
    keyers: tuple[KeyerAnswer, ...]
    """For each keyer, how often the settled text differs from what the keyer wrote."""
    settled_an_hour: Annotated[float, BeforeValidator(partial(round, ndigits=1))]
    """Frames settled per hour, from the first to the last."""


class LotWithdrawalBody(Body):
    """A withdrawal of a whole lot."""

    words: LongText = Field(description="Why.")


class FramesMovedAnswer(Answer):
    """The number of frames that were withdrawn or destroyed."""

    frames: int
    """The number of frames."""


class DestructionBody(Body):
    """The number of frames that may no longer be kept, as the caller counted them."""

    expected: Annotated[int, Field(ge=0, le=10_000)]
    """The number of frames to destroy; the call is refused if the true number differs."""


class SampleBody(Body):
    """A sample to draw."""

    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    """The seed of the draw; if absent, the service chooses one."""


class DrawAnswer(Answer):
    """A sample that was drawn."""

    round: int
    """Number of the keying of the lot."""
    draw: int
    """Number of the sample within this keying of the lot."""


@shows(sampling.ShownUnit, without=("value",))
class UnitAnswer(Answer):
    """One field of one frame, with the value to judge against the frame."""

    text: Annotated[str, From("value.text")]
    """The value to judge."""
    is_illegible: Annotated[bool, From("value.is_illegible")]
    """Whether the field cannot be read."""


class UnitsAnswer(Answer):
    """The next units to read, in their order."""

    units: tuple[UnitAnswer, ...]


class UnitReadingBody(Body):
    """A sampler's judgement of one unit."""

    place: Annotated[int, Field(ge=1, le=1_000_000)]
    """Position of the unit in the sample, from 1."""
    is_right: bool = Field(description="Whether the value shown is the same as on the frame.")


class VerdictAnswer(Answer):
    """The verdict that follows from a sample."""

    verdict: LotVerdict


@shows(deciding.ClassResult, without=("plan",))
class ClassResultAnswer(Answer):
    """The result of a sample for one class of error."""

    good: Annotated[float, From("plan.good")]
    """The share of errors at which a lot should pass."""
    bad: Annotated[float, From("plan.bad")]
    """The share of errors at which a lot should not pass."""
    sample: Annotated[int, From("plan.sample")]
    """The number of fields to read under the plan."""


class LotCertificateAnswer(Answer):
    """The certified facts of an accepted lot."""

    lot_id: Annotated[LotId, From("lot.lot_id")]
    label: Annotated[str, From("lot.label")]
    """Label of the lot."""
    round: Annotated[int, From("lot.round")]
    """Number of the keying that was accepted."""
    draw: Annotated[int, From("result.draw.draw")]
    """Number of the sample within this keying of the lot."""
    seed: Annotated[int, From("result.draw.seed")]
    """The seed of the draw; the log records it together with the list of units drawn."""
    classes: Annotated[tuple[ClassResultAnswer, ...], From("result.classes")]
    """The result for each class of error."""
    seeded: Annotated[int, From("result.seeded")]
    """Errors put into the sample to measure its reader."""
    found: Annotated[int, From("result.found")]
    """The planted errors that the reader found."""
    decided_by: Annotated[UserId, From("decision.decided_by")]
    decided_at: Annotated[ShownMoment, From("decision.decided_at")]
    """When the lot was accepted."""
    log_size: int = Field(description="Events in the log when the certificate was made.")
    tables: tuple[str, ...] = Field(description="The historic tables, each with its digest.")


router = CallRouter(prefix="/v1/conversion/lots", tags=["conversion"])


@router.post("", status_code=201)
def post_lot(call: LotKeeper, body: BodyOf[LotBody]) -> LotIdAnswer:
    """Open a roll or box; opening the same lot again makes no second lot."""
    return LotIdAnswer(lot_id=call.carry_out(open_lot, body, capture=body.to(Capture)))


@router.get("")
def get_lots(call: FrameSeer, *, after: After = None, limit: Limit = 50) -> LotListAnswer:
    """Return lots with the counts of their frames, oldest first."""
    return LotListAnswer.of(call.use(list_lots, after=after, limit=limit))


@router.get("/{lot_id}")
def get_lot(call: FrameSeer, lot_id: IdInPath) -> LotAnswer:
    """Return a lot with the counts of its frames and the decisions on it."""
    return LotAnswer.of(call.use(show_lot, LotId(lot_id)))


@router.get("/{lot_id}/figures")
def get_lot_figures(call: ConversionReader, lot_id: IdInPath) -> LotFiguresAnswer:
    """Return disagreements by field and keyer, the number of missing codes, and the speed."""
    return LotFiguresAnswer.of(call.use(lot_figures, LotId(lot_id)))


@router.post("/{lot_id}/sample", status_code=201)
def post_sample(call: LotKeeper, lot_id: IdInPath, body: BodyOf[SampleBody]) -> DrawAnswer:
    """Draw the sample of a lot in which all frames are done."""
    return DrawAnswer.of(call.carry_out(sampling.draw_sample, body, lot_id=lot_id))


@router.get("/{lot_id}/sample")
def get_sample(call: SampleReader, lot_id: IdInPath, *, limit: Limit = 50) -> UnitsAnswer:
    """Return the next units of the sample, each with the value to judge against its frame."""
    return UnitsAnswer(units=call.use(sampling.units_to_read, LotId(lot_id), limit=limit))


@router.post("/{lot_id}/sample/readings", status_code=204)
def post_unit_reading(call: SampleReader, lot_id: IdInPath, body: BodyOf[UnitReadingBody]) -> None:
    """State whether the value of a unit is the same as on its frame."""
    call.carry_out(sampling.read_unit, body, lot_id=lot_id)


@router.post("/{lot_id}/verdict")
def post_lot_verdict(call: LotKeeper, lot_id: IdInPath) -> VerdictAnswer:
    """Record the verdict that follows from the sample; a rejected lot is keyed again."""
    return VerdictAnswer(verdict=call.use(deciding.decide_lot, LotId(lot_id)))


@router.post("/{lot_id}/withdrawal")
def post_lot_withdrawal(
    call: LotKeeper, lot_id: IdInPath, body: BodyOf[LotWithdrawalBody]
) -> FramesMovedAnswer:
    """Withdraw a whole faulty lot; the recipients of its convictions must then be notified."""
    moved = call.carry_out(deciding.withdraw_lot, body, lot_id=lot_id)
    return FramesMovedAnswer(frames=moved)


@router.post("/{lot_id}/destruction")
def post_lot_destruction(
    call: LotKeeper, lot_id: IdInPath, body: BodyOf[DestructionBody]
) -> FramesMovedAnswer:
    """Destroy the frames that may no longer be kept, if their number is as the caller counted."""
    destroyed = call.carry_out(deciding.destroy_frames, body, lot_id=lot_id)
    return FramesMovedAnswer(frames=destroyed)


@router.get("/{lot_id}/certificate")
def get_lot_certificate(call: ConversionReader, lot_id: IdInPath) -> LotCertificateAnswer:
    """Return the certificate of an accepted lot: plans, errors with intervals, and the draw."""
    return LotCertificateAnswer.of(call.use(deciding.lot_certificate, LotId(lot_id)))
