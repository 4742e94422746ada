"""Figures of the examiners' desk: turnaround, queue age, outcomes, agreement, hit rates."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from domain.access.access import Caller, Scope
from domain.events.looking import LookKind
from domain.examination.cases import Activity, CaseState
from domain.ids import ForceCode, UserId
from domain.plain_values import made_from
from domain.searches.searches import SearchType
from service.storage.examination.figures import ChangesOfMind, ClosedCase, OpenAges, OpinionPair
from service.usecases.examination.competence import Competence, competences
from service.usecases.log.recording import look
from service.usecases.workbench import Workbench

PERIOD = timedelta(days=365)
"""Figures cover the last year."""

_MOST_COMPARISONS = 20_000
_MOST_CASES = 5_000
"""The largest number of closed cases counted, newest first, to limit the time for the page."""


@dataclass(frozen=True, slots=True)
class Turnaround:
    """The hours from opening to conclusion of one activity's cases; activities never mix."""

    activity: Activity
    cases: int
    """The number of concluded cases."""
    median_h: float
    """Median in hours."""
    p90_h: float
    """The time, in hours, within which nine in ten were concluded."""


@dataclass(frozen=True, slots=True)
class QueueAge:
    """How long open cases of one activity have waited."""

    activity: Activity
    cases: int
    """The number of open cases."""
    median_h: float
    """Median in hours."""
    oldest_h: float
    """Longest wait in hours."""


@dataclass(frozen=True, slots=True)
class MonthOutcomes:
    """The outcomes of cases of one force, opened in one month."""

    month: str
    """The month as `YYYY-MM`."""
    force: ForceCode
    linked: int
    """Cases that led to a link."""
    not_linked: int
    """Cases that led to no link."""


@dataclass(frozen=True, slots=True)
class HitRate:
    """How many concluded cases of one type of search led to a link."""

    search_type: SearchType
    linked: int
    """Cases that led to a link."""
    cases: int
    """The number of concluded cases."""

    @property
    def share(self) -> float:
        """The proportion of cases that led to a link, 0 to 1."""
        return self.linked / self.cases if self.cases else 0.0


@dataclass(frozen=True, slots=True)
class AgreementRate:
    """How often two examiners with the same activity (kind of work) reached the same finding."""

    activity: Activity
    agreed: int
    """Pairs of examinations with the same finding."""
    pairs: int
    """Pairs of examinations."""

    @property
    def share(self) -> float:
        """The proportion of pairs that agreed, 0 to 1."""
        return self.agreed / self.pairs if self.pairs else 0.0


@dataclass(frozen=True, slots=True)
class ExaminerChanges:
    """What one examiner changed after seeing the exemplar: revisions and added points."""

    examiner: str
    comparisons: int
    revisions: int
    points_marked: int
    points_added: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one year."""

    since: datetime
    now: datetime
    turnaround: tuple[Turnaround, ...]
    queue: tuple[QueueAge, ...]
    outcomes: tuple[MonthOutcomes, ...]
    hits: tuple[HitRate, ...]
    agreement: tuple[AgreementRate, ...]
    opinions: tuple[OpinionPair, ...]
    controls: tuple[Competence, ...]
    changes: tuple[ExaminerChanges, ...]


def statistics(bench: Workbench, caller: Caller) -> Statistics:
    """Return the figures for the last year. Raises NotPermittedError.

    Examiners may not see them: knowing how often others find a link creates an expectation, and so
    a bias.
    """
    now = bench.services.now()
    since = now - PERIOD
    with bench.services.reading(caller, Scope.READ_FIGURES) as unit:
        closed = unit.figures.closed_cases(since=since, limit=_MOST_CASES)
        ages = unit.figures.open_ages()
        opinions = unit.figures.opinions(since=since, limit=_MOST_CASES)
        controls = competences(unit, since=since)
        changes = unit.figures.changes_of_mind(since=since, limit=_MOST_COMPARISONS)
        people = {*(one.user_id for one in controls), *(one.examiner for one in changes)}
        names = unit.accounts.names(sorted(people))
    look(bench.services, caller, LookKind.STATISTICS, sorted(people))
    return Statistics(
        since=since,
        now=now,
        turnaround=tuple(_turnaround(activity, closed) for activity in Activity),
        queue=tuple(_queue_age(found, now) for found in ages),
        outcomes=_outcomes(closed),
        hits=_hits(closed),
        agreement=tuple(_agreement(activity, opinions) for activity in Activity),
        opinions=opinions,
        controls=controls,
        changes=_changes(changes, names),
    )


def _turnaround(activity: Activity, closed: Sequence[ClosedCase]) -> Turnaround:
    hours = [_hours(c.closed_at - c.opened_at) for c in closed if c.activity is activity]
    return Turnaround(activity, len(hours), _quantile(hours, 0.5), _quantile(hours, 0.9))


def _queue_age(found: OpenAges, now: datetime) -> QueueAge:
    return QueueAge(
        found.activity,
        found.cases,
        _hours(now - (found.median_opened_at or now)),
        _hours(now - (found.oldest_opened_at or now)),
    )


def _outcomes(closed: Iterable[ClosedCase]) -> tuple[MonthOutcomes, ...]:
    linked = _tally(closed, lambda case: (case.opened_at.year, case.opened_at.month, case.force))
    return tuple(
        MonthOutcomes(f"{year}-{month:02}", force, yes, total - yes)
        for (year, month, force), (yes, total) in sorted(linked.items(), reverse=True)
    )


def _hits(closed: Iterable[ClosedCase]) -> tuple[HitRate, ...]:
    tally = _tally(closed, lambda case: case.search_type)
    return tuple(HitRate(kind, *tally[kind]) for kind in SearchType if kind in tally)


_Key = TypeVar("_Key")


def _tally(
    closed: Iterable[ClosedCase], key: Callable[[ClosedCase], _Key]
) -> Mapping[_Key, tuple[int, int]]:
    """Return the counts (linked, all) by key."""
    linked: Counter[_Key] = Counter()
    total: Counter[_Key] = Counter()
    for case in closed:
        group = key(case)
        total[group] += 1
        linked[group] += case.state is CaseState.LINKED
    return {found: (linked[found], total[found]) for found in total}


def _agreement(activity: Activity, opinions: Iterable[OpinionPair]) -> AgreementRate:
    pairs = [pair for pair in opinions if pair.activity is activity]
    agreed = sum(pair.count for pair in pairs if pair.first is pair.second and pair.is_same_person)
    return AgreementRate(activity, agreed, sum(pair.count for pair in pairs))


def _changes(
    found: Iterable[ChangesOfMind], names: Mapping[UserId, str]
) -> tuple[ExaminerChanges, ...]:
    told = (
        made_from(ExaminerChanges, one, examiner=names.get(one.examiner, one.examiner))
        for one in found
    )
    return tuple(sorted(told, key=lambda one: one.examiner))


def _hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


def _quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which this proportion of the values lies; 0 for no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
