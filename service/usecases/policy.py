"""The settings that each office chooses, such as the length of candidate lists.

Another example is the number of examiners for each case.
"""

from dataclasses import dataclass

from domain.searches.searches import SearchType


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """How a search narrows to candidates and becomes a case.

    These are the defaults of the settings with the same names, which `CaseSettings` describes. The
    configuration digest of a search covers them by name.
    """

    scored_candidates: int = 100
    """The list length of NIST evaluations."""
    weighed_candidates: int = 40
    weighed_tenprints: int = 20
    """Impostors among tenprints are all about equally similar, and weighing more of them would not
    change what is stored (ADR 52)."""
    stored_candidates: int = 20
    tenprint_exemplars: int = 5
    """In a tenprint check and in a control item."""
    mark_exemplars: int = 10
    """When a mark is searched or searched against."""
    law_act: str = "withhold"
    verifiers_required: int = 1
    """The further person decides without knowing the earlier decisions. A control item needs no
    verifier."""
    differences_reviewed: bool = False
    controls_before_marks: int = 0
    point_area_mm2: float = 20.0

    def exemplars_of(self, search_type: SearchType) -> int:
        """Return how many candidates examiners see in a case for a search of this type."""
        is_tenprint = search_type is SearchType.TP_TP
        return self.tenprint_exemplars if is_tenprint else self.mark_exemplars

    def weighed_by(self, search_type: SearchType) -> int:
        """Return the largest number of index candidates that a search of this type weighs."""
        is_tenprint = search_type is SearchType.TP_TP
        return self.weighed_tenprints if is_tenprint else self.weighed_candidates
