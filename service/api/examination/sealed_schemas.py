"""Sealed work of one examiner: a comparison with its prints, and a case with the hidden data."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.cases import Activity, CaseState
from domain.evidence import EvidenceSource
from domain.people import Details, Sex
from domain.searches import SearchType
from service.api.base import Answer
from service.api.examination.cases_schemas import ComparisonAnswer, OwnDecisionAnswer
from service.api.links.links_schemas import OwnerAnswer
from service.api.people.captures_schemas import ExemplarFingerAnswer, FingerAnswer
from service.api.searches.evidence_schemas import BasisAnswer, CandidateAnswer
from service.usecases.examination.after_seal import Agreement, ConcludedCase


class SealedComparisonAnswer(Answer):
    """One's own sealed comparison and the fingers it is about; their pictures are at `prints`."""

    case_id: str
    activity: Activity
    comparison: ComparisonAnswer
    probe: tuple[FingerAnswer, ...] = Field(description="Empty once erased, as the exemplar's.")
    exemplar: tuple[ExemplarFingerAnswer, ...]


class ComparedDetailsAnswer(Answer):
    """Details as they are compared: said, or on record."""

    names: tuple[str, ...]
    dates_of_birth: tuple[str, ...]
    sex: Sex | None
    place_of_birth: str
    postcodes: tuple[str, ...]
    pnc_ids: tuple[str, ...]
    cro_numbers: tuple[str, ...]

    @classmethod
    def of(cls, details: Details) -> Self:
        """Return the answer for details."""
        return cls.showing(
            details,
            names=tuple(name.display for name in details.names),
            dates_of_birth=tuple(map(str, details.dates_of_birth)),
            postcodes=tuple(one.postcode for one in details.addresses if one.postcode),
        )


class AgreementAnswer(Answer):
    """The meaning of one row of evidence from details."""

    source: EvidenceSource
    agreement: Agreement
    bits: float
    note: str


class RevealedCandidateAnswer(Answer):
    """A candidate with the hidden data, and the examiner's own evaluation of it."""

    candidate: CandidateAnswer
    comparison: ComparisonAnswer | None = Field(description="Null when it was not shown.")
    details: ComparedDetailsAnswer | None = Field(description="Null without a record.")
    owner: OwnerAnswer | None
    compared_details: tuple[AgreementAnswer, ...]


class ResultAnswer(Answer):
    """A closed case as its examiners see it."""

    case_id: str
    activity: Activity
    state: CaseState
    is_control: bool = Field(description="Every exemplar was known to be of another person.")
    decision: OwnDecisionAnswer | None
    search_type: SearchType
    submitted_at: datetime
    force: OwnerAnswer | None = Field(description="Who searched; null for a control item.")
    basis: BasisAnswer
    link_id: str | None
    said: ComparedDetailsAnswer
    candidates: tuple[RevealedCandidateAnswer, ...] = Field(description="By rank.")

    @classmethod
    def of(cls, case: ConcludedCase) -> Self:
        """Return the answer for a concluded case."""
        view, search = case.view, case.search
        return cls.showing(
            case,
            case_id=view.case_id,
            activity=view.activity,
            decision=view.decision,
            search_type=search.search_type,
            submitted_at=search.submitted_at,
            force=None if case.is_control else search.force,
            basis=search.basis,
        )
