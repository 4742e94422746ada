"""Candidates with their evidence, for permitted readers: after the seal, or auditors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.evidence import Band, EvidenceSource, Flag
from domain.searches import Basis, SearchType
from service.api.base import Answer
from service.api.shapes import From, shows


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
    total_bits: Annotated[float, From("evidence.total_bits")]
    prior_bits: Annotated[float, From("evidence.prior_bits")]
    biometric_bits: Annotated[float, From("evidence.biometric_bits")]
    demographic_bits: Annotated[float, From("evidence.demographic_bits")]
    posterior: Annotated[float | None, From("evidence.posterior")] = Field(
        description="Null where no model is fitted on the prints: they have an order alone."
    )
    band: Annotated[Band, From("evidence.band")]
    prints_withheld: Annotated[bool, From("evidence.is_withheld")] = Field(
        description="Whether no model is fitted on prints of this format: they have no bits, the "
        "rank is the order in which they agree, `band` is `none`, `posterior` is null, and "
        "`total_bits` says nothing of them."
    )
    evidence: Annotated[tuple[EvidenceRowAnswer, ...], From("evidence.rows")]
    flags: Annotated[tuple[FlagAnswer, ...], From("evidence.flags")]


@shows(Basis, without=("index_cursor", "gallery_size", "thresholds", "arithmetic"))
class BasisAnswer(Answer):
    """The basis of a search."""


class SearchEvidenceAnswer(Answer):
    """A search as it was computed."""

    of_part = "search"

    search_id: str
    search_type: SearchType
    submitted_at: datetime
    basis: BasisAnswer
    candidates: Annotated[tuple[CandidateAnswer, ...], From("candidates")]
