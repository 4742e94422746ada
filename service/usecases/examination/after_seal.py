"""A case after every decision is sealed: its evidence, ranks, details and outcome are shown."""

from dataclasses import dataclass
from enum import StrEnum

from domain.access.access import Caller
from domain.errors import NotFoundError
from domain.examination.cases import Case, CaseState, Comparison
from domain.ids import CaseId, ForceCode, LinkId
from domain.people.people import Details, Record
from domain.prints.prints import Impression
from domain.searches.evidence import EvidenceRow, EvidenceSource
from domain.searches.searches import Candidate, Search
from service.storage.unit_of_work import UnitOfWork
from service.usecases.examination.prints import exemplar_impressions
from service.usecases.examination.views import ExaminerStep, ExaminerView, examiner_view
from service.usecases.existing import existing
from service.usecases.searches.correspondence import (
    FingerCorrespondence,
    PrintBits,
    correspondences,
    print_bits,
    with_readers,
)
from service.usecases.services import Services
from service.usecases.workbench import Workbench


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
    correspondences: tuple[FingerCorrespondence, ...] = ()
    """Corresponding minutiae with a candidate that this examiner compared; empty if there are no
    minutiae."""
    print_bits: PrintBits | None = None
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
    found = correspondences(unit, services.print_format, search, place)
    paired = with_readers(unit, search, place, found)
    return RevealedCandidate(
        candidate=candidate,
        comparison=compared.get(candidate.candidate_id),
        details=record.details if record else None,
        owner=record.force if record else None,
        compared_details=tuple(_compared(row) for row in rows),
        correspondences=paired,
        print_bits=print_bits(services, unit, search, place, paired),
        exemplar=exemplar_impressions(unit, search.search_id, place),
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
