"""A sealed comparison for its own examiner, to read, print or chart, without hidden data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.access.access import Caller, Scope
from domain.errors import NotFoundError
from domain.events.examination import ExemplarShown
from domain.examination.cases import Activity, Case, Comparison, PointPair, added_points
from domain.examination.finding_policy import ShownAs
from domain.examination.markups import FingerMarkup, Trace, traces_in
from domain.ids import CandidateId, CaseId
from domain.prints.prints import FingerPair, FingerPosition, Impression, finger_pairs
from service.ports.print_images import PrintImage
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.claiming import PROBE_LABEL
from service.usecases.examination.prints import PrintWanted, exemplar_impressions, print_image
from service.usecases.log.recording import record
from service.usecases.searches.recorded import finger_found
from service.usecases.services import Services
from service.usecases.workbench import Workbench


@dataclass(frozen=True, slots=True, eq=False)
class SealedComparison:
    """An examiner's sealed comparison with one exemplar, and its prints."""

    case_id: CaseId
    activity: Activity
    comparison: Comparison
    added: frozenset[PointPair]
    """The points that were not marked in the probe during the analysis."""
    analysed: tuple[FingerMarkup, ...]
    """The same examiner's mark-up of the probe; empty once erased."""
    probe: tuple[Impression, ...]
    """Empty once erased; the same is true of `exemplar`."""
    exemplar: tuple[Impression, ...]
    finger_found: FingerPosition | None = None
    """For a mark: the finger by which the search found the exemplar."""


def sealed_comparison(
    services: Services, caller: Caller, case_id: CaseId, label: str
) -> SealedComparison:
    """Return a comparison that the caller has sealed; showing its prints is logged.

    Raises NotPermittedError, and NotFoundError for anything that is not the caller's own.
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
        found = _found(services, unit, case, own[label])
        event = ExemplarShown(case_id, candidate_id=own[label].candidate_id, label=label)
        record(unit, services.surroundings, caller, event, case)
        unit.commit()
    return found


def _found(
    services: Services, unit: UnitOfWork, case: Case, comparison: Comparison
) -> SealedComparison:
    probe = unit.searches.probe(case.search_id)
    analysis = unit.cases.analysis(case.case_id, comparison.examiner)
    return SealedComparison(
        case_id=case.case_id,
        activity=case.activity,
        comparison=comparison,
        added=frozenset(added_points(analysis, comparison.points)),
        analysed=analysis.fingers if analysis else (),
        probe=probe.impressions if probe else (),
        exemplar=_exemplar(unit, case, comparison.candidate_id),
        finger_found=_finger_found(services, unit, case, comparison.candidate_id),
    )


def _exemplar(unit: UnitOfWork, case: Case, candidate_id: CandidateId) -> tuple[Impression, ...]:
    candidate = unit.searches.candidate(candidate_id)
    encounter_id = candidate.encounter_id if candidate else None
    return exemplar_impressions(unit, case.search_id, encounter_id)


def _finger_found(
    services: Services, unit: UnitOfWork, case: Case, candidate_id: CandidateId
) -> FingerPosition | None:
    candidate, search = unit.searches.candidate(candidate_id), unit.searches.get(case.search_id)
    if candidate is None or search is None:
        return None
    return finger_found(unit, services.print_format, search, candidate)


class ChartWanted(NamedTuple):
    """A finger of a sealed comparison.

    Without `position`, it is the first finger that is identified, else the first with points, else
    the first of the comparison.
    """

    case_id: CaseId
    label: str
    position: FingerPosition | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ChartedPrint:
    """One print of a chart."""

    impression: Impression
    image: PrintImage


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonChart:
    """The content of a chart."""

    case_id: CaseId
    examiner: str
    comparison: Comparison
    position: FingerPosition
    probe: ChartedPrint
    exemplar: ChartedPrint
    points: tuple[PointPair, ...]
    added: frozenset[PointPair]
    """The points that were not marked in the probe during the analysis."""
    traces: tuple[Trace, ...] = ()
    """The ridges that the analysis traced in the probe."""


def comparison_chart(bench: Workbench, caller: Caller, wanted: ChartWanted) -> ComparisonChart:
    """Return a chart of the caller's own comparison; showing its prints is recorded.

    Raises NotPermittedError, and NotFoundError for anything that is not the caller's own.
    """
    found = sealed_comparison(bench.services, caller, wanted.case_id, wanted.label)
    comparison, me = found.comparison, caller.actor.user_id
    pairs = finger_pairs(_positions(found.probe), _positions(found.exemplar))
    pair = _chosen(pairs, comparison, wanted.position)
    with bench.services.units.read() as unit:
        name = unit.accounts.names([me]).get(me, me)
    points = tuple(p for p in comparison.points if p.position == pair.position)
    sides = [
        _charted(bench, caller, wanted, label=label, impressions=impressions, position=position)
        for label, impressions, position in (
            (PROBE_LABEL, found.probe, pair.probe),
            (wanted.label, found.exemplar, pair.exemplar),
        )
    ]
    return ComparisonChart(
        case_id=wanted.case_id,
        examiner=name,
        comparison=comparison,
        position=pair.position,
        probe=sides[0],
        exemplar=sides[1],
        points=points,
        added=found.added & frozenset(points),
        traces=traces_in(found.analysed, pair.probe),
    )


def _chosen(
    pairs: Sequence[FingerPair], comparison: Comparison, asked: FingerPosition | None
) -> FingerPair:
    if asked is not None:
        pairs = [pair for pair in pairs if pair.position == asked]
    if not pairs:
        raise NotFoundError
    identified = comparison.fingers.identified if comparison.fingers else ()
    noted = (*identified, *(point.position for point in comparison.points))
    return next((p for at in noted for p in pairs if p.position == at), pairs[0])


def _positions(impressions: Sequence[Impression]) -> tuple[FingerPosition, ...]:
    return tuple(impression.position for impression in impressions)


def _charted(
    bench: Workbench,
    caller: Caller,
    wanted: ChartWanted,
    *,
    label: str,
    impressions: Sequence[Impression],
    position: FingerPosition,
) -> ChartedPrint:
    index = _positions(impressions).index(position)
    shown = PrintWanted(wanted.case_id, label, index)
    return ChartedPrint(impressions[index], print_image(bench, caller, shown, ShownAs.IMAGE))
