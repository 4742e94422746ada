"""Samples, their readings, verdicts and certificates, as they travel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.access import Caller
from domain.conversion.form import ErrorClass, FormField
from domain.conversion.frames import LotVerdict
from domain.ids import LotId
from service.api.base import Answer, Body
from service.api.shapes import From
from service.usecases.conversion.deciding import Certificate
from service.usecases.conversion.sampling import DrawSample, ReadUnit, ShownUnit


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
    """The consequence of a sample."""

    verdict: LotVerdict


class ClassResultAnswer(Answer):
    """The result of a sample for one class of error."""

    error_class: ErrorClass
    good: Annotated[float, From("plan.good")] = Field(
        description="The share of errors at which a lot should pass."
    )
    bad: Annotated[float, From("plan.bad")] = Field(
        description="The share at which it should not."
    )
    sample: Annotated[int, From("plan.sample")]
    accept: int = Field(description="With so many errors the lot still passes.")
    population: int
    read: int
    errors: int
    low: float = Field(description="Of the exact 95 % interval of the share of errors.")
    high: float


class LotCertificateAnswer(Answer):
    """The certified facts of an accepted lot."""

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
    def of(cls, made: Certificate) -> LotCertificateAnswer:
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
