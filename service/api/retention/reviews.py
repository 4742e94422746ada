"""Case officers review what no rule decides, and state facts; both need two officers."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain import errors
from domain.ids import EncounterId, ForceCode, PersonId
from domain.retention.capture_facts import CaptureFact, FactDecision, FactId, FactKind, StatedFact
from domain.retention.retention import ReviewDecision, ReviewGround, Ruling
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, DateText, LongText, Next, PageAnswer, Reason
from service.api.bodies import After, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.requests.request_steps_schemas import StateAnswer
from service.api.shapes import From, shows
from service.usecases.retention import captures, due
from service.usecases.retention.reviewing import open_reviews, propose_ruling, read_ruling


class KeepingAnswer(Answer):
    """The ground that allows data from one event to be kept longest."""

    reference: Annotated[str, From("prints.reference")]
    """The Arrest Summons Number, or the conviction."""
    on: Annotated[date, From("prints.taken_on")]
    """The day on which the prints were taken."""
    situation: Annotated[str, From("prints.situation.value")]
    """The situation in the retention rules that applies to the event."""
    keep: Annotated[str, From("keep.words")]
    """One of: destroy, until, while consented, while open, review, indefinite or other regime."""
    last_day: date | None = Field(description="The last lawful day, if `keep` is `until`.")
    provision: str
    """The legal provision that applies."""


@shows(CaptureFact, without=("encounter_id",))
class CaptureFactAnswer(Answer):
    """A fact about a capture that the retention rules need."""


class CaptureBasisAnswer(Answer):
    """The ground for keeping one capture."""

    encounter_id: Annotated[EncounterId, From("capture.encounter_id")]
    taken_on: Annotated[date, From("capture.taken_on")]
    """The day on which the prints were taken."""
    force: Annotated[ForceCode, From("capture.force")]
    fate: captures.Fate
    event: str
    """The item for which the prints were taken, as `record.item`; empty if none is known."""
    provision: str
    """The legal provision that applies."""
    last_day: date | None = Field(description="The last lawful day; null if there is none.")
    facts: tuple[CaptureFactAnswer, ...]
    """The facts stated about the capture."""


class WaitingFactAnswer(Answer):
    """A fact that a second person must decide on."""

    person_id: PersonId
    encounter_id: Annotated[EncounterId, From("fact.encounter_id")]
    fact: CaptureFactAnswer


class WaitingFactsAnswer(PageAnswer):
    """The facts that a second person must decide on, oldest first."""

    facts: tuple[WaitingFactAnswer, ...]
    next_after: Next


class StatedFactAnswer(Answer):
    """The id of the fact that was stated."""

    fact_id: FactId


class FactDecidedAnswer(Answer):
    """The decision on a fact."""

    decision: FactDecision


class CaptureFactBody(Body):
    """A fact about a capture."""

    kind: FactKind
    on: DateText = Field(description="The day of the order, the consent or the event.")
    event: LongText = ""
    """The item of a record, as `record.item`; only for an event."""
    revokes: LongText | None = None
    """The fact that was stated in error; only to revoke it."""
    words: LongText = Field(description="The document that proves the fact; stored sealed.")


class FactDecisionBody(Body):
    """A second person's decision on a fact."""

    agrees: bool
    """Whether the second person agrees, so that the proposal takes effect."""


class BasesAnswer(Answer):
    """How long data of a person may be kept, as of today."""

    on: date
    """The day for which the answer is computed."""
    fate: Annotated[captures.Fate, From("standing.fate")]
    """Kept, due for destruction, or for a person to review."""
    provision: Annotated[str, From("standing.provision")] = Field(description="What decides.")
    last_day: Annotated[date | None, From("standing.last_day")]
    """The last lawful day; null if there is none."""
    events: Annotated[tuple[KeepingAnswer, ...], From("standing.bases")]
    """The grounds that keep data, one for each event."""
    records: tuple[str, ...]
    """Records. They are kept until the last of these grounds ends."""
    captures: tuple[str, ...] = Field(description="Captures in the gallery.")
    prints: tuple[CaptureBasisAnswer, ...]
    """Captures that no purge has hidden, each with its own ground."""


class OpenedReviewsAnswer(Answer):
    """The reviews that were opened."""

    request_ids: tuple[str, ...]


class RulingBody(Body):
    """One person's proposal."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    decision: ReviewDecision
    ground: ReviewGround
    reason: Reason = Field(description="The reason in words, stored sealed.")
    next_on: DateText | None = None
    """The day of the next review; null if the proposal is erasure."""


class RulingReadingBody(Body):
    """A second person's answer to a proposal."""

    expected_version: int = Field(ge=1, description="The version that the caller has read.")
    agrees: bool
    """Whether the second person agrees, so that the proposal takes effect."""
    words: LongText = Field(default="", description="The reason, if you do not agree.")


router = CallRouter(prefix="/v1/retention", tags=["case officer"])


@router.get("/people/{person_id}")
def get_bases(call: RequestReader, person_id: IdInPath) -> BasesAnswer:
    """Return the ground for keeping a person's data from each event, and the longest."""
    return BasesAnswer.of(call.use(due.show_bases, PersonId(person_id)))


@router.get("/facts")
def get_waiting_facts(
    call: RequestReader, after: After = None, limit: Limit = 50
) -> WaitingFactsAnswer:
    """Return the facts about captures that a second person must decide on, oldest first."""
    return WaitingFactsAnswer.of(call.use(captures.waiting_facts, after=after, limit=limit))


@router.post("/captures/{encounter_id}/facts", errors.InvalidDateError, status_code=201)
def post_fact(
    call: RequestWorker, encounter_id: IdInPath, body: BodyOf[CaptureFactBody]
) -> StatedFactAnswer:
    """State a fact about a capture; the fact counts once another officer agrees."""
    command = captures.StateFact(call.caller, EncounterId(encounter_id), body.to(StatedFact))
    return StatedFactAnswer(fact_id=captures.state_fact(call.services, command))


@router.post("/facts/{fact_id}/decision")
def post_fact_decision(
    call: RequestWorker, fact_id: IdInPath, body: BodyOf[FactDecisionBody]
) -> FactDecidedAnswer:
    """Agree to a fact that another officer stated, or reject it."""
    return FactDecidedAnswer(decision=call.carry_out(captures.decide_fact, body, fact_id=fact_id))


@router.post("/reviews", status_code=201)
def post_reviews(call: RequestWorker) -> OpenedReviewsAnswer:
    """Open a review for all whom no rule decides and who have no open one, 200 at a time."""
    return OpenedReviewsAnswer(request_ids=call.use(open_reviews))


@router.post("/reviews/{request_id}/proposal", errors.InvalidDateError)
def post_ruling(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[RulingBody]
) -> StateAnswer:
    """Propose whether a person's data is kept, restricted or erased, with a reason."""
    return StateAnswer(
        state=call.carry_out(propose_ruling, body, request_id=request_id, ruling=body.to(Ruling))
    )


@router.post("/reviews/{request_id}/second-reading")
def post_ruling_reading(
    call: RequestWorker, request_id: IdInPath, body: BodyOf[RulingReadingBody]
) -> StateAnswer:
    """Agree with another person's proposal, so that it takes effect, or send it back."""
    return StateAnswer(state=call.carry_out(read_ruling, body, request_id=request_id))
