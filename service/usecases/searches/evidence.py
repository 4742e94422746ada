"""The candidates of a search with their evidence, for auditors; seeing them is an event."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Caller, Scope
from domain.events.examination import EvidenceUnmasked
from domain.events.looking import LookKind
from domain.ids import SearchId
from domain.searches import Candidate, Search
from service.usecases.existing import existing
from service.usecases.log.looking import candidates_shown
from service.usecases.log.recording import record
from service.usecases.services import Services


@dataclass(frozen=True, slots=True)
class SearchEvidence:
    """A search as it was computed: its basis and its candidates, the strongest first."""

    search: Search
    candidates: tuple[Candidate, ...]


def unmask(services: Services, caller: Caller, search_id: SearchId) -> SearchEvidence:
    """Return the candidates of any search with rank and evidence as they were stored.

    The look goes into the log first. Raises NotPermittedError, NotFoundError.
    """
    caller.actor.require(Scope.READ_EVIDENCE)
    with services.units.write() as unit:
        search = existing(unit.searches.get(search_id))
        candidates = unit.searches.candidates(search_id)
        record(unit, services.surroundings, caller, EvidenceUnmasked(search_id), search)
        told = candidates_shown(services, LookKind.EVIDENCE, candidates)
        record(unit, services.surroundings, caller, told, search)
        unit.commit()
    return SearchEvidence(search, candidates)
