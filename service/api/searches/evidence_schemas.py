"""Candidates with their evidence, for permitted readers: after the seal, or auditors."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.evidence import Band, EvidenceSource, Flag
from domain.searches import Candidate, SearchType
from service.api.base import Answer
from service.usecases.searches.recorded import SearchEvidence


class EvidenceRowAnswer(Answer):
    """One piece of evidence."""

    source: EvidenceSource
    level: str
    bits: float
    note: str


class FlagAnswer(Answer):
    """A pattern worth a person's attention."""

    flag: Flag
    reason: str


class CandidateAnswer(Answer):
    """A candidate with everything its rank stands on; the rows sum to `total_bits`."""

    candidate_id: str
    person_id: str
    record_id: str | None
    record_version: int | None = Field(
        description="The version of the record that was weighed; None in old searches."
    )
    encounter_id: str | None
    rank: int
    total_bits: float
    prior_bits: float
    biometric_bits: float
    demographic_bits: float
    posterior: float | None = Field(
        description="Null where no model is fitted on the prints: they have an order alone."
    )
    band: Band
    prints_withheld: bool = Field(
        description="Whether no model is fitted on prints of this format: they have no bits, the "
        "rank is the order in which they agree, `band` is `none`, `posterior` is null, and "
        "`total_bits` says nothing of them."
    )
    evidence: tuple[EvidenceRowAnswer, ...]
    flags: tuple[FlagAnswer, ...]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """Return the answer for a candidate."""
        evidence = candidate.evidence
        return cls.showing(
            candidate,
            total_bits=evidence.total_bits,
            prior_bits=evidence.prior_bits,
            biometric_bits=evidence.biometric_bits,
            demographic_bits=evidence.demographic_bits,
            posterior=evidence.posterior,
            band=evidence.band,
            prints_withheld=evidence.is_withheld,
            evidence=evidence.rows,
            flags=evidence.flags,
        )


class BasisAnswer(Answer):
    """The basis of a search."""

    model_name: str
    model_version: str
    model_digest: str
    index_generation: int
    index_digest: str
    configuration_digest: str
    code_version: str


class SearchEvidenceAnswer(Answer):
    """A search as it was computed."""

    search_id: str
    search_type: SearchType
    submitted_at: datetime
    basis: BasisAnswer
    candidates: tuple[CandidateAnswer, ...]

    @classmethod
    def of(cls, unmasked: SearchEvidence) -> Self:
        """Return the answer for an unmasked search."""
        return cls.showing(unmasked.search, candidates=unmasked.candidates)
