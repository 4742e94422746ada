"""Candidates in order of rank, from people and the evidence on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.evidence import Evidence
from domain.ids import CandidateId, EncounterId
from domain.searches import Candidate
from service.storage.people.people import HeldPerson

_SHARED_DIGITS = 12
"""Hexadecimal digits that the ids of one search's candidates share."""


def proposed(
    new_id: Callable[[], str],
    found: Iterable[tuple[HeldPerson, EncounterId | None, Evidence]],
) -> tuple[Candidate, ...]:
    """Return candidates from people, their captures and the evidence, the strongest first."""
    # The rows of one search lie side by side in the database. The order of ids says nothing of
    # ranks: but for their random beginning, 80 bits of each are its own.
    shared = new_id()[:_SHARED_DIGITS]
    return tuple(
        Candidate(
            candidate_id=CandidateId(shared + new_id()[_SHARED_DIGITS:]),
            person_id=person.person_id,
            record_id=person.record_id,
            encounter_id=encounter,
            rank=rank,
            evidence=evidence,
            record_version=person.record_version,
        )
        for rank, (person, encounter, evidence) in enumerate(found, 1)
    )
