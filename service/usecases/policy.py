"""Choices of the office, as data: how long lists are and how many people look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CasePolicy:
    """How searches become cases. Every number can be set; none is repeated in code."""

    scored_candidates: int = 100
    """How many candidates of the index are weighed (the list length NIST evaluations use)."""
    weighed_candidates: int = 40
    """How many of those, the most similar first, are compared exactly and weighed as evidence."""
    stored_candidates: int = 20
    """How many of them are kept with their evidence."""
    tenprint_exemplars: int = 5
    """At most so many candidates reach examiners in a tenprint check."""
    mark_exemplars: int = 10
    """So many candidates reach examiners in a mark comparison, whatever their band."""
    verifiers_required: int = 1
    """How many further people must agree with the first examiner."""
