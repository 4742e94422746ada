"""Supervisors resolve differences of opinion, and revoke links."""

from typing import Annotated, Self

from pydantic import Field

from domain.examination.cases import Comparison, FurtherExamination
from domain.ids import CaseId, DecisionId, LinkId, UserId
from domain.prints.prints import FingerPosition
from service.api.authentication import LinkRevoker, Resolver
from service.api.base import Answer, Body, Next, OpaqueId, PageAnswer, Reason
from service.api.bodies import After, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.examination import cases_schemas as schemas
from service.api.links import RevocationBody
from service.api.people.captures import FingerAnswer
from service.api.shapes import From, shows
from service.api.state import BenchOf
from service.usecases.examination.resolution import Difference, difference, resolve, send_further
from service.usecases.examination.views import DifferenceView, differences
from service.usecases.links.links import RevokeLink, revoke_link


class OpinionOfExemplarAnswer(schemas.SealedAnswer):
    """A sealed evaluation of an exemplar that an examiner identified."""

    exemplar: str = Field(description="The label of the exemplar.")
    points: tuple[schemas.PointPairAnswer, ...]
    """Pairs of points on which the finding is based."""
    fingers: schemas.FingersAnswer | None = schemas.FINGERS

    @classmethod
    def of(cls, labelled: tuple[str, Comparison]) -> Self:
        """Return the answer for an evaluation, with the label that the supervisor sees."""
        label, comparison = labelled
        return cls.showing(comparison, exemplar=label)


class SealedRecordAnswer(schemas.SealedAnswer):
    """The sealed work of one examiner, without the examiner's name."""

    of_part = "decision"

    decision_id: DecisionId
    fingers: schemas.FingersAnswer | None = schemas.FINGERS
    analysis: Annotated[schemas.AnalysisAnswer | None, From("analysis")]
    """The sealed analysis of the probe; null until it is sealed."""
    comparisons: Annotated[tuple[OpinionOfExemplarAnswer, ...], From("comparisons")]
    """Sealed comparisons, in the order in which they were made."""


class ExemplarInQuestionAnswer(Answer):
    """An exemplar that at least one examiner identified."""

    label: str
    """Neutral label of the exemplar, which does not reveal its rank."""
    fingers: Annotated[tuple[FingerAnswer, ...], From("impressions")]
    """Fingers of the exemplar."""
    disputed: tuple[FingerPosition, ...]
    """The fingers that one examiner identified and another did not."""


@shows(FurtherExamination, without=("further_id", "case_id"))
class FurtherExaminationAnswer(Answer):
    """Why a difference was sent to a further examiner."""


@shows(Difference)
class OpinionsAnswer(Answer):
    """A difference of opinion; the pictures of its prints are at `prints`."""

    probe: tuple[FingerAnswer, ...]
    """Prints of the search."""
    exemplars: tuple[ExemplarInQuestionAnswer, ...]
    """Exemplars that at least one examiner identified."""
    records: tuple[SealedRecordAnswer, ...]
    """The sealed work of each examiner."""
    further: tuple[FurtherExaminationAnswer, ...]


class SealedDecisionAnswer(schemas.SealedAnswer):
    """A sealed decision as a supervisor sees it."""

    decision_id: DecisionId
    decided_by: UserId
    candidate_id: str | None
    """Two decisions with the same value name the same exemplar."""


@shows(DifferenceView)
class DifferenceAnswer(Answer):
    """A difference of opinion: the sealed decisions, without anybody's details."""

    decisions: tuple[SealedDecisionAnswer, ...]
    """The sealed decisions that differ."""


class DifferenceListAnswer(PageAnswer):
    """Differences that await a resolution, oldest first."""

    differences: tuple[DifferenceAnswer, ...]
    next_after: Next


class ResolutionBody(Body):
    """Which sealed decision is upheld, or that the case is inconclusive, and the reason."""

    decision_id: OpaqueId | None
    """The sealed decision that is upheld; null for the outcome inconclusive."""
    reason: Reason
    revision: OpaqueId
    """Revision of the case: send it back with a decision, which is refused if the case has
    changed."""


class FurtherBody(Body):
    """Why a further examiner must decide; no examiner is told the reason."""

    reason: Reason
    revision: OpaqueId
    """Revision of the case: send it back with a decision, which is refused if the case has
    changed."""


router = CallRouter(prefix="/v1", tags=["supervisor"])


@router.get("/differences")
def list_differences(
    call: Resolver, after: After = None, limit: Limit = 50
) -> DifferenceListAnswer:
    """Return the differences of opinion that await a resolution, oldest first."""
    return DifferenceListAnswer.of(call.use(differences, after=after, limit=limit))


@router.get("/differences/{case_id}")
def get_difference(call: Resolver, case_id: IdInPath, bench: BenchOf) -> OpinionsAnswer:
    """Return the sealed work on a difference; showing its prints is recorded in the log."""
    return OpinionsAnswer.of(difference(bench, call.caller, CaseId(case_id)))


@router.post("/cases/{case_id}/resolution", status_code=201)
def post_resolution(
    call: Resolver, case_id: IdInPath, body: BodyOf[ResolutionBody]
) -> schemas.DecisionIdAnswer:
    """Uphold a sealed decision, or find the case inconclusive; identifications become links.

    To send the case to a further examiner instead, use `POST /v1/differences/{case_id}/further`.
    """
    return schemas.DecisionIdAnswer(decision_id=call.carry_out(resolve, body, case_id=case_id))


@router.post("/differences/{case_id}/further", status_code=204)
def post_further(call: Resolver, case_id: IdInPath, body: BodyOf[FurtherBody]) -> None:
    """Have a further examiner decide a case on which examiners differ. They are not told the
    reason.
    """
    call.carry_out(send_further, body, case_id=case_id)


@router.post("/links/{link_id}/revocation", status_code=204)
def post_revocation(call: LinkRevoker, link_id: IdInPath, body: BodyOf[RevocationBody]) -> None:
    """Revoke a link, with a reason; the link and its history stay readable."""
    revoke_link(call.services, RevokeLink(call.caller, LinkId(link_id), body.reason))
