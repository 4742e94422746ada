"""Which candidates of a search are put to examiners."""

from __future__ import annotations

from collections.abc import Sequence

from domain.cases import Case
from domain.evidence import Band
from domain.searches import Candidate, SearchType
from service.storage.unit_of_work import UnitOfWork
from service.usecases.existing import existing
from service.usecases.policy import CasePolicy

_WITH_MARKS = frozenset({SearchType.LT_TP, SearchType.LT_LT, SearchType.TP_LT})


def worth_a_case(
    search_type: SearchType, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Return the candidates for whose sake examiners compare; `candidates` are in order of rank.

    Marks are ranked for examiners, tenprints are thresholded (the practice NIST evaluates).
    """
    if search_type in _WITH_MARKS:
        return tuple(candidates)
    return tuple(c for c in candidates if c.evidence.band is not Band.UNLIKELY)


def line_up(policy: CasePolicy, unit: UnitOfWork, case: Case) -> tuple[Candidate, ...]:
    """Return the exemplars of a case, the same for each of its examiners.

    A tenprint check always has the same number, if the search's list is long enough: beside the
    likely ones stand look-alikes from the rest of the list. They are drawn by their random ids,
    not by rank: the next in rank have fewer fingers than others, and the likely ones would be
    known by that. A control item has look-alikes only, drawn in the same way.
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
