"""Statistics of the examiners' work."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from domain.examination.cases import Activity, Outcome
from domain.ids import UserId
from service.api.authentication import Examiner, FigureReader
from service.api.base import Answer
from service.api.call_routes import CallRouter
from service.api.shapes import shows
from service.api.state import BenchOf
from service.usecases.examination import statistics
from service.usecases.examination.competence import Difficulty, OwnCompetence, own_competence


@shows(statistics.Turnaround)
class TurnaroundAnswer(Answer):
    """Time from opening to conclusion, for one activity."""


@shows(statistics.QueueAge)
class QueueAgeAnswer(Answer):
    """How long open cases of one activity have waited."""


@shows(statistics.MonthOutcomes)
class MonthOutcomesAnswer(Answer):
    """Outcomes of one force's cases that were opened in one month."""

    month: str = Field(description="`YYYY-MM`.")


@shows(statistics.HitRate)
class HitRateAnswer(Answer):
    """How many concluded cases of one search type led to a link."""

    share: float
    """Proportion, 0 to 1."""


@shows(statistics.AgreementRate)
class AgreementRateAnswer(Answer):
    """How often two examiners reached the same finding, for one activity."""

    share: float
    """Proportion, 0 to 1."""


class OpinionPairAnswer(Answer):
    """How often a first and a second examination reached this pair of outcomes."""

    activity: Activity
    first: Outcome
    """Outcome of the first examination."""
    second: Outcome
    """Outcome of the second examination."""
    is_same_person: bool
    """Whether both identified the same exemplar, or neither identified any."""
    count: int
    """The number of cases with these two outcomes."""


class ControlTallyAnswer(Answer):
    """How control items of one difficulty were decided."""

    difficulty: Difficulty
    """Judged by the mean quality of the probe's prints: easy from 60, hard below 40."""
    decided: int
    """The number of control items that the examiner decided."""
    outcomes: Mapping[Outcome, int]
    """The number of control items by the outcome that the examiner chose."""


class CompetenceAnswer(Answer):
    """One examiner's figures for the year; control items are known not to match."""

    examiner: UserId
    decided: int = Field(description="Control items.")
    false_identifications: int
    """Control items that the examiner identified although the prints do not match."""
    controls: tuple[ControlTallyAnswer, ...]
    """How control items were decided, by examiner."""
    pairs: int
    """How often another examiner decided the same case, counted for closed cases only."""
    agreed: int = Field(description="How often both had the same finding.")
    repeated: int
    """Pairs of captures of control items that were compared more than once."""
    consistent: int
    """The number of these pairs that were always given the same outcome."""


@shows(OwnCompetence)
class OwnCompetenceAnswer(Answer):
    """The caller's own figures for the last year."""

    figures: CompetenceAnswer
    may_take_marks: bool
    """Whether the office's policy allows marks to be assigned to the examiner."""


class ExaminerChangesAnswer(Answer):
    """The changes that one examiner made after seeing the exemplar."""

    examiner: UserId
    comparisons: int
    """The number of sealed comparisons."""
    revisions: int
    """The number of sealed findings that were revised."""
    points_marked: int
    """The number of corresponding points that the examiner marked."""
    points_added: int
    """Points that the sealed analysis had not marked; comparisons made with earlier releases are
    not counted."""


class StatisticsAnswer(Answer):
    """The figures for one year."""

    since: datetime
    """Start of the period."""
    now: datetime
    """When the figures were counted."""
    turnaround: tuple[TurnaroundAnswer, ...]
    """Time from opening to conclusion."""
    queue: tuple[QueueAgeAnswer, ...]
    """How long open cases have been waiting."""
    outcomes: tuple[MonthOutcomesAnswer, ...]
    """Outcomes by force and month."""
    hits: tuple[HitRateAnswer, ...]
    """The number of concluded cases that led to a link, by search type."""
    agreement: tuple[AgreementRateAnswer, ...]
    """How often two examiners reached the same finding."""
    opinions: tuple[OpinionPairAnswer, ...]
    """How the outcomes of first and second examinations compare."""
    controls: tuple[CompetenceAnswer, ...]
    """How control items were decided, by examiner."""
    changes: tuple[ExaminerChangesAnswer, ...]
    """What each examiner changed after seeing the exemplar."""


router = CallRouter(prefix="/v1", tags=["figures"])


@router.get("/statistics")
def get_statistics(call: FigureReader, bench: BenchOf) -> StatisticsAnswer:
    """Return the figures for the last year: turnaround, queue, outcomes, agreement, controls."""
    return StatisticsAnswer.of(statistics.statistics(bench, call.caller))


@router.get("/competence")
def get_competence(call: Examiner, bench: BenchOf) -> OwnCompetenceAnswer:
    """Return the caller's own control items, agreement and consistency in the last year."""
    return OwnCompetenceAnswer.of(own_competence(bench, call.caller))
