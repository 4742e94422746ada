"""Examiners' work on a case: claim it, analyse the probe, compare exemplars one by one, decide.

Pictures and minutiae of prints are reached only through a case and a neutral label.
"""

from functools import partial
from typing import Annotated

from fastapi import Path, Response
from pydantic import BeforeValidator

from domain import errors
from domain.examination.cases import Activity
from domain.examination.finding_policy import ShownAs
from domain.ids import CaseId
from domain.prints.minutiae import MinutiaKind
from service.api.authentication import Examiner, Resolver
from service.api.base import Answer
from service.api.bodies import BodyOf, IdInPath
from service.api.call_routes import CallRouter, file_of
from service.api.examination import cases_schemas as schemas
from service.api.people.captures import ExemplarFingerAnswer, FingerAnswer
from service.api.searches.evidence_schemas import CandidateAnswer
from service.api.shapes import shows
from service.api.state import BenchOf
from service.ports.print_images import PrintImage
from service.usecases.examination import claiming, further_search, sealing, views
from service.usecases.examination.possible_outcomes import PossibleOutcome
from service.usecases.examination.prints import PrintWanted, print_image


@shows(PossibleOutcome)
class PossibleOutcomeAnswer(Answer):
    """An outcome that a decision can have now."""


class CaseAnswer(Answer):
    """A case with the data that this examiner may see now."""

    case_id: CaseId
    activity: Activity
    step: views.ExaminerStep
    revision: str
    """The revision to send back with the decision; empty unless an examiner holds the case."""
    probe: tuple[FingerAnswer, ...]
    """Prints of the search."""
    analysis: schemas.AnalysisAnswer | None
    """The sealed analysis of the probe; null until it is sealed."""
    comparisons: tuple[schemas.ComparisonAnswer, ...]
    """Sealed comparisons, in the order in which they were made."""
    decision: schemas.OwnDecisionAnswer | None
    """Your own decision; null until it is sealed."""
    possible_outcomes: tuple[PossibleOutcomeAnswer, ...]
    """Outcomes that a decision can have now; empty while an earlier step is missing."""
    candidates: tuple[CandidateAnswer, ...]
    """Rank and evidence; shown only once the case is closed, to the examiners who decided it."""


@shows(further_search.FurtherSearch, without=("is_asked",))
class FurtherSearchAnswer(Answer):
    """A further search of a mark; the answer says nothing about its results."""


@shows(views.Exemplar)
class ExemplarAnswer(Answer):
    """The exemplar to compare now, under the label that this examiner sees."""

    impressions: tuple[ExemplarFingerAnswer, ...]
    """Prints, one for each finger of the capture."""


router = CallRouter(prefix="/v1/cases", tags=["examiner"])


@router.get("/{case_id}")
def get_case(call: Examiner, case_id: IdInPath) -> CaseAnswer:
    """Return a case with the data that this examiner may see now."""
    return CaseAnswer.of(call.use(views.examiner_view, CaseId(case_id)))


@router.post("/{case_id}/claim", errors.StaleCaseError, status_code=204)
def post_claim(call: Examiner, case_id: IdInPath) -> None:
    """Take a case; claiming a case that the caller already holds has no effect."""
    call.use(claiming.claim_case, CaseId(case_id))


@router.post("/{case_id}/release", errors.AlreadyDecidedError, status_code=204)
def post_release(call: Examiner, case_id: IdInPath) -> None:
    """Return a case to the queue; sealed work stays sealed."""
    call.use(claiming.release_case, CaseId(case_id))


@router.post("/{case_id}/analysis", errors.StaleCaseError, status_code=204)
def post_analysis(call: Examiner, case_id: IdInPath, body: BodyOf[schemas.AnalysisBody]) -> None:
    """Seal the analysis of the probe; exemplars are shown only after this."""
    call.carry_out(sealing.seal_analysis, body, case_id=case_id)


@router.post("/{case_id}/further-search")
def post_further_search(call: Examiner, case_id: IdInPath) -> FurtherSearchAnswer:
    """Search the mark again with the minutiae and the outline of the caller's sealed analysis.

    Of its minutiae those with a direction are searched with, and those that the extractor finds
    inside its outline. The search is that of the force which sent
    the mark; other examiners compare what it finds. Asking again changes nothing.
    """
    return FurtherSearchAnswer.of(call.use(further_search.search_further, CaseId(case_id)))


@router.get(
    "/{case_id}/exemplar",
    errors.StaleCaseError,
    response_model=ExemplarAnswer,
    responses={204: {"description": "No exemplar is left to compare."}},
)
def get_exemplar(call: Examiner, case_id: IdInPath) -> ExemplarAnswer | Response:
    """Return the exemplar to compare now; showing it is recorded in the log."""
    exemplar = call.use(views.next_exemplar, CaseId(case_id))
    return Response(status_code=204) if exemplar is None else ExemplarAnswer.of(exemplar)


@router.post("/{case_id}/comparisons", errors.StaleCaseError, status_code=204)
def post_comparison(
    call: Examiner, case_id: IdInPath, body: BodyOf[schemas.ComparisonBody]
) -> None:
    """Seal the evaluation of the exemplar that is shown now."""
    call.carry_out(sealing.seal_comparison, body, case_id=case_id)


@router.post("/{case_id}/decisions", status_code=201)
def post_decision(
    call: Examiner, case_id: IdInPath, body: BodyOf[schemas.DecisionBody]
) -> schemas.DecisionIdAnswer:
    """Seal the outcome of the caller's examination."""
    return schemas.DecisionIdAnswer(
        decision_id=call.carry_out(sealing.seal_decision, body, case_id=case_id)
    )


class MinutiaAnswer(Answer):
    """One minutia, in pixels of the picture."""

    # Rounded to the precision that a picture can show.
    x_px: Annotated[float, BeforeValidator(partial(round, ndigits=1))]
    """Column in pixels from the left."""
    y_px: Annotated[float, BeforeValidator(partial(round, ndigits=1))]
    """Row in pixels from the top."""
    angle_rad: Annotated[float, BeforeValidator(partial(round, ndigits=3))]
    """Direction of the ridge in radians, counterclockwise from the right."""
    kind: MinutiaKind


@shows(PrintImage, without=("png",))
class PrintAnswer(Answer):
    """One print of a probe or an exemplar."""

    minutiae: tuple[MinutiaAnswer, ...]
    """Minutiae of the print, if they are known."""


prints_router = CallRouter(prefix="/v1")

LabelInPath = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="`probe`, or the neutral label of an exemplar that was shown.",
    ),
]
IndexInPath = Annotated[
    int, Path(ge=0, le=19, description="Index of the finger in the capture as returned, from 0.")
]

_PNG = file_of("A greyscale PNG.", "image/png")


@prints_router.get("/cases/{case_id}/prints/{label}/{index}", tags=["examiner"])
def get_print(
    call: Examiner, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> PrintAnswer:
    """Return size, origin and minutiae of one print of a case that the examiner works."""
    wanted = PrintWanted(CaseId(case_id), label, index)
    return PrintAnswer.of(print_image(bench, call.caller, wanted, ShownAs.MINUTIAE))


@prints_router.get(
    "/cases/{case_id}/prints/{label}/{index}/image",
    tags=["examiner"],
    response_class=Response,
    responses=_PNG,
)
def get_print_image(
    call: Examiner, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> Response:
    """Return the picture of one print of a case that the examiner works."""
    wanted = PrintWanted(CaseId(case_id), label, index)
    image = print_image(bench, call.caller, wanted, ShownAs.IMAGE)
    return Response(image.png, media_type="image/png")


@prints_router.get("/differences/{case_id}/prints/{label}/{index}", tags=["supervisor"])
def get_difference_print(
    call: Resolver, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> PrintAnswer:
    """Return size, origin and minutiae of one print of a difference of opinion."""
    wanted = PrintWanted(CaseId(case_id), label, index)
    return PrintAnswer.of(print_image(bench, call.caller, wanted, ShownAs.MINUTIAE))


@prints_router.get(
    "/differences/{case_id}/prints/{label}/{index}/image",
    tags=["supervisor"],
    response_class=Response,
    responses=_PNG,
)
def get_difference_print_image(
    call: Resolver, case_id: IdInPath, label: LabelInPath, index: IndexInPath, bench: BenchOf
) -> Response:
    """Return the picture of one print of a difference of opinion."""
    wanted = PrintWanted(CaseId(case_id), label, index)
    image = print_image(bench, call.caller, wanted, ShownAs.IMAGE)
    return Response(image.png, media_type="image/png")
