"""Evidence models in use: their choice, the watch on the assumed distribution, and rehearsals.

A rehearsal is one of N searches with the captures of the N people of a gallery: the most similar
stranger is as similar as the one that a person outside the gallery would meet there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from domain.ids import GalleryCaseId, LawStateId, ModelChoiceId, RehearsalId, UserId
from domain.prints.prints import Impression, ImpressionType

ALIKENESS_STEP = 0.05
"""The width of a step of similarity, in standard deviations. Strangers are counted by step."""
_MOST_STEPS = 100_000
_KEPT_SHARE = 20
"""One in this many searches, those with the most similar strangers, keep their own steps. All
others share one step."""


class Kind(StrEnum):
    """The kinds of search in which strangers are comparably similar: by number of fingers, with
    marks separate.

    Rehearsals also count the fewest and the most fingers of a kind by themselves.
    """

    ONE = "one finger"
    TWO = "two fingers"
    FOUR = "four fingers"
    FEW = "two to four fingers"
    FIVE = "five fingers"
    TEN = "ten fingers"
    MANY = "five fingers or more"
    MARK = "mark"


def kind_of(impressions: Iterable[Impression], fingers: int) -> Kind:
    """Return the kind of a search with these impressions and this many fingers."""
    if any(one.impression_type is ImpressionType.LATENT for one in impressions):
        return Kind.MARK
    if fingers == 1:
        return Kind.ONE
    return Kind.FEW if fingers < 5 else Kind.MANY


REHEARSED_AS = {
    (Kind.FEW, 2): Kind.TWO,
    (Kind.FEW, 4): Kind.FOUR,
    (Kind.MANY, 5): Kind.FIVE,
    (Kind.MANY, 10): Kind.TEN,
}
"""The kind under which rehearsals with exactly as many fingers are counted by themselves."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Searches for which the most similar stranger was counted.

    `searches`: the number of searches. `persons`: the mean size of the galleries that were
    searched, rounded down. `tops`: pairs of a step of similarity and the number of searches whose
    most similar stranger was at that step, in ascending order of step.
    """

    searches: int = 0
    persons: int = 0
    tops: tuple[tuple[int, int], ...] = ()

    def at_least(self, step: int) -> int:
        """Return the number of searches that met a stranger at this step or above."""
        return sum(count for at, count in self.tops if at >= step)

    @classmethod
    def of(cls, parts: Iterable[tuple[int, Mapping[int, int]]]) -> Self:
        """Return the combined counts of parts: people in a gallery, and searches by step."""
        tops: Counter[int] = Counter()
        searches, weight = 0, 0
        for persons, steps in parts:
            tops.update(steps)
            searches += sum(steps.values())
            weight += persons * sum(steps.values())
        return cls(searches, weight // searches if searches else 0, _thinned(tops, searches))

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the counts read from plain data. Raises KeyError, TypeError, ValueError."""
        tops = tuple((int(at), int(count)) for at, count in data["tops"])
        found = cls(int(data["searches"]), int(data["persons"]), tops)
        steps = [at for at, _ in tops]
        if steps != sorted(set(steps)) or any(abs(at) > _MOST_STEPS for at in steps):
            raise ValueError(
                f"The similarity steps must be in ascending order, each from {-_MOST_STEPS} to"
                f" {_MOST_STEPS}."
            )
        if min(found.persons, *(count for _, count in tops), 0) < 0:
            raise ValueError("Counts must not be negative.")
        if sum(count for _, count in tops) != found.searches:
            raise ValueError("The counts by similarity do not add up to the number of searches.")
        return found


def _thinned(tops: Mapping[int, int], searches: int) -> tuple[tuple[int, int], ...]:
    """Return counts in ascending order of step.

    All counts below the most similar strangers share one step, the highest among them: lower steps
    only tell apart common similarities, which are no evidence.
    """
    kept: list[tuple[int, int]] = []
    left = searches
    for step, count in sorted(tops.items(), reverse=True):
        if searches - left >= searches / _KEPT_SHARE:
            kept.append((step, left))
            break
        kept.append((step, count))
        left -= count
    return tuple(reversed(kept))


@dataclass(frozen=True, slots=True)
class Experience:
    """The strangers that searches of one kind had met in the gallery at the time of a search.

    `rehearsed`: searches with enrolled people's own captures; there are none for marks, because no
    exemplar can stand for a mark. `live`: searches whose first candidate was identified by
    examiners; the second candidate of each is its most similar stranger.
    """

    kind: Kind
    rehearsed: Counted = Counted()
    live: Counted = Counted()
    is_withheld: bool = field(default=False, kw_only=True)
    """Whether proposals are withheld: examiners excluded too many of this kind."""

    @property
    def searches(self) -> int:
        """The number of searches that were counted."""
        return self.rehearsed.searches + self.live.searches

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Return the counts read from plain data. Raises KeyError, TypeError, ValueError."""
        counted = (Counted.from_data(data[name]) for name in ("rehearsed", "live"))
        return cls(Kind(data["kind"]), *counted, is_withheld=bool(data.get("is_withheld", False)))


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
    """Searches whose first candidate examiners identified: the second candidate is a stranger."""


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
