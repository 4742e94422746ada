"""Requests to search, their probes and their candidates. All rows are written once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.ids import CandidateId, ForceCode, SearchId
from domain.searches import Candidate, Probe, Search


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of a force's searches, newest first."""

    searches: tuple[Search, ...]
    next_before: str | None
    """Pass as `before` for the next page; None at the end."""


class SearchRepository(Protocol):
    """State, outcome, case and link of a search are read from its case and link, never stored."""

    def add(self, search: Search, probe: Probe, candidates: Sequence[Candidate]) -> None:
        """Store a search with everything it was computed from and everything it proposed."""

    def get(self, search_id: SearchId) -> Search | None:
        """Return a search as it stands now."""

    def page(self, force: ForceCode, *, before: str | None, limit: int) -> SearchPage:
        """Return searches of one force; an unknown `before` gives an empty page."""

    def probe(self, search_id: SearchId) -> Probe | None:
        """Return what was searched with, or None when unknown or erased."""

    def candidates(self, search_id: SearchId) -> tuple[Candidate, ...]:
        """Return the candidates by rank, with the evidence as it was computed."""

    def candidate(self, candidate_id: CandidateId) -> Candidate | None:
        """Return one candidate."""
