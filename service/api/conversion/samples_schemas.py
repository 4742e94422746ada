"""API schemas of samples, their readings, verdicts and certificates."""

from typing import Annotated

from pydantic import Field

from domain.conversion.frames import LotVerdict
from domain.ids import LotId, UserId
from service.api.base import Answer, Body, ShownMoment
from service.api.shapes import From, shows
from service.usecases.conversion import deciding, sampling


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
