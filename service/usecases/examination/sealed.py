"""What an examiner sees again after the seal: their own comparison, to read, print or chart, and a
closed case with its evidence, ranks, details and outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.access.access import Caller, Scope
from domain.errors import NotFoundError, existing
from domain.events.examination import ExemplarShown
from domain.examination.cases import Activity, Case, CaseState, Comparison, PointPair, added_points
from domain.examination.finding_policy import ShownAs
from domain.examination.markups import FingerMarkup, Trace, traces_in
from domain.ids import CandidateId, CaseId, ForceCode, LinkId
from domain.people.people import Details, Record
from domain.prints.prints import FingerPair, FingerPosition, Impression, finger_pairs
from domain.searches.evidence import EvidenceRow, EvidenceSource
from domain.searches.searches import Candidate, Search
from service.ports.print_images import PrintImage
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination import prints
from service.usecases.examination.claiming import PROBE_LABEL
from service.usecases.examination.views import ExaminerStep, ExaminerView, examiner_view
from service.usecases.log.recording import record
from service.usecases.searches import correspondence
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
    me = caller.actor.user_id
    with services.begin(caller, Scope.EXAMINE) as unit:
        case = unit.cases.get(case_id)
        if case is None or not (case.claimed_by == me or case.is_decided_by(me)):
            raise NotFoundError
        own = {done.label: done for done in unit.cases.comparisons(case_id, me)}
        if label not in own:
            raise NotFoundError
        found = _found(services, unit, case, own[label])
        event = ExemplarShown(case_id, candidate_id=own[label].candidate_id, label=label)
        record(services, unit, caller, event, case)
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
        exemplar=prints.exemplar_of(unit, case.search_id, comparison.candidate_id),
        finger_found=_finger_found(services, unit, case, comparison.candidate_id),
    )


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
    shown = prints.PrintWanted(wanted.case_id, label, index)
    return ChartedPrint(
        impressions[index], prints.print_image(bench, caller, shown, ShownAs.IMAGE)
    )


class Agreement(StrEnum):
    """Whether a detail agrees, as a word to show beside the sign of its bits."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class ComparedDetail:
    """One piece of evidence from details, and whether it agrees."""

    source: EvidenceSource
    agreement: Agreement
    bits: float
    note: str


@dataclass(frozen=True, slots=True)
class RevealedCandidate:
    """A candidate with the data that was hidden, and this examiner's finding."""

    candidate: Candidate
    comparison: Comparison | None
    """None for a candidate that this examiner did not compare."""
    details: Details | None
    """The details as they were weighed, even if the record has been amended since."""
    owner: ForceCode | None
    compared_details: tuple[ComparedDetail, ...]
    correspondences: tuple[correspondence.FingerCorrespondence, ...] = ()
    """Corresponding minutiae with a candidate that this examiner compared; empty if there are no
    minutiae."""
    print_bits: correspondence.PrintBits | None = None
    """What those correspondences are worth; None where no model covers them."""
    exemplar: tuple[Impression, ...] = ()
    """The prints of a candidate that this examiner compared; empty once erased."""


@dataclass(frozen=True, slots=True, eq=False)
class ConcludedCase:
    """A case after the last decision is sealed, as shown to its examiners."""

    view: ExaminerView
    search: Search
    said: Details
    """The details that the person gave."""
    state: CaseState
    is_control: bool
    link_id: LinkId | None
    candidates: tuple[RevealedCandidate, ...]
    probe: tuple[Impression, ...] = ()
    """The prints of the probe; empty once erased."""


def concluded_case(bench: Workbench, caller: Caller, case_id: CaseId) -> ConcludedCase:
    """Return a closed case with the hidden data; showing it is logged as a separate event.

    Raises NotPermittedError, and NotFoundError unless the case is closed and the caller decided
    it.
    """
    view = examiner_view(bench.services, caller, case_id)
    if view.step is not ExaminerStep.CLOSED:
        raise NotFoundError
    with bench.services.units.read() as unit:
        case = existing(unit.cases.get(case_id))
        search = existing(unit.searches.get(case.search_id))
        return _concluded(unit, bench.services, view, case, search)


def _concluded(
    unit: UnitOfWork, services: Services, view: ExaminerView, case: Case, search: Search
) -> ConcludedCase:
    probe = unit.searches.probe(search.search_id)
    return ConcludedCase(
        view=view,
        search=search,
        said=probe.details if probe else Details(),
        state=case.state,
        is_control=case.is_control,
        link_id=unit.queue.link_of_case(case.case_id),
        candidates=tuple(
            _revealed(unit, services, view, search, candidate) for candidate in view.candidates
        ),
        probe=probe.impressions if probe else (),
    )


def _revealed(
    unit: UnitOfWork, services: Services, view: ExaminerView, search: Search, candidate: Candidate
) -> RevealedCandidate:
    compared = {c.candidate_id: c for c in view.comparisons}
    record = _weighed(unit, candidate)
    rows = (row for row in candidate.evidence.rows if row.source in _DETAIL_SOURCES)
    was_compared = candidate.candidate_id in compared
    place = candidate.encounter_id if was_compared else None
    found = correspondence.correspondences(unit, services.print_format, search, place)
    paired = correspondence.with_readers(unit, search, place, found)
    return RevealedCandidate(
        candidate=candidate,
        comparison=compared.get(candidate.candidate_id),
        details=record.details if record else None,
        owner=record.force if record else None,
        compared_details=tuple(_compared(row) for row in rows),
        correspondences=paired,
        print_bits=correspondence.print_bits(services, unit, search, place, paired),
        exemplar=prints.exemplar_impressions(unit, search.search_id, place),
    )


def _weighed(unit: UnitOfWork, candidate: Candidate) -> Record | None:
    """Return the version that was weighed; the live one if an old search does not state it."""
    if candidate.record_id is None:
        return None
    if candidate.record_version is None:
        return unit.people.record(candidate.record_id)
    return unit.people.record_version(candidate.record_id, candidate.record_version)


_DETAIL_SOURCES = frozenset(EvidenceSource) - {
    EvidenceSource.PRIOR,
    EvidenceSource.PRINT,
    EvidenceSource.PRINT_DEPENDENCE,
    EvidenceSource.DETAILS_BOUND,
}


def _compared(row: EvidenceRow) -> ComparedDetail:
    if row.bits == 0:
        agreement = Agreement.NOT_COMPARED
    else:
        agreement = Agreement.AGREES if row.bits > 0 else Agreement.DIFFERS
    return ComparedDetail(row.source, agreement, row.bits, row.note)
