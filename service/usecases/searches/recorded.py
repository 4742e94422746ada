"""The stored record of a search: shown to auditors, used for its line-up, and replayed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.access.access import Caller, Scope
from domain.errors import existing
from domain.events.examination import EvidenceUnmasked
from domain.events.looking import LookKind
from domain.events.searches import Searched
from domain.examination.cases import Case, Link
from domain.ids import CandidateId, EncounterId, PersonId, PersonRow, SearchId
from domain.people.people import Details
from domain.prints.prints import FingerPosition
from domain.searches.evidence import Band
from domain.searches.searches import Candidate, Probe, Search, SearchType
from prints.print_format import PrintFormat
from service.provenance.canonical import read_event
from service.storage.examination.cases import Examination
from service.storage.people.gallery_feed import HeldTemplates
from service.storage.unit_of_work import UnitOfWork
from service.usecases.log.recording import candidates_shown, record
from service.usecases.policy import CasePolicy
from service.usecases.searches.correspondence import correspondences
from service.usecases.searches.looking_up import compare
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """The record of a search, and which part of it is erased, if any."""

    search: Search
    linked: CandidateId
    """The candidate that the link names."""
    probe: Probe | None
    candidates: tuple[Candidate, ...]
    details: tuple[Details | None, ...]
    held: HeldTemplates
    examinations: tuple[Examination, ...]
    stated: Searched | None
    """The search's event in the log; None if there is none."""
    owners: Mapping[int, PersonId]
    """The people whom the candidates' captures belonged to, by person row; erased people are left
    out."""
    erased: str
    """The erased part, in words; empty if nothing is erased."""


def recorded_of(unit: UnitOfWork, link: Link) -> Recorded:
    """Return the record of the search behind a link. Raises NotFoundError."""
    search = existing(unit.searches.get(link.search_id))
    candidates = unit.searches.candidates(search.search_id)
    probe = unit.searches.probe(search.search_id)
    # Use the templates that were in force then: they may have been made again since.
    held = unit.encounters.templates_by_id(
        [c.encounter_id for c in candidates if c.encounter_id], at=search.basis.index_cursor
    )
    details = tuple(details_then(unit, candidate) for candidate in candidates)
    case = unit.cases.get(link.case_id)
    seen = (
        unit.cases.examination(link.case_id, d.decided_by)
        for d in (case.decisions if case else ())
    )
    events = (read_event(entry.body) for entry in unit.events.about(search.search_id))
    searched = (e for e in events if e.event_type == Searched.event_type)
    return Recorded(
        search=search,
        linked=link.candidate_id,
        probe=probe,
        candidates=candidates,
        details=details,
        held=held,
        examinations=tuple(one for one in seen if one is not None),
        stated=next((event.typed_as(Searched) for event in searched), None),
        owners=_owners(unit, held),
        erased=_erased(probe, candidates, details, held),
    )


def _owners(unit: UnitOfWork, held: HeldTemplates) -> Mapping[int, PersonId]:
    rows = (*held.tenprints.person_rows, *held.marks.person_rows)
    found = unit.people.person_ids([PersonRow(int(row)) for row in rows])
    return {int(row): person_id for row, person_id in found.items()}


def details_then(unit: UnitOfWork, candidate: Candidate) -> Details | None:
    """Return the details that were weighed, in the version that was live at the time."""
    if candidate.record_id is None or candidate.record_version is None:
        return None
    found = unit.people.record_version(candidate.record_id, candidate.record_version)
    return None if found is None else found.details


def _erased(
    probe: Probe | None,
    candidates: tuple[Candidate, ...],
    details: tuple[Details | None, ...],
    held: HeldTemplates,
) -> str:
    if probe is None:
        return "the probe was erased"
    known = set(held.encounter_ids.values())
    for candidate, said in zip(candidates, details, strict=True):
        is_gone = (
            not candidate.evidence.rows
            or candidate.encounter_id not in known
            or (candidate.record_id is not None and said is None)
        )
        if is_gone:
            return f"what is needed of the candidate at rank {candidate.rank} was erased"
    return ""


@dataclass(frozen=True, slots=True)
class SearchEvidence:
    """A search as it was computed: its basis, and its candidates, strongest first."""

    search: Search
    candidates: tuple[Candidate, ...]


def unmask(services: Services, caller: Caller, search_id: SearchId) -> SearchEvidence:
    """Return the candidates of any search with rank and evidence, as stored.

    The access is logged in the same transaction. Raises NotPermittedError, NotFoundError.
    """
    with services.begin(caller, Scope.READ_EVIDENCE) as unit:
        search = existing(unit.searches.get(search_id))
        candidates = unit.searches.candidates(search_id)
        record(services, unit, caller, EvidenceUnmasked(search_id), search)
        told = candidates_shown(services, LookKind.EVIDENCE, candidates)
        record(services, unit, caller, told, search)
    return SearchEvidence(search, candidates)


_WITH_MARKS = frozenset({SearchType.LT_TP, SearchType.LT_LT, SearchType.TP_LT})


def worth_a_case(
    search_type: SearchType, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Return the candidates that examiners should compare; `candidates` are in order of rank.

    Candidates for marks are all ranked for examiners; for tenprints a threshold applies (the
    practice that NIST evaluates).
    """
    if search_type in _WITH_MARKS:
        return tuple(candidates)
    return tuple(c for c in candidates if c.evidence.band is not Band.UNLIKELY)


def line_up(policy: CasePolicy, unit: UnitOfWork, case: Case) -> tuple[Candidate, ...]:
    """Return the exemplars of a case, the same for each of its examiners.

    A tenprint check always has the same number of exemplars, if the search's list is long enough:
    look-alikes from the rest of the list are added to the likely candidates to make up the number.
    Look-alikes are drawn by their random ids, not by rank: candidates next in rank have fewer
    fingers than others, which would reveal the likely ones. A control item has only look-alikes,
    drawn in the same way.
    """
    search = existing(unit.searches.get(case.search_id))
    candidates = unit.searches.candidates(case.search_id)
    wanted = policy.exemplars_of(search.search_type)
    if search.search_type in _WITH_MARKS:
        return candidates[:wanted]
    likely = () if case.is_control else worth_a_case(search.search_type, candidates)
    rest = [c for c in candidates if c not in likely and c.encounter_id is not None]
    drawn = sorted(rest, key=lambda candidate: candidate.candidate_id)
    return (*likely, *drawn)[:wanted]


# The finger is computed again from stored data, as in the search: equal prints give the same
# finger. No score is shown, and every candidate for a mark has such a finger, whether the person
# is the donor or only similar.


def finger_found(
    unit: UnitOfWork, fmt: PrintFormat, search: Search, candidate: Candidate
) -> FingerPosition | None:
    """Return the finger on which a search with a mark, or among marks, found a candidate.

    Returns None for a search of tenprints among tenprints, and if the prints have been erased or
    have another format. If the prints have no bits, the minutiae gave the order of candidates, and
    the finger with the best minutiae score is returned.
    """
    encounter_id = candidate.encounter_id
    if search.search_type is SearchType.TP_TP or encounter_id is None:
        return None
    probe = unit.searches.probe(search.search_id)
    if probe is None:
        return None
    by_minutiae = None
    if candidate.evidence.is_withheld:
        by_minutiae = _by_minutiae(unit, fmt, search, encounter_id)
    return by_minutiae or _by_templates(unit, fmt, search, probe, encounter_id)


def _by_minutiae(
    unit: UnitOfWork, fmt: PrintFormat, search: Search, encounter_id: EncounterId
) -> FingerPosition | None:
    found = correspondences(unit, fmt, search, encounter_id)
    return (found[0].position or found[0].probe_position or None) if found else None


def _by_templates(
    unit: UnitOfWork, fmt: PrintFormat, search: Search, probe: Probe, encounter_id: EncounterId
) -> FingerPosition | None:
    held = unit.encounters.templates_by_id([encounter_id], at=search.basis.index_cursor)
    search_type = search.search_type
    rows = (held.marks if search_type.is_among_marks else held.tenprints).encounter_rows.tolist()
    if len(rows) != 1 or any(one.fmt != fmt.template for one in probe.impressions):
        return None
    cosines = compare(fmt, search_type, probe, held, rows).cosines[0]
    known = np.flatnonzero(~np.isnan(cosines))
    return FingerPosition(int(known[0]) + 1) if len(known) else None
