"""Whether the prints of a source follow the law that the model was fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import LawStateId, UserId


class LawState(StrEnum):
    """The finding of the watch about one source of prints."""

    AT_HOME = "at home"
    MOVING = "moving"
    """The evidence against the home law reaches the warning."""
    MOVED = "moved"
    """It reaches the alarm. Only a person sets the source back."""


ALL = ""
"""In the place of a force: all of them; in the place of an account: all of the force."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where prints come from, under one model: an account of a force, a force, or all."""

    asker_force: str
    account: str
    model_digest: str


@dataclass(frozen=True, slots=True)
class LawStateChange:
    """A state that began. `evidence_log10`: of the evidence then, in tenths, rounded down."""

    state_id: LawStateId
    number: int
    source: Source
    state: LawState
    searches: int
    evidence_log10: int
    set_by: UserId
    set_at: datetime


@dataclass(frozen=True, slots=True)
class WeekSketch:
    """Sums over the impressions of a week: of one source, type, finger and band of quality.

    `finger`: 0 for marks. `band`: the least quality of the band. `mean`, `spread`: of strangers'
    cosines, summed over impressions, as the squares of `mean` are; no template and no person.
    """

    week: date
    asker_force: str
    account: str
    model_digest: str
    kind: str
    finger: int
    band: int
    impressions: int
    mean: float
    mean_squares: float
    spread: float
    quality: float
