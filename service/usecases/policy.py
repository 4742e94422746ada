"""Choices of the office, as data: how long lists are and how many people examine."""

from __future__ import annotations

from dataclasses import dataclass

from domain.searches import SearchType


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """How a search narrows to candidates and becomes a case.

    The defaults of the settings with the same names; the digest of a search's configuration covers
    them by name.
    """

    scored_candidates: int = 100
    """Candidates that the index returns, ranked by approximate similarity, and people that the
    names index returns for an enquiry (the list length of NIST evaluations)."""
    weighed_candidates: int = 40
    """Of the candidates of the index, the most similar first: those compared exactly and weighed
    as evidence. A names enquiry weighs all people that the names index returned."""
    weighed_tenprints: int = 20
    """The same where tenprints are searched with in tenprints: impostors among those are all
    alike, and more of them would change nothing that is stored (ADR 52)."""
    stored_candidates: int = 20
    """How many weighed candidates are stored, the strongest evidence first."""
    tenprint_exemplars: int = 5
    """Number of stored candidates that reach examiners in a tenprint check and in a control item:
    those above the lowest band, and look-alikes to fill the number."""
    mark_exemplars: int = 10
    """At most this many stored candidates reach examiners when a mark is searched or searched
    against, whatever their band."""
    law_act: str = "withhold"
    """The consequence, beside the alarm, when prints of a source no longer follow the law that the
    model was fitted on: withhold (ranks only), widen, or alarm (nothing more)."""
    verifiers_required: int = 1
    """Number of people besides one examiner who must agree; a difference goes to one person more,
    who knows of none. A control item needs none."""
    differences_reviewed: bool = False
    """Whether a supervisor reviews every difference of opinion, also where a further examiner
    would bring enough people to agree."""
    controls_before_marks: int = 0
    """An examiner must decide this many control items in a year before marks are assigned to
    them."""
    point_area_mm2: float = 20.0
    """Where the policy on findings wants pairs of points, those of an identified finger are spread
    over so much of both prints, or the examiner says why not."""

    def exemplars_of(self, search_type: SearchType) -> int:
        """Return how many candidates reach examiners in a case of a search of this type."""
        is_tenprint = search_type is SearchType.TP_TP
        return self.tenprint_exemplars if is_tenprint else self.mark_exemplars

    def weighed_by(self, search_type: SearchType) -> int:
        """Return how many candidates of the index a search of this type weighs at most."""
        is_tenprint = search_type is SearchType.TP_TP
        return self.weighed_tenprints if is_tenprint else self.weighed_candidates
