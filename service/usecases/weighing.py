"""From a probe to candidates in order of evidence: reads only, no lock is held over a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from domain.errors import UnsupportedSearchError
from domain.evidence import Evidence
from domain.ids import CandidateId, EncounterId, EncounterRow, PersonId, PersonRow
from domain.people import Record
from domain.searches import Basis, Candidate, Probe, SearchType
from indexing.hits import Hits
from indexing.probes import mark_probe, tenprint_probe
from matching.scored import ScoredCandidates
from service.ports.stages import Stage
from service.usecases.services import Services


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The outcome of one search before it is stored."""

    basis: Basis
    candidates: tuple[Candidate, ...]
    """In order of total bits, the strongest first."""


@dataclass(frozen=True, slots=True)
class _Known:
    persons: Mapping[PersonRow, PersonId]
    encounters: Mapping[EncounterRow, EncounterId]
    records: Mapping[PersonRow, Record]


def weigh(services: Services, search_type: SearchType, probe: Probe) -> Weighed:
    """Find, load and weigh the candidates of a print-led search."""
    services.gallery.catch_up()
    with services.stages.timed(Stage.CANDIDATE_SEARCH):
        hits = _look_up(services, search_type, probe)
    with services.stages.timed(Stage.RECORDS):
        known = _load(services, hits)
    with services.stages.timed(Stage.SCORING):
        candidates = _ranked(services, hits, known, _scored(services, probe, hits, known))
    services.stages.found(len(candidates))
    basis = basis_of(services, generation=hits.generation, digest=hits.digest)
    return Weighed(basis, candidates)


def _look_up(services: Services, search_type: SearchType, probe: Probe) -> Hits:
    index, k = services.gallery.index, services.policy.scored_candidates
    first = probe.impressions[0]
    match search_type:
        case SearchType.TP_TP:
            return index.search_tenprint(tenprint_probe(probe.impressions), k=k)
        case SearchType.LT_TP:
            return index.search_mark(mark_probe(first), k=k)
        case SearchType.TP_LT:
            return index.search_mark_file(tenprint_probe(probe.impressions), k=k)
        case SearchType.LT_LT:
            return index.search_mark_file(mark_probe(first), k=k)
        case SearchType.NAMES:
            raise UnsupportedSearchError("A names enquiry has no prints to search with.")
        case _:
            assert_never(search_type)


def _load(services: Services, hits: Hits) -> _Known:
    """Load what is known of the people found; whoever was erased meanwhile is not among them."""
    persons = [PersonRow(int(row)) for row in hits.person_rows]
    encounters = [EncounterRow(int(row)) for row in hits.encounter_rows]
    with services.units.read() as unit:
        return _Known(
            persons=unit.people.person_ids(persons),
            encounters=unit.encounters.ids(encounters),
            records=unit.people.records_of(persons),
        )


def _scored(services: Services, probe: Probe, hits: Hits, known: _Known) -> ScoredCandidates:
    records = [known.records.get(PersonRow(int(row))) for row in hits.person_rows]
    return services.scorer.score_prints(
        probe,
        hits.comparisons,
        [record.details if record else None for record in records],
        gallery_size=services.gallery.persons,
    )


def _ranked(
    services: Services, hits: Hits, known: _Known, scored: ScoredCandidates
) -> tuple[Candidate, ...]:
    """Return the strongest; rows of evidence are built for these alone."""
    order = [int(i) for i in scored.ranking() if int(hits.person_rows[i]) in known.persons]
    return tuple(
        _candidate(services, hits, known, at=i, rank=rank, evidence=scored[i])
        for rank, i in enumerate(order[: services.policy.stored_candidates], 1)
    )


def _candidate(
    services: Services, hits: Hits, known: _Known, *, at: int, rank: int, evidence: Evidence
) -> Candidate:
    row = PersonRow(int(hits.person_rows[at]))
    record = known.records.get(row)
    return Candidate(
        candidate_id=CandidateId(services.surroundings.new_id()),
        person_id=known.persons[row],
        record_id=record.record_id if record else None,
        encounter_id=known.encounters.get(EncounterRow(int(hits.encounter_rows[at]))),
        rank=rank,
        evidence=evidence,
    )


def basis_of(services: Services, *, generation: int, digest: str) -> Basis:
    """Return what a search made now is computed with."""
    return Basis(
        model_name=services.scorer.name,
        model_version=services.scorer.version,
        model_digest=services.scorer.digest,
        index_generation=generation,
        index_digest=digest,
        configuration_digest=services.scorer.configuration_digest,
        code_version=services.code_version,
    )
