"""Models of evidence in use: which was chosen, whether prints follow its law, rehearsals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.experience import Kind
from domain.ids import GalleryCaseId, LawStateId, ModelChoiceId, RehearsalId, UserId


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A choice of a model; the one with the highest number holds from the next start on.

    `searches`: how many stored searches were weighed under both models before. `changed`: of them,
    those with another leader, or with a candidate in another band.
    """

    choice_id: ModelChoiceId
    number: int
    model_digest: str
    previous_digest: str
    searches: int
    changed: int
    chosen_by: UserId
    chosen_at: datetime


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


class RehearsalSource(StrEnum):
    """The searches whose most alike stranger was counted."""

    ENROLLED = "enrolled"
    """With enrolled people's own captures, against all others."""
    LIVE = "live"
    """Searches of forces whose first candidate was identified by examiners: the second is a
    stranger."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Searches counted together; no person, no template and no search is named.

    `counts`: JSON, of each kind the searches by step of alikeness. `persons`: people of the
    gallery then. `searches`: how many were counted, of all kinds.
    """

    rehearsal_id: RehearsalId
    number: int
    source: RehearsalSource
    template_format: str
    extractor: str
    """The maker of the templates of this release; empty where they are made elsewhere."""
    index_digest: str
    persons: int
    searches: int
    counts: str
    made_by: UserId
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RehearsalDoubt:
    """A rehearsal whose stranger looks like the person: counted unless found to be one person."""

    rehearsal_id: RehearsalId
    case_id: GalleryCaseId
    kind: Kind
    step: int
    searches: int
    """Both people may have been rehearsed, and met each other."""
