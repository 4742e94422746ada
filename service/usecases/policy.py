"""Choices of the office, as data: how long lists are and how many people examine."""

from __future__ import annotations

from dataclasses import dataclass


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
    stored_candidates: int = 20
    """Of the weighed candidates, the strongest evidence first: those stored with it."""
    tenprint_exemplars: int = 5
    """At most this many stored candidates reach examiners in a tenprint check, none of them in the
    lowest band; in a control item, where every candidate is a known non-mate, the band is
    ignored."""
    mark_exemplars: int = 10
    """At most this many stored candidates reach examiners when a mark is searched or searched
    against, whatever their band."""
    law_act: str = "withhold"
    """The consequence, beside the alarm, when prints of a source no longer follow the law that the
    model was fitted on: withhold (ranks only), widen, or alarm (nothing more)."""
    verifiers_required: int = 1
    """Further people who must agree with the first examiner. A control item needs none."""
