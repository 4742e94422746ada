"""Case officers open deletion cases, forces decide on their own, the office carries them out."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field

from domain.ids import DeletionId, EncounterId, ForceCode, RequestId
from domain.retention.disclosure import DeletionCase, DeletionDecision, DeletionPart, DeletionState
from rules.data_files import DeletionGround, deletion_grounds
from service.api.authentication import DeletionDecider, RequestReader, RequestWorker
from service.api.base import Answer, Body, Next, OpaqueId, PageAnswer, Reason, Words
from service.api.bodies import After, BodyOf, IdInPath, Limit
from service.api.call_routes import INDEX_ERRORS, CallRouter
from service.api.requests.requests import KindName
from service.api.shapes import From, shows
from service.usecases.disclosure import deciding
from service.usecases.disclosure.deletions import Arrest, ask_deletion, deletions_of

Parts = Annotated[tuple[DeletionPart, ...], Field(max_length=2)]


class DeletionBody(Body):
    """A deletion case to open, for one arrest."""

    record_id: OpaqueId
    """Id of the record."""
    item_id: OpaqueId = Field(description="The arrest report.")
    asked: Parts
    """The parts whose deletion is requested: the entry, the prints."""
    captures: Annotated[tuple[OpaqueId, ...], Field(max_length=50)] = ()
    """The prints taken at the arrest, if their deletion is requested."""
    ground: KindName
    """Code of the ground that the person states."""
    words: Words = ""


class DeletionDecisionBody(Body):
    """The decision of the owning force, or its review by another officer of the same force."""

    approved: Parts
    """The parts approved, of those requested; none means that the request is rejected."""
    ground: KindName
    """Code of the ground for the decision."""
    reasons: Reason


@shows(DeletionDecision)
class DeletionDecisionAnswer(Answer):
    """A decision of a force, or its review."""


@shows(DeletionCase, without=("person_id", "opened_by"))
class DeletionAnswer(Answer):
    """A deletion case."""

    state: DeletionState
    decisions: tuple[DeletionDecisionAnswer, ...]
    """The decision, and its review."""


@shows(Arrest, without=("report",))
class ArrestAnswer(Answer):
    """An arrest of the person, and whether its deletion can be requested."""

    force: Annotated[ForceCode, From("report.force")]
    on: Annotated[date, From("report.on")]
    """The day of the arrest."""
    offences: Annotated[tuple[str, ...], From("report.offences.title")]
    """The titles of the offences."""


class CaptureHeldAnswer(Answer):
    """Prints of the person that are on file."""

    encounter_id: EncounterId
    force: ForceCode


class DeletionsOfRequestAnswer(Answer):
    """The arrests and prints of the person, and the deletion cases that were opened."""

    arrests: tuple[ArrestAnswer, ...]
    """The arrests of the person."""
    captures: tuple[CaptureHeldAnswer, ...]
    """The prints of the person that are on file."""
    cases: tuple[DeletionAnswer, ...]
    """The cases that were opened."""


class ListedDeletionAnswer(Answer):
    """A deletion case with its age; the age has no effect on the decision."""

    case: DeletionAnswer
    due_on: date | None
    """The last day for a decision in time; null if there is none."""
    age_days: int
    """Days since the force was asked to decide; the age has no effect on the decision."""
    is_late: bool
    """Whether the target of 28 days has passed."""


class DeletionListAnswer(PageAnswer):
    """The deletion cases of a force that have not been carried out, oldest first."""

    deletions: tuple[ListedDeletionAnswer, ...]
    next_after: Next


class OwnDeletionAnswer(ListedDeletionAnswer):
    """A deletion case as the owning force sees it."""

    arrest_on: date | None
    """The day of the arrest; null once it has been deleted."""
    offences: tuple[str, ...]
    """The titles of the offences."""

    @classmethod
    def of(cls, found: Any) -> Self:
        """Return the answer for a case and its arrest report, which is None once deleted."""
        listed, report = found
        offences = tuple(one.title for one in report.offences) if report else ()
        return cls.showing(listed, arrest_on=report and report.on, offences=offences)


@shows(DeletionGround)
class GroundAnswer(Answer):
    """A ground for requesting a deletion."""


class GroundListAnswer(Answer):
    """The grounds for deletion."""

    grounds: tuple[GroundAnswer, ...]


router = CallRouter(prefix="/v1", tags=["case officer"])
for_forces = CallRouter(prefix="/v1/deletions", tags=["force"])


@router.get("/deletion-grounds")
def get_deletion_grounds(_call: RequestReader) -> GroundListAnswer:
    """Return the grounds on which the deletion of an arrest can be requested."""
    return GroundListAnswer.model_validate({"grounds": tuple(deletion_grounds().values())})


@router.get("/requests/{request_id}/deletions")
def get_deletions_of_request(
    call: RequestReader, request_id: IdInPath
) -> DeletionsOfRequestAnswer:
    """Return the arrests and prints of the person on a request, and the deletion cases opened."""
    return DeletionsOfRequestAnswer.of(call.use(deletions_of, RequestId(request_id)))


@router.post("/requests/{request_id}/deletions", status_code=201)
def post_deletion(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[DeletionBody]
) -> DeletionAnswer:
    """Ask the force that owns an arrest to decide on its deletion."""
    return DeletionAnswer.of(call.carry_out(ask_deletion, body, request_id=request_id))


@router.post("/deletions/{deletion_id}/carrying-out", *INDEX_ERRORS)
def post_deletion_carrying_out(call: RequestWorker, deletion_id: IdInPath) -> DeletionAnswer:
    """Destroy the data whose deletion the force approved; this cannot be undone."""
    return DeletionAnswer.of(call.use(deciding.carry_out_deletion, DeletionId(deletion_id)))


@for_forces.get("")
def get_own_deletions(
    call: DeletionDecider, after: After = None, limit: Limit = 50
) -> DeletionListAnswer:
    """Return the deletion cases of the caller's force not yet carried out, oldest first."""
    return DeletionListAnswer.of(call.use(deciding.own_deletions, after=after, limit=limit))


@for_forces.get("/{deletion_id}")
def get_own_deletion(call: DeletionDecider, deletion_id: IdInPath) -> OwnDeletionAnswer:
    """Return one deletion case of the caller's force, with its arrest."""
    return OwnDeletionAnswer.of(call.use(deciding.own_deletion, DeletionId(deletion_id)))


@for_forces.post("/{deletion_id}/decision")
def post_deletion_decision(
    call: DeletionDecider, deletion_id: IdInPath, body: BodyOf[DeletionDecisionBody]
) -> DeletionAnswer:
    """Decide as the owning force; if there is a decision already, review it as another officer."""
    return DeletionAnswer.of(
        call.carry_out(deciding.decide_deletion, body, deletion_id=deletion_id)
    )
