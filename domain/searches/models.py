"""Evidence models in use: their choice, the watch on the assumed distribution, rehearsals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import GalleryCaseId, LawStateId, ModelChoiceId, RehearsalId, UserId
from domain.searches.experience import Kind


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A choice of a model. The choice with the highest number takes effect at the next start.

    `searches`: the number of stored searches that were weighed under both models before the
    choice. `changed`: how many of these have a different first candidate, or a candidate in a
    different band.
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
    """What the monitoring has found about one source of prints."""

    AT_HOME = "at home"
    MOVING = "moving"
    """The evidence that the source left the home law has reached the warning level."""
    MOVED = "moved"
    """The evidence has reached the alarm level. Only a person can reset the source."""


ALL = ""
"""In place of a force: all forces. In place of an account: all accounts of the force."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where prints come from, under one model: an account of a force, a force, or all forces."""

    asker_force: str
    account: str
    model_digest: str


@dataclass(frozen=True, slots=True)
class LawStateChange:
    """The beginning of a state. `evidence_log10`: in tenths, rounded down."""

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
    """Sums over the impressions of a week from one source, of one type, finger and band of
    quality.

    `finger`: 0 for marks. `band`: the lowest quality of the band. `mean` and `spread`: those of
    strangers' cosines, summed over impressions. `mean_squares`: the squares of the means, summed
    in the same way. The sums contain no template and name no person.
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
    """The source of the searches for which the most similar stranger was counted."""

    BOTH_ENDS = "both ends"
    """Enrolled people's own captures against all others, with the fewest and most fingers."""
    ENROLLED = "enrolled"
    """The same with two fingers or all, made by earlier releases and no longer counted."""
    LIVE = "live"
    """Searches whose first candidate was identified: the second candidate is a stranger."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Aggregate counts from a set of trial searches.

    No person, template or search is named. `counts`: JSON that gives, for each kind of search, the
    number of searches in each similarity band. `persons`: the number of people in the gallery at
    that time. `searches`: the total number of searches counted, of all kinds.
    """

    rehearsal_id: RehearsalId
    number: int
    source: RehearsalSource
    template_format: str
    extractor: str
    """The vector maker of this release; empty if templates are made elsewhere."""
    index_digest: str
    persons: int
    searches: int
    counts: str
    made_by: UserId
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RehearsalDoubt:
    """A rehearsal search that counts unless its stranger is found to be the same person."""

    rehearsal_id: RehearsalId
    case_id: GalleryCaseId
    kind: Kind
    step: int
    searches: int
    """Two if both people were rehearsed and met each other; otherwise one."""
