"""Lots, their figures and decisions, as they travel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.access import Caller
from domain.conversion.capture import Capture, CaptureMedium
from domain.conversion.form import FormField
from domain.conversion.frames import FrameState, LotKind, LotState, LotVerdict
from domain.ids import LotId
from service.api.base import Answer, Body, LongText, Next, PageAnswer
from service.usecases.conversion.deciding import WithdrawLot
from service.usecases.conversion.destroying import DestroyFrames
from service.usecases.conversion.figures import LotFigures
from service.usecases.conversion.lots import LotView, OpenLot

LABEL = r"^[A-Z0-9][A-Z0-9./-]{0,39}$"


class LotBody(Body):
    """A roll or box to convert."""

    label: Annotated[str, Field(pattern=LABEL, description="The office's own name of it.")]
    kind: LotKind = LotKind.ROLL
    medium: CaptureMedium
    scan_ppi: Annotated[
        int, Field(ge=50, le=4_000, description="To an inch of the original form.")
    ]
    generation: Annotated[
        int, Field(ge=1, le=9, description="1: the form or the master of a film; 2: a copy.")
    ] = 1

    def to_command(self, caller: Caller) -> OpenLot:
        """Return the command."""
        capture = Capture(self.medium, self.scan_ppi, self.generation)
        return OpenLot(caller, self.label, self.kind, capture)


class LotIdAnswer(Answer):
    """The id of a lot."""

    lot_id: str


class StateCountAnswer(Answer):
    """How many frames stand in a state."""

    state: FrameState
    frames: int


class LotDecisionAnswer(Answer):
    """A decision on a lot."""

    round: int
    decision: LotVerdict
    draw: int
    decided_by: str
    decided_at: str


class LotAnswer(Answer):
    """A lot, and where its frames stand."""

    lot_id: str
    label: str
    kind: LotKind
    medium: CaptureMedium
    scan_ppi: int
    generation: int
    is_searchable: bool = Field(description="Whether its prints may be searched and enrolled.")
    state: LotState
    round: int = Field(description="Which keying of the lot: a rejected lot is keyed again.")
    opened_at: str
    frames: tuple[StateCountAnswer, ...]
    decisions: tuple[LotDecisionAnswer, ...]

    @classmethod
    def of(cls, view: LotView) -> LotAnswer:
        """Return the answer about a lot."""
        lot = view.lot
        return cls(
            lot_id=lot.lot_id,
            label=lot.label,
            kind=lot.kind,
            medium=lot.capture.medium,
            scan_ppi=lot.capture.ppi,
            generation=lot.capture.generation,
            is_searchable=lot.capture.is_searchable,
            state=lot.state,
            round=lot.round,
            opened_at=lot.opened_at.isoformat(),
            frames=tuple(
                StateCountAnswer(state=state, frames=count)
                for state, count in sorted(view.counts.items())
            ),
            decisions=tuple(
                LotDecisionAnswer(
                    round=one.round,
                    decision=one.decision,
                    draw=one.draw,
                    decided_by=one.decided_by,
                    decided_at=one.decided_at.isoformat(),
                )
                for one in view.decisions
            ),
        )


class LotListAnswer(PageAnswer):
    """Lots, those opened first in front."""

    lots: tuple[LotAnswer, ...]
    next_after: Next


class FieldCountAnswer(Answer):
    """In how many frames the two keyings gave a field differently."""

    field: FormField
    frames: int


class KeyerAnswer(Answer):
    """How often a keyer was not followed."""

    keyer: str
    frames: int
    overruled_fields: int


class LotFiguresAnswer(Answer):
    """The fates of the frames of a lot in its present round."""

    frames: tuple[StateCountAnswer, ...]
    settled: int
    agreed: int = Field(description="Settled without a third person.")
    differing: tuple[FieldCountAnswer, ...]
    keyers: tuple[KeyerAnswer, ...]
    uncoded: int = Field(description="Texts that no table has a code for.")
    settled_an_hour: float

    @classmethod
    def of(cls, figures: LotFigures) -> LotFiguresAnswer:
        """Return the answer about the figures of a lot."""
        return cls(
            frames=tuple(
                StateCountAnswer(state=state, frames=count)
                for state, count in sorted(figures.states.items())
            ),
            settled=figures.settled,
            agreed=figures.agreed,
            differing=tuple(
                FieldCountAnswer(field=field, frames=count)
                for field, count in figures.differing.items()
            ),
            keyers=tuple(
                KeyerAnswer(
                    keyer=one.keyer, frames=one.frames, overruled_fields=one.overruled_fields
                )
                for one in figures.keyers
            ),
            uncoded=figures.uncoded,
            settled_an_hour=round(figures.settled_an_hour, 1),
        )


class LotWithdrawalBody(Body):
    """A withdrawal of a whole lot."""

    words: LongText = Field(description="Why.")

    def to_command(self, caller: Caller, lot_id: LotId) -> WithdrawLot:
        """Return the command."""
        return WithdrawLot(caller, lot_id, self.words)


class FramesMovedAnswer(Answer):
    """How many frames were taken back, or destroyed."""

    frames: int


class DestructionBody(Body):
    """The frames that may no longer be kept, as counted."""

    expected: Annotated[int, Field(ge=0, le=10_000)]

    def to_command(self, caller: Caller, lot_id: LotId) -> DestroyFrames:
        """Return the command."""
        return DestroyFrames(caller, lot_id, self.expected)
