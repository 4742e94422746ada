"""API schemas of candidates with their evidence, for examiners afterwards and auditors."""

from datetime import datetime
from typing import Annotated

from domain.searches.evidence import Band, EvidenceSource, Flag
from domain.searches.searches import Basis, SearchType
from service.api.base import Answer
from service.api.shapes import From, shows


class EvidenceRowAnswer(Answer):
    """One piece of evidence."""

    source: EvidenceSource
    level: str
    bits: float
    note: str


class FlagAnswer(Answer):
    """A pattern that a person should examine."""

    flag: Flag
    reason: str


class CandidateAnswer(Answer):
    """A candidate with everything that its rank is based on; the rows sum to `total_bits`."""

    candidate_id: str
    person_id: str
    record_id: str | None
    record_version: int | None
    """The version of the record that was compared; null in old searches."""
    encounter_id: str | None
    rank: int
    total_bits: Annotated[float, From("evidence.total_bits")]
    prior_bits: Annotated[float, From("evidence.prior_bits")]
    biometric_bits: Annotated[float, From("evidence.biometric_bits")]
    demographic_bits: Annotated[float, From("evidence.demographic_bits")]
    posterior: Annotated[float | None, From("evidence.posterior")]
    """Null if there is no model with which to choose candidates by prints of this format;
    candidates are then only ranked."""
    band: Annotated[Band, From("evidence.band")]
    prints_withheld: Annotated[bool, From("evidence.is_withheld")]
    """True if there is no model with which to choose candidates by prints of this format. In the
    search they then have no bits, the rank is the order in which they agree, `band` is `none`,
    `posterior` is null, and `total_bits` does not include them. After the decisions, `print_bits`
    in the result of the case states what they are worth.
    """
    evidence: Annotated[tuple[EvidenceRowAnswer, ...], From("evidence.rows")]
    flags: Annotated[tuple[FlagAnswer, ...], From("evidence.flags")]


@shows(Basis, without=("index_cursor", "gallery_size", "thresholds", "arithmetic"))
class BasisAnswer(Answer):
    """The basis of a search: the versions and settings it was computed with."""


class SearchEvidenceAnswer(Answer):
    """A search as it was computed."""

    of_part = "search"

    search_id: str
    search_type: SearchType
    submitted_at: datetime
    basis: BasisAnswer
    candidates: Annotated[tuple[CandidateAnswer, ...], From("candidates")]
