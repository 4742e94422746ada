"""One's own sealed comparison, to be read again or printed; it shows nothing that is hidden."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.cases import Activity, Case, Comparison, PointPair, added_points
from domain.errors import NotFoundError
from domain.events.examination import ExemplarShown
from domain.ids import CandidateId, CaseId
from domain.prints import Impression
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import record
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class SealedComparison:
    """An examiner's sealed comparison with one exemplar, and its prints."""

    case_id: CaseId
    activity: Activity
    comparison: Comparison
    added: frozenset[PointPair]
    """The points that the analysis had not marked in the probe."""
    probe: tuple[Impression, ...]
    """Empty once erased, as the exemplar's are."""
    exemplar: tuple[Impression, ...]


def sealed_comparison(
    services: Services, caller: Caller, case_id: CaseId, label: str
) -> SealedComparison:
    """Return a comparison that the caller has sealed; that its prints are shown is an event.

    Raises NotPermittedError, and NotFoundError for everything that is not the caller's own.
    """
    caller.actor.require(Scope.EXAMINE)
    me = caller.actor.user_id
    with services.units.write() as unit:
        case = unit.cases.get(case_id)
        if case is None or not (case.claimed_by == me or case.is_decided_by(me)):
            raise NotFoundError
        own = {done.label: done for done in unit.cases.comparisons(case_id, me)}
        if label not in own:
            raise NotFoundError
        found = _found(unit, case, own[label])
        event = ExemplarShown(case_id, candidate_id=own[label].candidate_id, label=label)
        record(unit, services.surroundings, caller, event, case)
        unit.commit()
    return found


def _found(unit: UnitOfWork, case: Case, comparison: Comparison) -> SealedComparison:
    probe = unit.searches.probe(case.search_id)
    analysis = unit.cases.analysis(case.case_id, comparison.examiner)
    return SealedComparison(
        case_id=case.case_id,
        activity=case.activity,
        comparison=comparison,
        added=frozenset(added_points(analysis, comparison.points)),
        probe=probe.impressions if probe else (),
        exemplar=_exemplar(unit, comparison.candidate_id),
    )


def _exemplar(unit: UnitOfWork, candidate_id: CandidateId) -> tuple[Impression, ...]:
    candidate = unit.searches.candidate(candidate_id)
    encounter_id = candidate.encounter_id if candidate else None
    encounter = unit.encounters.get(encounter_id) if encounter_id else None
    return encounter.impressions if encounter else ()
