"""Lots, their figures and decisions, as they travel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, Field

from domain.conversion.capture import CaptureMedium
from domain.conversion.form import FormField
from domain.conversion.frames import FrameState, LotKind, LotState, LotVerdict
from service.api.base import Answer, Body, LongText, Next, PageAnswer, ShownMoment
from service.api.shapes import From

LABEL = r"^[A-Z0-9][A-Z0-9./-]{0,39}$"


class LotBody(Body):
    """A roll or box to convert."""

    label: Annotated[str, Field(pattern=LABEL, description="The office's own name of it.")]
    kind: LotKind = LotKind.ROLL
    medium: CaptureMedium
    scan_ppi: Annotated[
        int, Field(ge=50, le=4_000, description="To an inch of the original form."), From("ppi")
    ]
    generation: Annotated[
        int, Field(ge=1, le=9, description="1: the form or the master of a film; 2: a copy.")
    ] = 1


class LotIdAnswer(Answer):
    """The id of a lot."""

    lot_id: str


class StateCountAnswer(Answer):
    """How many frames stand in a state."""

    state: FrameState
    frames: int


def _counted(counts: Mapping[FrameState, int]) -> tuple[StateCountAnswer, ...]:
    return tuple(
        StateCountAnswer(state=state, frames=count) for state, count in sorted(counts.items())
    )


_StateCounts = Annotated[tuple[StateCountAnswer, ...], BeforeValidator(_counted)]


class LotDecisionAnswer(Answer):
    """A decision on a lot."""

    round: int
    decision: LotVerdict
    draw: int
    decided_by: str
    decided_at: ShownMoment


class LotAnswer(Answer):
    """A lot, and where its frames stand."""

    of_part = "lot"

    lot_id: str
    label: str
    kind: LotKind
    medium: Annotated[CaptureMedium, From("lot.capture.medium")]
    scan_ppi: Annotated[int, From("lot.capture.ppi")]
    generation: Annotated[int, From("lot.capture.generation")]
    is_searchable: Annotated[bool, From("lot.capture.is_searchable")] = Field(
        description="Whether its prints may be searched and enrolled."
    )
    state: LotState
    round: int = Field(description="Which keying of the lot: a rejected lot is keyed again.")
    opened_at: ShownMoment
    frames: Annotated[_StateCounts, From("counts")]
    decisions: Annotated[tuple[LotDecisionAnswer, ...], From("decisions")]


class LotListAnswer(PageAnswer):
    """Lots, those opened first in front."""

    lots: tuple[LotAnswer, ...]
    next_after: Next


class FieldCountAnswer(Answer):
    """In how many frames the two keyings gave a field differently."""

    field: FormField
    frames: int


def _fields_counted(counts: Mapping[FormField, int]) -> tuple[FieldCountAnswer, ...]:
    return tuple(FieldCountAnswer(field=field, frames=count) for field, count in counts.items())


class KeyerAnswer(Answer):
    """How often a keyer was not followed."""

    keyer: str
    frames: int
    overruled_fields: int


class LotFiguresAnswer(Answer):
    """The fates of the frames of a lot in its present round."""

    frames: Annotated[_StateCounts, From("states")]
    settled: int
    agreed: int = Field(description="Settled without a third person.")
    differing: Annotated[tuple[FieldCountAnswer, ...], BeforeValidator(_fields_counted)]
    keyers: tuple[KeyerAnswer, ...]
    uncoded: int = Field(description="Texts that no table has a code for.")
    settled_an_hour: Annotated[float, BeforeValidator(partial(round, ndigits=1))]


class LotWithdrawalBody(Body):
    """A withdrawal of a whole lot."""

    words: LongText = Field(description="Why.")


class FramesMovedAnswer(Answer):
    """How many frames were taken back, or destroyed."""

    frames: int


class DestructionBody(Body):
    """The frames that may no longer be kept, as counted."""

    expected: Annotated[int, Field(ge=0, le=10_000)]
