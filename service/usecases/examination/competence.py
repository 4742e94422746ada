"""Examiners' competence on record (control items, agreement with others, and consistency), and the
control items themselves: cases whose exemplars are known not to come from the probe's donor.

The probe of a search that led to a link is searched again, and its donor is left out of the
exemplars. The strongest other candidates look similar and are known non-mates. Such a probe looks
like any other probe; a capture that was enrolled in another way may be rolled where probes are
plain, which would give it away. A control item is examined like any other case. Its results are
kept separate, and it never makes a link: the use case closes it without a link, and the database
refuses one.

Examiners see their own figures. Their supervisors also see those figures, in the statistics.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import fmean

from domain.access.access import Caller, Scope
from domain.events.examination import ControlInserted
from domain.events.looking import LookKind
from domain.examination.cases import Outcome
from domain.forces import NO_FORCE
from domain.ids import CaseId, EncounterId, SearchId, UserId
from domain.people.people import Details
from domain.prints.prints import Encounter
from domain.searches.searches import Candidate, Probe, Search, SearchState, SearchType
from service.storage.examination.open_work import ControlCompared, ControlWorked
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import look, record
from service.usecases.searches.searching import case_of
from service.usecases.searches.weighing import Weighed, weigh
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
    me = caller.actor.user_id
    since = bench.services.now() - CURRENT
    with bench.services.reading(caller, Scope.EXAMINE) as unit:
        found = competences(unit, since=since, examiner=me)
        name = unit.accounts.names([me]).get(me, me)
    look(bench.services, caller, LookKind.STATISTICS, [me])
    own = found[0] if found else _competence(me, name, (), {}, (0, 0), ())
    return OwnCompetence(since, own, bench.services.policy.controls_before_marks)


def competences(
    unit: UnitOfWork, *, since: datetime, examiner: UserId | None = None
) -> tuple[Competence, ...]:
    """Return the figures of one examiner, or of all who have decided a case, by name."""
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
    since = services.now() - CURRENT
    return not wanted or (
        len(unit.competence.controls(since=since, limit=wanted, examiner=examiner)) >= wanted
    )


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


MOST_AT_ONCE = 20
"""The largest number of control items that one request inserts."""

_LOOKED_AT = 20
"""The number of captures tried for one control item before giving up."""


def due_control_items(bench: Workbench) -> int:
    """Return how many more control items are needed to reach the office's share."""
    with bench.services.units.read() as unit:
        return due_by_share(unit, bench.desk.control_share)


def due_by_share(unit: UnitOfWork, share: float) -> int:
    """Return how many more control items are needed to reach this share of all cases."""
    controls, others = unit.figures.control_count()
    if share <= 0:
        return 0
    return max(0, int(others * share / (1 - share)) - controls)


def insert_control_items(
    bench: Workbench, caller: Caller, *, limit: int = MOST_AT_ONCE
) -> tuple[CaseId, ...]:
    """Insert the control items that are due, at most `limit`. Raises NotPermittedError.

    Inserts nothing while no tenprint search has led to a link.
    """
    caller.actor.require(Scope.RESOLVE)
    count = min(limit, due_control_items(bench))
    made = (_insert_one(bench, caller) for _ in range(count))
    return tuple(case_id for case_id in made if case_id is not None)


def _insert_one(bench: Workbench, caller: Caller) -> CaseId | None:
    source = _random_capture(bench)
    if source is None:
        return None
    probe = Probe(source.impressions, Details())
    weighed = weigh(bench.services, SearchType.TP_TP, probe)
    non_mates = [c for c in weighed.candidates if c.person_id != source.person_id]
    # A person may be enrolled twice, so a candidate counts as a non-mate only if the prints are
    # evidence against it.
    safe = [c for c in non_mates if c.evidence.biometric_bits < 0]
    if not safe:
        return None
    return _store(bench, caller, source, weighed, safe)


def _random_capture(bench: Workbench) -> Encounter | None:
    """Return a random capture: the next one after a new random id, since all ids are random."""
    start = EncounterId(bench.services.new_id())
    with bench.services.units.read() as unit:
        for after in (start, EncounterId("")):
            for encounter_id in unit.figures.linked_captures(after=after, limit=_LOOKED_AT):
                encounter = unit.encounters.get(encounter_id)
                if encounter is not None:
                    return encounter
    return None


def _store(
    bench: Workbench, caller: Caller, source: Encounter, weighed: Weighed, chosen: list[Candidate]
) -> CaseId:
    services = bench.services
    search = Search(
        search_id=SearchId(services.new_id()),
        search_type=SearchType.TP_TP,
        force=NO_FORCE,
        submitted_by=caller.actor.user_id,
        on_behalf_of="",
        purpose=caller.purpose,
        submitted_at=services.now(),
        basis=weighed.basis,
        state=SearchState.EXAMINING,
        # The search uses the probe's pictures, and is erased together with its donor.
        encounter_id=source.encounter_id,
    )
    case = case_of(services, search)
    ranked = [replace(candidate, rank=rank) for rank, candidate in enumerate(chosen, 1)]
    with services.units.begin() as unit:
        unit.searches.add(search, weighed.probe, ranked)
        unit.cases.add(case)
        event = ControlInserted(search.search_id, case.case_id, len(ranked))
        record(services, unit, caller, event, case)
    return case.case_id
