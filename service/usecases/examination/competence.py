"""Examiners' competence on record: control items, agreement with others, and consistency.

Examiners see their own figures. Their supervisors also see those figures, in the statistics.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean

from domain.access.access import Caller, Scope
from domain.errors import CompetenceNotShownError
from domain.events.looking import LookKind
from domain.examination.cases import Activity, Case, Outcome
from domain.ids import SearchId, UserId
from service.storage.examination.open_work import ControlCompared, ControlWorked
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look
from service.usecases.services import Services
from service.usecases.workbench import Workbench

CURRENT = timedelta(days=365)
"""Only work of the last year is counted."""

_MOST_CONTROLS = 1_000


class Difficulty(StrEnum):
    """How hard a control item is, by the mean quality of its probe's prints."""

    EASY = "easy"
    """A mean quality of 60 or more."""
    MIDDLING = "middling"
    HARD = "hard"
    """A mean quality below 40, or the prints have been erased."""


_LEAST_QUALITY = {Difficulty.EASY: 60, Difficulty.MIDDLING: 40, Difficulty.HARD: 0}


@dataclass(frozen=True, slots=True)
class ControlTally:
    """How control items of one difficulty were decided. All of them are known to be non-mated."""

    difficulty: Difficulty
    outcomes: Mapping[Outcome, int]

    @property
    def decided(self) -> int:
        """The number of control items decided."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Competence:
    """One examiner's figures for the last year."""

    user_id: UserId
    examiner: str
    """The sign-in name or, if there is none, the opaque id."""
    controls: tuple[ControlTally, ...]
    """One tally for each difficulty."""
    pairs: int
    """How often another examiner decided the same case, which is now closed."""
    agreed: int
    """How often the two came to the same finding."""
    repeated: int
    """The number of pairs of captures in control items that were compared more than once."""
    consistent: int
    """The number of these pairs that always had the same outcome."""

    @property
    def decided(self) -> int:
        """The number of control items decided."""
        return sum(tally.decided for tally in self.controls)

    @property
    def false_identifications(self) -> int:
        """The number of control items that were identified. Each of these is an error."""
        return sum(tally.outcomes[Outcome.IDENTIFIED] for tally in self.controls)


@dataclass(frozen=True, slots=True)
class OwnCompetence:
    """An examiner's figures for the last year, and what the office demands before marks."""

    since: datetime
    """Start of the period."""
    figures: Competence
    wanted: int
    """The number of control items to decide before marks are assigned."""

    @property
    def may_take_marks(self) -> bool:
        """Whether marks may be assigned to the examiner."""
        return self.figures.decided >= self.wanted


def own_competence(bench: Workbench, caller: Caller) -> OwnCompetence:
    """Return the caller's own figures for the last year. Raises NotPermittedError."""
    caller.actor.require(Scope.EXAMINE)
    me = caller.actor.user_id
    since = bench.services.surroundings.clock() - CURRENT
    with bench.services.units.read() as unit:
        found = competences(unit, since=since, examiner=me)
        name = unit.accounts.names([me]).get(me, me)
    look(bench.services, caller, LookKind.STATISTICS, [me])
    own = found[0] if found else _competence(me, name, (), {}, (0, 0), ())
    return OwnCompetence(since, own, bench.services.policy.controls_before_marks)


def competences(
    unit: UnitOfWork, *, since: datetime, examiner: UserId | None = None
) -> tuple[Competence, ...]:
    """Return the figures of one examiner, or of all examiners who have decided a case.

    They are in order of name.
    """
    controls = unit.competence.controls(since=since, limit=_MOST_CONTROLS, examiner=examiner)
    compared = unit.competence.controls_compared(since=since, examiner=examiner)
    agreements = {
        one.examiner: (one.pairs, one.agreed)
        for one in unit.competence.agreements(since=since, examiner=examiner)
    }
    qualities = {one: _quality(unit, one) for one in {worked.search_id for worked in controls}}
    people = {one.examiner for one in controls} | set(agreements)
    names = unit.accounts.names(sorted(people))
    return tuple(
        _competence(
            who,
            names.get(who, who),
            [one for one in controls if one.examiner == who],
            qualities,
            agreements.get(who, (0, 0)),
            [one for one in compared if one.examiner == who],
        )
        for who in sorted(people, key=lambda who: names.get(who, who))
    )


def may_take_marks(services: Services, unit: UnitOfWork, examiner: UserId) -> bool:
    """Whether an examiner decided enough control items in the last year to take marks."""
    wanted = services.policy.controls_before_marks
    since = services.surroundings.clock() - CURRENT
    return not wanted or (
        len(unit.competence.controls(since=since, limit=wanted, examiner=examiner)) >= wanted
    )


def refuse_marks_without_controls(
    services: Services, unit: UnitOfWork, case: Case, examiner: UserId
) -> None:
    """Raise CompetenceNotShownError if the case is a mark that the examiner may not take."""
    is_mark = case.activity is Activity.MARK_COMPARISON
    if is_mark and not may_take_marks(services, unit, examiner):
        raise CompetenceNotShownError


def _competence(
    who: UserId,
    name: str,
    controls: Sequence[ControlWorked],
    qualities: Mapping[SearchId, float],
    agreement: tuple[int, int],
    compared: Sequence[ControlCompared],
) -> Competence:
    tallies: dict[Difficulty, Counter[Outcome]] = defaultdict(Counter)
    for one in controls:
        tallies[_difficulty(qualities[one.search_id])][one.outcome] += 1
    again: dict[tuple[str, str], list[int]] = defaultdict(list)
    for two in compared:
        again[two.probe, two.exemplar].append(two.count)
    repeated = [counts for counts in again.values() if sum(counts) > 1]
    return Competence(
        user_id=who,
        examiner=name,
        controls=tuple(
            ControlTally(level, {outcome: tallies[level][outcome] for outcome in Outcome})
            for level in Difficulty
        ),
        pairs=agreement[0],
        agreed=agreement[1],
        repeated=len(repeated),
        consistent=sum(len(counts) == 1 for counts in repeated),
    )


def _quality(unit: UnitOfWork, search_id: SearchId) -> float:
    probe = unit.searches.probe(search_id)
    return fmean(one.quality for one in probe.impressions) if probe else 0.0


def _difficulty(quality: float) -> Difficulty:
    return next(level for level, least in _LEAST_QUALITY.items() if quality >= least)
