"""An examiner's own sealed work, to read again: one comparison, or a case after it is closed."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Query, Response
from pydantic import BeforeValidator, Field

from domain.errors import PdfNotInstalledError, StaleCaseError
from domain.examination.cases import Activity, CaseState
from domain.ids import CaseId, LinkId
from domain.people.people import Sex
from domain.prints.prints import FingerPosition
from domain.searches.evidence import EvidenceSource
from domain.searches.searches import SearchType
from service.adapters.documents.chart_pdf import chart_pdf
from service.api.authentication import Examiner
from service.api.base import Answer, ShownText
from service.api.bodies import BodyOf, IdInPath
from service.api.call_routes import CallRouter, file_of
from service.api.examination.cases import LabelInPath
from service.api.examination.cases_schemas import ComparisonAnswer, OwnDecisionAnswer, RevisionBody
from service.api.links import OwnerAnswer
from service.api.people.captures import ExemplarFingerAnswer, FingerAnswer
from service.api.searches.evidence_schemas import BasisAnswer, CandidateAnswer
from service.api.shapes import From, shows
from service.api.state import BenchOf
from service.usecases.examination import sealed, sealing
from service.usecases.searches.correspondence import FingerBits, PrintBits


class SealedComparisonAnswer(Answer):
    """The caller's own sealed comparison and its fingers; their pictures are at `prints`."""

    case_id: CaseId
    activity: Activity
    comparison: ComparisonAnswer
    probe: tuple[FingerAnswer, ...]
    """Empty once erased; the same holds for `exemplar`."""
    exemplar: tuple[ExemplarFingerAnswer, ...]
    """Fingers of the exemplar; empty once erased."""


class ComparedDetailsAnswer(Answer):
    """Details that are compared: as stated, or as on record."""

    names: Annotated[tuple[str, ...], From("names.display")]
    """Names on record, the main name first."""
    dates_of_birth: tuple[ShownText, ...]
    """Dates of birth, as stated or on record."""
    sex: Sex | None
    place_of_birth: str
    """Place of birth."""
    postcodes: Annotated[
        tuple[str, ...],
        From("addresses.postcode"),
        BeforeValidator(lambda codes: tuple(code for code in codes if code)),
    ]
    """Postcodes, as stated or on record."""
    pnc_ids: tuple[str, ...]
    """PNC identifiers."""
    cro_numbers: tuple[str, ...]
    """Criminal Records Office numbers."""


class AgreementAnswer(Answer):
    """What one row of evidence from details means."""

    source: EvidenceSource
    agreement: sealed.Agreement
    bits: float
    """Evidence in bits: log2 of the likelihood ratio; a negative value is evidence against the
    candidate."""
    note: str
    """The reason in one sentence."""


@shows(FingerBits)
class FingerBitsAnswer(Answer):
    """The evidence, in bits, of the matched minutiae of one finger."""


@shows(PrintBits)
class PrintBitsAnswer(Answer):
    """The evidence, in bits, of the matched minutiae of a candidate.

    It was not used to choose candidates, and is not validated for casework.
    """

    fingers: tuple[FingerBitsAnswer, ...]
    """The evidence of each finger."""


class RevealedCandidateAnswer(Answer):
    """A candidate with its formerly hidden data, and the examiner's own evaluation of it."""

    candidate: CandidateAnswer
    """The person that the label stood for."""
    comparison: ComparisonAnswer | None = Field(description="Null if the exemplar was not shown.")
    details: ComparedDetailsAnswer | None = Field(description="Null if there is no record.")
    owner: OwnerAnswer | None
    compared_details: tuple[AgreementAnswer, ...]
    """Details of the search beside those on record."""
    print_bits: PrintBitsAnswer | None = Field(
        description="Null for marks, for exemplars that were not shown, and if no model covers "
        "any finger."
    )


class ResultAnswer(Answer):
    """A closed case as its examiners see it."""

    case_id: Annotated[CaseId, From("view.case_id")]
    activity: Annotated[Activity, From("view.activity")]
    state: CaseState
    is_control: bool
    """Whether all exemplars were known to come from other people."""
    decision: Annotated[OwnDecisionAnswer | None, From("view.decision")]
    """Your own decision; null if you made none."""
    search_type: Annotated[SearchType, From("search.search_type")]
    submitted_at: Annotated[datetime, From("search.submitted_at")]
    """When the search was submitted."""
    force: OwnerAnswer | None
    """The force that searched; null for a control item."""
    basis: Annotated[BasisAnswer, From("search.basis")]
    link_id: LinkId | None
    """Id of the link; null if there is none."""
    said: ComparedDetailsAnswer
    candidates: tuple[RevealedCandidateAnswer, ...] = Field(description="By rank.")

    @classmethod
    def of(cls, case: sealed.ConcludedCase) -> Self:
        """Return the answer for a concluded case."""
        return cls.showing(case, force=None if case.is_control else case.search.force)


router = CallRouter(prefix="/v1/cases", tags=["examiner"])


@router.get("/{case_id}/comparisons/{label}")
def get_sealed_comparison(
    call: Examiner, case_id: IdInPath, label: LabelInPath
) -> SealedComparisonAnswer:
    """Return a comparison that the examiner has sealed; showing its prints is logged."""
    return SealedComparisonAnswer.of(call.use(sealed.sealed_comparison, CaseId(case_id), label))


@router.get(
    "/{case_id}/comparisons/{label}/chart",
    PdfNotInstalledError,
    response_class=Response,
    responses=file_of("A PDF that conforms to PDF/UA-1.", "application/pdf"),
)
def get_chart(
    call: Examiner,
    case_id: IdInPath,
    label: LabelInPath,
    bench: BenchOf,
    finger: Annotated[
        FingerPosition | None,
        Query(
            description="Chart this finger; if absent, the finger that was identified or marked."
        ),
    ] = None,
) -> Response:
    """Return a chart of the caller's sealed comparison: both prints, numbered points, legend."""
    chart = sealed.comparison_chart(
        bench, call.caller, sealed.ChartWanted(CaseId(case_id), label, finger)
    )
    return Response(chart_pdf(chart), media_type="application/pdf")


@router.post("/{case_id}/comparisons/{label}/revisions", StaleCaseError, status_code=204)
def post_revision(
    call: Examiner, case_id: IdInPath, label: LabelInPath, body: BodyOf[RevisionBody]
) -> None:
    """Replace the caller's own sealed evaluation, with a reason, before the decision."""
    call.carry_out(sealing.revise_comparison, body, case_id=case_id, label=label)


@router.get("/{case_id}/result")
def get_result(call: Examiner, case_id: IdInPath, bench: BenchOf) -> ResultAnswer:
    """Show a closed case with all data to its examiners; this is recorded in the log."""
    return ResultAnswer.of(sealed.concluded_case(bench, call.caller, CaseId(case_id)))
