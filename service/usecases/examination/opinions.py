"""A difference of opinion in full: both sealed records side by side, for a third person."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.cases import Activity, Analysis, CaseState, Comparison, Decision
from domain.errors import NotFoundError
from domain.events.examination import ExemplarShown
from domain.ids import CandidateId, CaseId
from domain.prints import Impression
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.prints import differing_labels
from service.usecases.log.recording import record
from service.usecases.workbench import Workbench


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """The sealed work of one examiner, unnamed, so that rank has no weight."""

    title: str
    decision: Decision
    analysis: Analysis | None
    comparisons: tuple[tuple[str, Comparison], ...]
    """(label for the supervisor, evaluation) of the identified exemplars: the others would
    reveal the number of candidates."""


@dataclass(frozen=True, slots=True, eq=False)
class ExemplarInQuestion:
    """An exemplar that at least one examiner identified."""

    label: str
    impressions: tuple[Impression, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A difference of opinion; still no score, no rank, no detail of a person."""

    case_id: CaseId
    activity: Activity
    revision: str
    probe: tuple[Impression, ...]
    exemplars: tuple[ExemplarInQuestion, ...]
    records: tuple[SealedRecord, ...]


def difference(bench: Workbench, caller: Caller, case_id: CaseId) -> Difference:
    """Return a difference of opinion that waits; showing its prints is an event.

    Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.RESOLVE)
    services = bench.services
    with services.units.write() as unit:
        case = unit.cases.get(case_id)
        if case is None or case.state is not CaseState.DIFFERING:
            raise NotFoundError
        labels = {candidate: label for label, candidate in differing_labels(case).items()}
        probe = unit.searches.probe(case.search_id)
        found = Difference(
            case_id=case_id,
            activity=case.activity,
            revision=case.revision,
            probe=probe.impressions if probe else (),
            exemplars=tuple(_exemplar(unit, label, c) for c, label in labels.items()),
            records=tuple(
                _sealed(unit, decision, number, labels)
                for number, decision in enumerate(case.decisions, 1)
            ),
        )
        event = ExemplarShown(case_id, tuple(labels))
        record(unit, services.surroundings, caller, event, case)
        unit.commit()
    return found


def _exemplar(unit: UnitOfWork, label: str, candidate_id: CandidateId) -> ExemplarInQuestion:
    candidate = unit.searches.candidate(candidate_id)
    encounter_id = candidate.encounter_id if candidate else None
    encounter = unit.encounters.get(encounter_id) if encounter_id else None
    return ExemplarInQuestion(label, encounter.impressions if encounter else ())


def _sealed(
    unit: UnitOfWork, decision: Decision, number: int, labels: dict[CandidateId, str]
) -> SealedRecord:
    examiner = decision.decided_by
    comparisons = unit.cases.comparisons(decision.case_id, examiner)
    return SealedRecord(
        title=f"Sealed record {number}",
        decision=decision,
        analysis=unit.cases.analysis(decision.case_id, examiner),
        comparisons=tuple(
            (labels[c.candidate_id], c) for c in comparisons if c.candidate_id in labels
        ),
    )
