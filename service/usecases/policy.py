"""The settings that each office chooses, such as the length of candidate lists.

Another example is the number of examiners for each case.
"""

from dataclasses import dataclass

from domain.searches.searches import SearchType


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """How a search narrows to candidates and becomes a case.

    These are the defaults of the settings with the same names. The configuration digest of a
    search covers them by name.
    """

    scored_candidates: int = 100
    """The number of candidates that the index returns, ranked by approximate similarity, and of
    people that the names index returns for an enquiry (the list length of NIST evaluations)."""
    weighed_candidates: int = 40
    """How many of the index's candidates, the most similar first, are compared exactly and weighed
    as evidence. A names enquiry weighs all people that the names index returns."""
    weighed_tenprints: int = 20
    """The same for a search with tenprints among tenprints. Impostors in such a search are all
    about equally similar, and weighing more of them would not change what is stored (ADR 52)."""
    stored_candidates: int = 20
    """The number of weighed candidates that are stored, those with the strongest evidence
    first."""
    tenprint_exemplars: int = 5
    """The number of stored candidates that examiners see in a tenprint check and in a control
    item: those above the lowest band, filled up with look-alikes."""
    mark_exemplars: int = 10
    """The largest number of stored candidates that examiners see when a mark is searched or
    searched against, whatever their band."""
    law_act: str = "withhold"
    """What happens, besides the alarm, if prints from a source no longer follow the home law that
    the model was fitted on: withhold (show only ranks), widen, or alarm (nothing more)."""
    verifiers_required: int = 1
    """The number of people besides one examiner who must agree. If they differ, one more person
    decides without knowing the earlier decisions. A control item needs no verifier."""
    differences_reviewed: bool = False
    """Whether a supervisor reviews every difference of opinion, even if a further examiner could
    bring enough people to agree."""
    controls_before_marks: int = 0
    """The number of control items that an examiner must decide in a year before marks are assigned
    to that examiner."""
    point_area_mm2: float = 20.0
    """If the finding policy requires point pairs, those of an identified finger must be spread
    over this area in both prints, or the examiner must say why not."""

    def exemplars_of(self, search_type: SearchType) -> int:
        """Return how many candidates examiners see in a case for a search of this type."""
        is_tenprint = search_type is SearchType.TP_TP
        return self.tenprint_exemplars if is_tenprint else self.mark_exemplars

    def weighed_by(self, search_type: SearchType) -> int:
        """Return the largest number of index candidates that a search of this type weighs."""
        is_tenprint = search_type is SearchType.TP_TP
        return self.weighed_tenprints if is_tenprint else self.weighed_candidates
