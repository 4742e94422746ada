"""Lots, samples and certificates, as they travel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.access import Caller
from domain.conversion.capture import Capture, CaptureMedium
from domain.conversion.form import ErrorClass, FormField
from domain.conversion.frames import FrameState, LotKind, LotState, LotVerdict
from domain.conversion.samples import Draw
from domain.ids import LotId
from service.api.base import Answer, Body, LongText
from service.usecases.conversion.deciding import Certificate, ClassResult, WithdrawLot
from service.usecases.conversion.destroying import DestroyFrames
from service.usecases.conversion.figures import LotFigures
from service.usecases.conversion.lots import LotView, OpenLot
from service.usecases.conversion.sampling import DrawSample, ReadUnit, ShownUnit

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


class LotListAnswer(Answer):
    """Lots, those opened first in front."""

    lots: tuple[LotAnswer, ...]


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
    """What became of the frames of a lot in its present round."""

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


class SampleBody(Body):
    """A sample to draw."""

    seed: Annotated[int, Field(ge=0, lt=2**53)] | None = Field(
        default=None, description="Of the draw; made by the service where it is left out."
    )

    def to_command(self, caller: Caller, lot_id: LotId) -> DrawSample:
        """Return the command."""
        return DrawSample(caller, lot_id, self.seed)


class DrawAnswer(Answer):
    """A sample that was drawn."""

    round: int
    draw: int

    @classmethod
    def of(cls, made: Draw) -> DrawAnswer:
        """Return the answer about a draw; its seed is in the log alone."""
        return cls(round=made.round, draw=made.draw)


class UnitAnswer(Answer):
    """One field of one frame, with the value to judge."""

    place: int
    frame_id: str
    number: int
    part: int
    field: FormField
    text: str
    is_illegible: bool


class UnitsAnswer(Answer):
    """The next units to read."""

    units: tuple[UnitAnswer, ...]

    @classmethod
    def of(cls, shown: tuple[ShownUnit, ...]) -> UnitsAnswer:
        """Return the answer about units."""
        return cls(
            units=tuple(
                UnitAnswer(
                    place=one.place,
                    frame_id=one.frame_id,
                    number=one.number,
                    part=one.part,
                    field=one.field,
                    text=one.value.text,
                    is_illegible=one.value.is_illegible,
                )
                for one in shown
            )
        )


class UnitReadingBody(Body):
    """A sampler's reading."""

    place: Annotated[int, Field(ge=1, le=1_000_000)]
    is_right: bool = Field(description="Whether the value shown is that of the frame.")

    def to_command(self, caller: Caller, lot_id: LotId) -> ReadUnit:
        """Return the command."""
        return ReadUnit(caller, lot_id, self.place, self.is_right)


class VerdictAnswer(Answer):
    """What follows from a sample."""

    verdict: LotVerdict


class WithdrawalBody(Body):
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


class ClassResultAnswer(Answer):
    """The result of a sample for one class of error."""

    error_class: ErrorClass
    good: float = Field(description="The share of errors at which a lot should pass.")
    bad: float = Field(description="The share at which it should not.")
    sample: int
    accept: int = Field(description="With so many errors the lot still passes.")
    population: int
    read: int
    errors: int
    low: float = Field(description="Of the exact 95 % interval of the share of errors.")
    high: float

    @classmethod
    def of(cls, result: ClassResult) -> ClassResultAnswer:
        """Return the answer about a class."""
        return cls(
            error_class=result.error_class,
            good=result.plan.good,
            bad=result.plan.bad,
            sample=result.plan.sample,
            accept=result.accept,
            population=result.population,
            read=result.read,
            errors=result.errors,
            low=result.low,
            high=result.high,
        )


class CertificateAnswer(Answer):
    """What an accepted lot is certified to be."""

    lot_id: str
    label: str
    round: int
    draw: int
    seed: int = Field(description="The log holds the drawn list beside it.")
    classes: tuple[ClassResultAnswer, ...]
    seeded: int = Field(description="Errors put into the sample to measure its reader.")
    found: int = Field(description="Those of them that the reader found.")
    decided_by: str
    decided_at: str
    log_size: int = Field(description="Events in the log when the certificate was made.")
    tables: tuple[str, ...] = Field(description="The historic tables, each with its digest.")

    @classmethod
    def of(cls, made: Certificate) -> CertificateAnswer:
        """Return the answer about a certificate."""
        return cls(
            lot_id=made.lot.lot_id,
            label=made.lot.label,
            round=made.lot.round,
            draw=made.result.draw.draw,
            seed=made.result.draw.seed,
            classes=tuple(map(ClassResultAnswer.of, made.result.classes)),
            seeded=made.result.seeded,
            found=made.result.found,
            decided_by=made.decision.decided_by,
            decided_at=made.decision.decided_at.isoformat(),
            log_size=made.log_size,
            tables=made.tables,
        )
