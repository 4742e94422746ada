"""From a probe to candidates in order of evidence: reads only, no lock is held over a search."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from domain.evidence import Evidence
from domain.ids import CandidateId, EncounterId, EncounterRow, PersonRow
from domain.prints import FingerComparisons
from domain.searches import Basis, Candidate, Probe, SearchType
from indexing.hits import Hits
from matching.scored import ScoredCandidates
from service.ports.stages import Stage
from service.storage.people.people import HeldPerson
from service.usecases.policy import CasePolicy
from service.usecases.searches.comparing import ARITHMETIC, compare
from service.usecases.searches.looking_up import look_up_in_company
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The outcome of one search before it is stored."""

    basis: Basis
    candidates: tuple[Candidate, ...]
    """In order of total bits, the strongest first."""
    records_at: int = 0
    """How many events the log held when the records were read; 0 when none was."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Who was found and is still there, with what evidence is made of; k entries each."""

    persons: tuple[HeldPerson, ...]
    encounters: tuple[EncounterId, ...]
    records_at: int
    comparisons: FingerComparisons


def weigh(services: Services, search_type: SearchType, probe: Probe) -> Weighed:
    """Find, load and weigh the candidates of a print-led search."""
    with look_up_in_company(services, search_type, probe) as look_up:
        return weigh_found(services, search_type, probe, look_up)


def weigh_found(
    services: Services, search_type: SearchType, probe: Probe, look_up: Callable[[], Hits]
) -> Weighed:
    """Load and weigh whom a look-up finds, which others may have made a moment ago."""
    with services.stages.timed(Stage.CANDIDATE_SEARCH):
        hits = look_up()
    with services.stages.timed(Stage.RECORDS):
        found = _load(services, search_type, probe, hits)
    with services.stages.timed(Stage.SCORING):
        gallery_size = services.gallery.persons
        candidates = _ranked(services, found, _scored(services, probe, found, gallery_size))
    services.stages.found(len(candidates))
    basis = _basis_of_hits(services, hits, gallery_size)
    return Weighed(basis, candidates, found.records_at)


def _load(services: Services, search_type: SearchType, probe: Probe, hits: Hits) -> _Found:
    """Load what is known of the people found; whoever was erased meanwhile is not among them."""
    kept = slice(services.policy.weighed_candidates)
    pairs = [
        (PersonRow(int(person)), EncounterRow(int(encounter)))
        for person, encounter in zip(
            hits.person_rows[kept], hits.encounter_rows[kept], strict=True
        )
    ]
    with services.units.read() as unit:
        persons = unit.people.held([person for person, _ in pairs])
        held = unit.encounters.templates([encounter for _, encounter in pairs])
    there = [(p, e) for p, e in pairs if p in persons and e in held.encounter_ids]
    return _Found(
        persons=tuple(persons[person] for person, _ in there),
        encounters=tuple(held.encounter_ids[encounter] for _, encounter in there),
        records_at=max((person.log_size for person in persons.values()), default=0),
        comparisons=compare(search_type, probe, held, [encounter for _, encounter in there]),
    )


def _scored(
    services: Services, probe: Probe, found: _Found, gallery_size: int
) -> ScoredCandidates:
    return services.scorer.score_prints(
        probe,
        found.comparisons,
        [person.details for person in found.persons],
        gallery_size=gallery_size,
    )


def _ranked(services: Services, found: _Found, scored: ScoredCandidates) -> tuple[Candidate, ...]:
    """Return the strongest; rows of evidence are built for these alone."""
    strongest = scored.ranking()[: services.policy.stored_candidates]
    evidence = scored.select(strongest)
    return tuple(
        _candidate(services, found, at=at, rank=rank, evidence=evidence[rank - 1])
        for rank, at in enumerate(strongest.tolist(), 1)
    )


def _candidate(
    services: Services, found: _Found, *, at: int, rank: int, evidence: Evidence
) -> Candidate:
    person = found.persons[at]
    return Candidate(
        candidate_id=CandidateId(services.surroundings.new_id()),
        person_id=person.person_id,
        record_id=person.record_id,
        encounter_id=found.encounters[at],
        rank=rank,
        evidence=evidence,
        record_version=person.record_version,
    )


def _basis_of_hits(services: Services, hits: Hits, gallery_size: int) -> Basis:
    basis = basis_of(services, generation=hits.generation, digest=hits.digest)
    return replace(
        basis, index_cursor=hits.cursor, gallery_size=gallery_size, arithmetic=ARITHMETIC
    )


def basis_of(services: Services, *, generation: int, digest: str) -> Basis:
    """Return what a search made now is computed with."""
    thresholds = services.scorer.configuration_digest
    return Basis(
        model_name=services.scorer.name,
        model_version=services.scorer.version,
        model_digest=services.scorer.digest,
        index_generation=generation,
        index_digest=digest,
        configuration_digest=configuration_digest(services.policy, thresholds),
        code_version=services.code_version,
        thresholds=thresholds,
    )


@lru_cache(maxsize=8)
def configuration_digest(policy: CasePolicy, thresholds: str) -> str:
    """Return SHA-256, hexadecimal, of all that is set and bears on the result of a search."""
    parts = {"policy": asdict(policy), "thresholds": thresholds, "arithmetic": ARITHMETIC}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
