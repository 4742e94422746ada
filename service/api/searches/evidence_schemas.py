"""API schemas of candidates with their evidence, for examiners afterwards and auditors."""

from datetime import datetime
from typing import Annotated

from domain.ids import SearchId
from domain.searches.evidence import Band, EvidenceSource, RaisedFlag
from domain.searches.searches import Basis, Candidate, SearchType
from service.api.base import Answer
from service.api.shapes import From, shows


class EvidenceRowAnswer(Answer):
    """One piece of evidence."""

    source: EvidenceSource
    level: str
    """How far the values agree, in words."""
    bits: float
    """Evidence in bits: log2 of the likelihood ratio; a negative value is evidence against the
    candidate."""
    note: str
    """The reason in one sentence."""


@shows(RaisedFlag)
class FlagAnswer(Answer):
    """A pattern that a person should examine."""


@shows(Candidate)
class CandidateAnswer(Answer):
    """A candidate with everything that its rank is based on; the rows sum to `total_bits`."""

    total_bits: Annotated[float, From("evidence.total_bits")]
    """All evidence, in bits: prior, details and prints."""
    prior_bits: Annotated[float, From("evidence.prior_bits")]
    """Evidence before any comparison, in bits: how likely any one person of the gallery is to
    match."""
    biometric_bits: Annotated[float, From("evidence.biometric_bits")]
    """Evidence of the prints, in bits (log2 of a likelihood ratio)."""
    demographic_bits: Annotated[float, From("evidence.demographic_bits")]
    """Evidence of names, dates and other details, in bits."""
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
    """Rows of evidence, whose bits add up to the total."""
    flags: Annotated[tuple[FlagAnswer, ...], From("evidence.flags")]
    """Patterns that deserve a second look; a pattern alone is never a reason."""


@shows(Basis, without=("index_cursor", "gallery_size", "thresholds", "arithmetic"))
class BasisAnswer(Answer):
    """The basis of a search: the versions and settings it was computed with."""


class SearchEvidenceAnswer(Answer):
    """A search as it was computed."""

    of_part = "search"

    search_id: SearchId
    search_type: SearchType
    submitted_at: datetime
    """When the search was submitted."""
    basis: BasisAnswer
    candidates: Annotated[tuple[CandidateAnswer, ...], From("candidates")]
    """The candidates of the search, in order of rank."""
