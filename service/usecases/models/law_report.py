"""A report, in words, on whether the scores of each source are still as the model expects."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from domain.access.access import Caller, Role
from domain.errors import NotPermittedError
from domain.searches.evidence import Band, Evidence
from domain.searches.models import ALL, Experience, Kind, LawState, LawStateChange, WeekSketch
from matching.metrics import share_interval
from matching.scorer import Scorer
from matching.watch.home import HomeLaw, Measure
from service.live.law_watch import Act
from service.usecases.models.watching import PROPOSALS, SECONDS, weeks_since
from service.usecases.services import Services

_READERS = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})
NEARLY_SURE = 0.99
_NOT_COMPARED = "not compared"
_LINKS_READ = 200
"""The number of newest links whose evidence is read for the agreement of details."""
_AGREEING = ("name", "date of birth", "sex", "place of birth", "postcode")


@dataclass(frozen=True, slots=True)
class Week:
    """The means of one week over all impressions of one sort: controlled prints or marks."""

    week: date
    impressions: int
    mean: float
    spread: float
    quality: float


@dataclass(frozen=True, slots=True)
class Expected:
    """The range within which 95 % of searches fall under the home law, and its middle."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Claimed:
    """Decided searches whose first candidate was in one band, and how many were identified.

    `claimed` is the mean probability that the model gave; `low` and `high` are the 95 % interval
    of the proportion identified (Wilson, 1927).
    """

    name: str
    leaders: int
    identified: int
    claimed: float
    low: float
    high: float

    @property
    def is_kept(self) -> bool:
        """Whether the proportion identified may be as high as the model claimed, or higher."""
        return self.high >= self.claimed or not self.leaders


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often details of identified people agreed, and how often the model expects this.

    `low` and `high` are the 95 % interval of the proportion (Wilson, 1927).
    """

    source: str
    compared: int
    agreed: int
    expected: float
    low: float
    high: float

    @property
    def is_expected(self) -> bool:
        """Whether the proportion may be the one that the model expects."""
        return self.low <= self.expected <= self.high


@dataclass(frozen=True, slots=True)
class LawReport:
    """The whole report. `is_watched` is whether the model has a home law to compare with."""

    model_digest: str
    is_watched: bool
    states: tuple[LawStateChange, ...]
    prints: tuple[Week, ...]
    marks: tuple[Week, ...]
    expected_mean: Expected | None
    expected_quality: Expected | None
    claims: tuple[Claimed, ...]
    agreements: tuple[Agreement, ...]
    act: Act = Act.ALARM
    """The step taken about a source whose scores have shifted."""
    met: tuple[Experience, ...] = ()
    """The strangers met by each kind of search here. Until enough have been counted, no candidate
    is proposed for that kind."""

    @property
    def alarms(self) -> tuple[LawStateChange, ...]:
        """The state changes that need attention: all except those back to the home law."""
        return tuple(one for one in self.states if one.state is not LawState.AT_HOME)


def law_report(services: Services, caller: Caller) -> LawReport:
    """Return the report for the last half year. Its figures name no person and no search.

    Raises NotPermittedError.
    """
    if caller.actor.role not in _READERS:
        raise NotPermittedError("Your role is not allowed to read this monitoring report.")
    law, digest = services.law.law, services.scorer.digest
    since = weeks_since(services.now())
    with services.units.read() as unit:
        states = unit.law.changes(digest)
        weeks = unit.law.weeks(digest, since)
        decided = unit.law.outcomes(datetime.combine(since, time(), UTC))
        identified = unit.searches.candidates_among(unit.law.identified(_LINKS_READ))
    return LawReport(
        digest,
        law is not None,
        states,
        prints=_weeks(one for one in weeks if one.kind != "latent"),
        marks=_weeks(one for one in weeks if one.kind == "latent"),
        expected_mean=_expected(law, Measure.MEAN),
        expected_quality=_expected(law, Measure.QUALITY),
        claims=_claims(decided),
        agreements=_agreements(services.scorer, [one.evidence for one in identified]),
        act=services.law.act,
        met=tuple(services.experience.met.values()),
    )


def _agreements(scorer: Scorer, evidence: Sequence[Evidence]) -> tuple[Agreement, ...]:
    found = []
    for source in _AGREEING:
        expected = scorer.mated_share(source, "same")
        levels = [row.level for one in evidence for row in one.rows if row.source == source]
        compared = [level for level in levels if level != _NOT_COMPARED]
        if expected is None or not compared:
            continue
        agreed = sum(level == "same" for level in compared)
        low, high = share_interval(agreed, len(compared))
        found.append(Agreement(source, len(compared), agreed, expected, low, high))
    return tuple(found)


def _expected(law: HomeLaw | None, measure: Measure) -> Expected | None:
    found = None if law is None else law.expected(Kind.ONE, measure)
    return None if found is None else Expected(*found)


def _weeks(sketches: Iterable[WeekSketch]) -> tuple[Week, ...]:
    by_week: dict[date, list[WeekSketch]] = defaultdict(list)
    for one in sketches:
        by_week[one.week].append(one)
    return tuple(_week(week, found) for week, found in sorted(by_week.items()))


def _week(week: date, found: list[WeekSketch]) -> Week:
    count = sum(one.impressions for one in found)
    mean, spread, quality = (
        sum(getattr(one, name) for one in found) / count for name in ("mean", "spread", "quality")
    )
    return Week(week, count, mean, spread, quality)


def _claims(decided: Iterable[tuple[datetime, Band, float, bool]]) -> tuple[Claimed, ...]:
    groups: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for _, band, probability, identified in decided:
        groups[str(band)].append((probability, identified))
        if probability >= NEARLY_SURE:
            groups[f"probability {NEARLY_SURE} or more"].append((probability, identified))
    return tuple(_claimed(name, found) for name, found in sorted(groups.items()))


def _claimed(name: str, found: list[tuple[float, bool]]) -> Claimed:
    n, k = len(found), sum(identified for _, identified in found)
    claimed = sum(probability for probability, _ in found) / n
    return Claimed(name, n, k, claimed, *share_interval(k, n))


def effect_words(one: LawStateChange, act: Act) -> str:
    """Return the words for the effect of an alarm on the evidence of searches."""
    source = one.source
    if source.account.startswith(PROPOSALS):
        return "No candidate of this kind of search is proposed until the audit is reset."
    if source.account.startswith(SECONDS):
        return (
            "Real searches have raised the error rate of this kind of search. New trial "
            "searches of the gallery begin now."
        )
    if ALL in (source.asker_force, source.account) or act is Act.ALARM:
        return "Evidence does not change: this is only an alarm."
    if one.state is LawState.MOVED and act is Act.WITHHOLD:
        return "Its prints are ranked, but have no weight of evidence, until the source is reset."
    return "Its prints have less weight of evidence."


def source_words(one: LawStateChange) -> str:
    """Return the words for a source: a force and an account."""
    if one.source.asker_force == ALL:
        return one.source.account or "all forces"
    if one.source.account == ALL:
        return f"force {one.source.asker_force}"
    return f"force {one.source.asker_force}, {one.source.account}"
