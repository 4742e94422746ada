"""Which candidates of a search are put to examiners."""

from __future__ import annotations

from collections.abc import Sequence

from domain.cases import Case
from domain.evidence import Band
from domain.searches import Candidate, SearchType
from service.storage.unit_of_work import UnitOfWork
from service.usecases.policy import CasePolicy

_WITH_MARKS = frozenset({SearchType.LT_TP, SearchType.LT_LT, SearchType.TP_LT})


def chosen_exemplars(
    policy: CasePolicy, search_type: SearchType, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """Return the candidates an examiner should compare; `candidates` are in order of rank.

    Marks are ranked for examiners, tenprints are thresholded (the practice NIST evaluates).
    """
    if search_type in _WITH_MARKS:
        return tuple(candidates[: policy.mark_exemplars])
    likely = [c for c in candidates if c.evidence.band is not Band.UNLIKELY]
    return tuple(likely[: policy.tenprint_exemplars])


def exemplar_candidates(policy: CasePolicy, unit: UnitOfWork, case: Case) -> tuple[Candidate, ...]:
    """Return the exemplars of an existing case, as they were chosen when it was opened."""
    search = unit.searches.get(case.search_id)
    if search is None:
        return ()
    candidates = unit.searches.candidates(case.search_id)
    if case.is_control:
        # Look-alikes that are known non-mates: their band says so and must not keep them away.
        return tuple(candidates[: policy.tenprint_exemplars])
    return chosen_exemplars(policy, search.search_type, candidates)
