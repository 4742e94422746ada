"""The content of a court report besides prints and decisions: notes, exhibits, error rates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access.access import Caller, Scope
from domain.conversion.acceptance import interval
from domain.errors import existing
from domain.events.links import ReportStatementMade
from domain.examination import cases, finding_policy
from domain.ids import StatementId, UserId
from domain.searches.searches import Candidate
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import PROBE_LABEL
from service.usecases.log.recording import record
from service.usecases.services import StoreServices

_OF_RATES = timedelta(days=365)
_MOST_CONTROLS = 10_000


def make_statement(
    services: StoreServices,
    caller: Caller,
    topic: finding_policy.ReportTopic,
    words: str,
    *,
    examiner: UserId | None = None,
) -> finding_policy.ReportStatement:
    """Store a statement that court reports repeat from now on.

    `examiner` is given if the statement is about that examiner's competence. Raises
    NotPermittedError, InvalidInputError.
    """
    caller.actor.require(Scope.OPERATE)
    statement = finding_policy.ReportStatement(
        StatementId(services.new_id()),
        topic,
        examiner,
        words.strip(),
        caller.actor.user_id,
        services.now(),
    )
    with services.units.begin() as unit:
        unit.findings.state(statement)
        event = ReportStatementMade(statement.statement_id, topic, statement.examiner)
        record(services, unit, caller, event)
    return statement


def account_named(services: StoreServices, sign_in_name: str) -> UserId:
    """Return the id of an account. Raises NotFoundError."""
    with services.units.read() as unit:
        return existing(unit.accounts.by_name(sign_in_name)).user_id


@dataclass(frozen=True, slots=True)
class Note:
    """One person's note or decision about the prints, as sealed."""

    at: datetime
    by: UserId
    step: str
    words: str


@dataclass(frozen=True, slots=True)
class Handling:
    """The fact that a person received an exhibit."""

    at: datetime
    by: UserId
    exhibit: str
    what: str


@dataclass(frozen=True, slots=True)
class ControlRate:
    """Control items decided in the last year: known non-mates, so each identification is false."""

    decided: int
    identified: int

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The exact 95 % interval of the false proportion (Clopper and Pearson).

        None if nothing was decided.
        """
        return interval(self.identified, self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class CourtReport:
    """Everything in a court report except prints and the decisions that made the link."""

    statements: Mapping[
        tuple[finding_policy.ReportTopic, UserId | None], finding_policy.ReportStatement
    ]
    notes: tuple[Note, ...]
    """Notes by everybody who decided, earliest first."""
    differing: tuple[cases.Decision, ...]
    """Decisions that did not lead to the link."""
    further: tuple[cases.FurtherExamination, ...]
    resolution: cases.Decision | None
    """A supervisor's decision that ended a difference of opinion."""
    handled: tuple[Handling, ...]
    """Earliest first."""
    of_office: ControlRate
    of_examiners: Mapping[UserId, ControlRate]
    others: Mapping[UserId, tuple[cases.Outcome, ...]]
    """How each examiner evaluated the other exemplars that they compared, in that order."""
    policy: finding_policy.PolicyVersion
    """The policy on findings when the report was made."""

    @property
    def people(self) -> frozenset[UserId]:
        """All people whom the report names."""
        wrote = {one.by for one in self.notes} | {one.by for one in self.handled}
        return frozenset(wrote | {one.stated_by for one in self.statements.values()})


def court_report(
    unit: UnitOfWork, link: cases.Link, case: cases.Case, candidate: Candidate, *, now: datetime
) -> CourtReport:
    """Return the content of the court report on a link."""
    other = tuple(one for one in case.decisions if one.decision_id not in link.decision_ids)
    resolved = (one for one in case.decisions if one.kind is cases.DecisionKind.RESOLUTION)
    office, examiners = _rates(unit, case, since=now - _OF_RATES)
    return CourtReport(
        statements=finding_policy.in_force(unit.findings.statements()),
        notes=tuple(sorted(_notes(unit, case, candidate), key=lambda one: one.at)),
        differing=other,
        further=unit.findings.further(case.case_id),
        resolution=next(resolved, None),
        handled=tuple(sorted(_handled(unit, case, candidate), key=lambda one: one.at)),
        of_office=office,
        of_examiners=examiners,
        others={
            one.decided_by: tuple(
                other.outcome
                for other in unit.cases.comparisons(case.case_id, one.decided_by)
                if other.candidate_id != candidate.candidate_id
            )
            for one in case.decisions
        },
        policy=unit.findings.policy(),
    )


def _notes(unit: UnitOfWork, case: cases.Case, candidate: Candidate) -> Iterator[Note]:
    for decision in case.decisions:
        who = decision.decided_by
        analysis = unit.cases.analysis(case.case_id, who)
        if analysis is not None:
            value = "of value" if analysis.is_of_value else "without value"
            yield Note(analysis.sealed_at, who, f"analysis of the probe: {value}", analysis.notes)
        for comparison in unit.cases.comparisons(case.case_id, who):
            if comparison.candidate_id == candidate.candidate_id:
                for one in (*comparison.earlier, comparison):
                    yield _of_comparison(one)
        said = f"decision: {decision.outcome.value}"
        yield Note(decision.sealed_at, who, said, decision.reason)
    for asked in unit.findings.further(case.case_id):
        said = (
            "a further examiner was asked, without being told of earlier decisions: "
            f"{asked.cause.value}"
        )
        yield Note(asked.asked_at, asked.asked_by, said, asked.reason)


def _of_comparison(one: cases.Comparison) -> Note:
    marked = f"{len(one.points)} pairs of points"
    said = f"comparison with the exemplar: {one.outcome.value}, {marked}"
    return Note(one.sealed_at, one.examiner, said, " ".join((one.reason, one.why_close)).strip())


def _handled(unit: UnitOfWork, case: cases.Case, candidate: Candidate) -> Iterator[Handling]:
    search = unit.searches.get(case.search_id)
    if search is not None:
        yield Handling(
            search.submitted_at, search.submitted_by, "probe", "received with the search"
        )
    encounter = unit.encounters.get(candidate.encounter_id) if candidate.encounter_id else None
    for viewer in {one.decided_by for one in case.decisions}:
        labels = _labels(unit, case, viewer, candidate)
        for shown in unit.findings.shown_to(case.case_id, viewer):
            if shown.label == PROBE_LABEL or shown.label in labels:
                yield _shown(shown)
    if encounter is not None:
        yield Handling(encounter.captured_at, UserId(""), "exemplar", "capture taken")


def _shown(shown: finding_policy.ShownPrint) -> Handling:
    exhibit = "probe" if shown.label == PROBE_LABEL else "exemplar"
    finger = shown.position.words if shown.position else "finger unknown"
    what = f"{finger}, given as {shown.content.value}"
    return Handling(shown.shown_at, shown.viewer, exhibit, what)


def _labels(unit: UnitOfWork, case: cases.Case, viewer: UserId, candidate: Candidate) -> set[str]:
    """Return the labels under which a person was shown the linked exemplar."""
    seen = unit.cases.examination(case.case_id, viewer)
    order = seen.order if seen else ()
    return {label for label, one in order if one == candidate.candidate_id}


def _rates(
    unit: UnitOfWork, case: cases.Case, *, since: datetime
) -> tuple[ControlRate, Mapping[UserId, ControlRate]]:
    worked = unit.competence.controls(since=since, limit=_MOST_CONTROLS)
    of_each: dict[UserId, list[cases.Outcome]] = {one.decided_by: [] for one in case.decisions}
    for one in worked:
        of_each.setdefault(one.examiner, []).append(one.outcome)
    people = [
        one.decided_by for one in case.decisions if one.kind is cases.DecisionKind.EXAMINATION
    ]
    return (
        _rate([one.outcome for one in worked]),
        {who: _rate(of_each[who]) for who in people},
    )


def _rate(outcomes: list[cases.Outcome]) -> ControlRate:
    return ControlRate(len(outcomes), outcomes.count(cases.Outcome.IDENTIFIED))
