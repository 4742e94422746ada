"""Lots opened, read, sampled, decided and withdrawn."""

from __future__ import annotations

from fastapi import APIRouter

from domain.conversion.capture import Capture
from domain.errors import (
    ConflictError,
    NotFoundError,
    PayloadErasedError,
    SelfVerificationError,
)
from domain.ids import LotId
from service.api.authentication import ConversionReader, FrameSeer, LotKeeper, SampleReader
from service.api.bodies import BodyOf
from service.api.conversion.lots_schemas import (
    DestructionBody,
    FramesMovedAnswer,
    LotAnswer,
    LotBody,
    LotFiguresAnswer,
    LotIdAnswer,
    LotListAnswer,
    LotWithdrawalBody,
)
from service.api.conversion.samples_schemas import (
    DrawAnswer,
    LotCertificateAnswer,
    SampleBody,
    UnitReadingBody,
    UnitsAnswer,
    VerdictAnswer,
)
from service.api.documentation import body_problems, call_problems
from service.api.parameters import After, IdInPath, Limit
from service.api.state import ServicesOf
from service.usecases.conversion.deciding import (
    WithdrawLot,
    decide_lot,
    lot_certificate,
    withdraw_lot,
)
from service.usecases.conversion.destroying import DestroyFrames, destroy_frames
from service.usecases.conversion.figures import lot_figures
from service.usecases.conversion.lots import OpenLot, list_lots, open_lot, show_lot
from service.usecases.conversion.sampling import (
    DrawSample,
    ReadUnit,
    draw_sample,
    read_unit,
    units_to_read,
)

router = APIRouter(prefix="/v1/conversion/lots", tags=["conversion"])

_LOT = (NotFoundError, ConflictError)


@router.post("", status_code=201, responses=body_problems(ConflictError))
def post_lot(caller: LotKeeper, body: BodyOf[LotBody], services: ServicesOf) -> LotIdAnswer:
    """Open a roll or box; the same lot opened again is the same lot."""
    return LotIdAnswer(
        lot_id=open_lot(services, body.to(OpenLot, caller=caller, capture=body.to(Capture)))
    )


@router.get("", responses=call_problems())
def get_lots(
    caller: FrameSeer, services: ServicesOf, *, after: After = None, limit: Limit = 50
) -> LotListAnswer:
    """Return lots with the counts of their frames, those opened first in front."""
    return LotListAnswer.of(list_lots(services, caller, after=after, limit=limit))


@router.get("/{lot_id}", responses=call_problems(NotFoundError))
def get_lot(caller: FrameSeer, lot_id: IdInPath, services: ServicesOf) -> LotAnswer:
    """Return a lot with the counts of its frames and the decisions on it."""
    return LotAnswer.of(show_lot(services, caller, LotId(lot_id)))


@router.get("/{lot_id}/figures", responses=call_problems(NotFoundError))
def get_lot_figures(
    caller: ConversionReader, lot_id: IdInPath, services: ServicesOf
) -> LotFiguresAnswer:
    """Return disagreements by field and keyer, codes that lack, and speed."""
    return LotFiguresAnswer.of(lot_figures(services, caller, LotId(lot_id)))


@router.post("/{lot_id}/sample", status_code=201, responses=body_problems(*_LOT))
def post_sample(
    caller: LotKeeper, lot_id: IdInPath, body: BodyOf[SampleBody], services: ServicesOf
) -> DrawAnswer:
    """Draw the sample of a lot whose frames are all done."""
    return DrawAnswer.of(
        draw_sample(services, body.to(DrawSample, caller=caller, lot_id=LotId(lot_id)))
    )


@router.get("/{lot_id}/sample", responses=call_problems(*_LOT))
def get_sample(
    caller: SampleReader, lot_id: IdInPath, services: ServicesOf, *, limit: Limit = 50
) -> UnitsAnswer:
    """Return the next units of the sample, each with the value to judge against its frame."""
    return UnitsAnswer(units=units_to_read(services, caller, LotId(lot_id), limit=limit))


@router.post(
    "/{lot_id}/sample/readings",
    status_code=204,
    responses=body_problems(*_LOT, SelfVerificationError, PayloadErasedError),
)
def post_unit_reading(
    caller: SampleReader, lot_id: IdInPath, body: BodyOf[UnitReadingBody], services: ServicesOf
) -> None:
    """Say whether the value of a unit is that of its frame."""
    read_unit(services, body.to(ReadUnit, caller=caller, lot_id=LotId(lot_id)))


@router.post("/{lot_id}/verdict", responses=call_problems(*_LOT))
def post_lot_verdict(caller: LotKeeper, lot_id: IdInPath, services: ServicesOf) -> VerdictAnswer:
    """Put the verdict that follows from the sample on record; a rejected lot is keyed again."""
    return VerdictAnswer(verdict=decide_lot(services, caller, LotId(lot_id)))


@router.post("/{lot_id}/withdrawal", responses=body_problems(*_LOT))
def post_lot_withdrawal(
    caller: LotKeeper, lot_id: IdInPath, body: BodyOf[LotWithdrawalBody], services: ServicesOf
) -> FramesMovedAnswer:
    """Withdraw a whole bad lot; recipients of its convictions are owed notices."""
    moved = withdraw_lot(services, body.to(WithdrawLot, caller=caller, lot_id=LotId(lot_id)))
    return FramesMovedAnswer(frames=moved)


@router.post("/{lot_id}/destruction", responses=body_problems(*_LOT))
def post_lot_destruction(
    caller: LotKeeper, lot_id: IdInPath, body: BodyOf[DestructionBody], services: ServicesOf
) -> FramesMovedAnswer:
    """Destroy the frames that may no longer be kept, as counted by the caller."""
    destroyed = destroy_frames(
        services, body.to(DestroyFrames, caller=caller, lot_id=LotId(lot_id))
    )
    return FramesMovedAnswer(frames=destroyed)


@router.get("/{lot_id}/certificate", responses=call_problems(*_LOT))
def get_lot_certificate(
    caller: ConversionReader, lot_id: IdInPath, services: ServicesOf
) -> LotCertificateAnswer:
    """Return the certificate of an accepted lot: plans, errors with intervals, and the draw."""
    return LotCertificateAnswer.of(lot_certificate(services, caller, LotId(lot_id)))
