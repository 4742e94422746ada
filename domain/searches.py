"""Requests to search, and the candidates they propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.access import Purpose
from domain.evidence import Evidence
from domain.experience import Experience
from domain.ids import (
    CandidateId,
    CaseId,
    EncounterId,
    ForceCode,
    LinkId,
    PersonId,
    RecordId,
    SearchId,
    UserId,
)
from domain.people import Details
from domain.prints import Impression
from domain.strangers import Strangers


class SearchType(StrEnum):
    """The kinds of probe and gallery, in the terms of ANSI/NIST-ITL practice."""

    TP_TP = "TP/TP"
    """A tenprint against tenprints."""
    LT_TP = "LT/TP"
    """A mark against tenprints."""
    TP_LT = "TP/LT"
    """A new tenprint against unsolved marks."""
    LT_LT = "LT/LT"
    """A mark against unsolved marks."""
    NAMES = "NAMES"
    """A names enquiry: details only."""

    @property
    def has_tenprint_probe(self) -> bool:
        """Whether the probe is a capture of known fingers."""
        return self in {SearchType.TP_TP, SearchType.TP_LT}

    @property
    def has_mark_probe(self) -> bool:
        """Whether the probe is a mark."""
        return self in {SearchType.LT_TP, SearchType.LT_LT}

    @property
    def is_among_marks(self) -> bool:
        """Whether the unsolved mark file is searched, not the tenprints."""
        return self in {SearchType.TP_LT, SearchType.LT_LT}


class SearchState(StrEnum):
    """The progress of a search."""

    EXAMINING = "examining"
    CONCLUDED = "concluded"


class SearchOutcome(StrEnum):
    """The outcome shown to a force. "not linked" never means "no record"."""

    LINKED = "linked"
    NOT_LINKED = "not linked"


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """The input of a search: impressions, details, or both."""

    impressions: tuple[Impression, ...]
    details: Details
    strangers: Strangers | None = None
    """How alike it is to people drawn from the gallery; measured when it is searched."""
    experience: Experience | None = None
    """The strangers that the gallery had met when it was searched. None in searches from before
    these were counted: then the counts of the model bound the evidence."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The versions a search was computed with, so that it can be explained and replayed."""

    model_name: str
    model_version: str
    model_digest: str
    index_generation: int
    index_digest: str
    configuration_digest: str
    code_version: str
    index_cursor: int = 0
    """The number of the last change of the gallery that the index held."""
    gallery_size: int = 0
    """The number of people on which the prior is based."""
    thresholds: str = ""
    """The digest of the thresholds in force, which the model carries."""
    arithmetic: str = ""
    """The print comparison: its numbers, and the version of the rule."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person the search proposes, with the evidence as computed."""

    candidate_id: CandidateId
    person_id: PersonId
    record_id: RecordId | None
    encounter_id: EncounterId | None
    """The encounter whose prints agreed most; None in a names enquiry."""
    rank: int
    """1 is the strongest."""
    evidence: Evidence
    record_version: int | None = None
    """The compared version of the record."""


@dataclass(frozen=True, slots=True)
class Search:
    """A submitted request and its state. The probe is stored separately."""

    search_id: SearchId
    search_type: SearchType
    force: ForceCode
    submitted_by: UserId
    on_behalf_of: str
    purpose: Purpose
    submitted_at: datetime
    basis: Basis
    state: SearchState
    outcome: SearchOutcome | None = None
    case_id: CaseId | None = None
    link_id: LinkId | None = None
    encounter_id: EncounterId | None = None
    """The capture searched with, if it was enrolled."""
    probe_commitment: str = ""
    """HMAC-SHA256 of the probe under its own key, as in the log; empty without a vault."""
