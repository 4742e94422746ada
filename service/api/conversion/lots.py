"""Lots: opened, read, sampled, decided and withdrawn."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import BeforeValidator, Field

from domain import errors
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
from service.api.conversion import samples_schemas as schemas
from service.api.documentation import body_problems, call_problems
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


router = APIRouter(prefix="/v1/conversion/lots", tags=["conversion"])

_LOT = (errors.NotFoundError, errors.ConflictError)


@router.post("", status_code=201, responses=body_problems(errors.ConflictError))
def post_lot(call: LotKeeper, body: BodyOf[LotBody]) -> LotIdAnswer:
    """Open a roll or box; opening the same lot again makes no second lot."""
    return LotIdAnswer(lot_id=call.carry_out(open_lot, body, capture=body.to(Capture)))


@router.get("", responses=call_problems())
def get_lots(call: FrameSeer, *, after: After = None, limit: Limit = 50) -> LotListAnswer:
    """Return lots with the counts of their frames, oldest first."""
    return LotListAnswer.of(call.use(list_lots, after=after, limit=limit))


@router.get("/{lot_id}", responses=call_problems(errors.NotFoundError))
def get_lot(call: FrameSeer, lot_id: IdInPath) -> LotAnswer:
    """Return a lot with the counts of its frames and the decisions on it."""
    return LotAnswer.of(call.use(show_lot, LotId(lot_id)))


@router.get("/{lot_id}/figures", responses=call_problems(errors.NotFoundError))
def get_lot_figures(call: ConversionReader, lot_id: IdInPath) -> LotFiguresAnswer:
    """Return disagreements by field and keyer, the number of missing codes, and the speed."""
    return LotFiguresAnswer.of(call.use(lot_figures, LotId(lot_id)))


@router.post("/{lot_id}/sample", status_code=201, responses=body_problems(*_LOT))
def post_sample(
    call: LotKeeper, lot_id: IdInPath, body: BodyOf[schemas.SampleBody]
) -> schemas.DrawAnswer:
    """Draw the sample of a lot in which all frames are done."""
    return schemas.DrawAnswer.of(call.carry_out(sampling.draw_sample, body, lot_id=lot_id))


@router.get("/{lot_id}/sample", responses=call_problems(*_LOT))
def get_sample(call: SampleReader, lot_id: IdInPath, *, limit: Limit = 50) -> schemas.UnitsAnswer:
    """Return the next units of the sample, each with the value to judge against its frame."""
    return schemas.UnitsAnswer(units=call.use(sampling.units_to_read, LotId(lot_id), limit=limit))


@router.post(
    "/{lot_id}/sample/readings",
    status_code=204,
    responses=body_problems(*_LOT, errors.SelfVerificationError, errors.PayloadErasedError),
)
def post_unit_reading(
    call: SampleReader, lot_id: IdInPath, body: BodyOf[schemas.UnitReadingBody]
) -> None:
    """State whether the value of a unit is the same as on its frame."""
    call.carry_out(sampling.read_unit, body, lot_id=lot_id)


@router.post("/{lot_id}/verdict", responses=call_problems(*_LOT))
def post_lot_verdict(call: LotKeeper, lot_id: IdInPath) -> schemas.VerdictAnswer:
    """Record the verdict that follows from the sample; a rejected lot is keyed again."""
    return schemas.VerdictAnswer(verdict=call.use(deciding.decide_lot, LotId(lot_id)))


@router.post("/{lot_id}/withdrawal", responses=body_problems(*_LOT))
def post_lot_withdrawal(
    call: LotKeeper, lot_id: IdInPath, body: BodyOf[LotWithdrawalBody]
) -> FramesMovedAnswer:
    """Withdraw a whole faulty lot; the recipients of its convictions must then be notified."""
    moved = call.carry_out(deciding.withdraw_lot, body, lot_id=lot_id)
    return FramesMovedAnswer(frames=moved)


@router.post("/{lot_id}/destruction", responses=body_problems(*_LOT))
def post_lot_destruction(
    call: LotKeeper, lot_id: IdInPath, body: BodyOf[DestructionBody]
) -> FramesMovedAnswer:
    """Destroy the frames that may no longer be kept, if their number is as the caller counted."""
    destroyed = call.carry_out(deciding.destroy_frames, body, lot_id=lot_id)
    return FramesMovedAnswer(frames=destroyed)


@router.get("/{lot_id}/certificate", responses=call_problems(*_LOT))
def get_lot_certificate(call: ConversionReader, lot_id: IdInPath) -> schemas.LotCertificateAnswer:
    """Return the certificate of an accepted lot: plans, errors with intervals, and the draw."""
    return schemas.LotCertificateAnswer.of(call.use(deciding.lot_certificate, LotId(lot_id)))
