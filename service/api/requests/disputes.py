"""Disputes about whom an entry is about; recipients' acknowledgements of answers and notices."""

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.errors import ConflictError, NotFoundError, SelfVerificationError
from domain.ids import DisclosureId, NoticeId, RequestId
from domain.people.disputes import Dispute, DisputeState, DisputeStep
from domain.requests.disclosures import NoticeKind
from service.api.authentication import RequestReader, RequestWorker
from service.api.base import Answer, Body, LongText, Next, OpaqueId, PageAnswer, Words
from service.api.bodies import After, BodyOf, IdInPath, Limit
from service.api.call_routes import CallRouter
from service.api.requests.requests import PartyAnswer
from service.api.shapes import From, shows
from service.usecases.people.disputing import answer_decision, open_dispute, propose_decision
from service.usecases.requests import disputes, notices


class DisputeBody(Body):
    """A dispute to open: an entry of a record that may be about another person."""

    record_id: OpaqueId
    """Id of the record."""
    item_id: Annotated[str, Field(max_length=64)] = ""
    """Any item of an arrest or a conviction; empty if the person of the request says that the
    whole record is not theirs."""
    request_id: OpaqueId | None = None
    """The request in which the person says that it is not theirs."""
    words: LongText = Field(description="What is disputed, and why.")


class DecisionProposalBody(Body):
    """A proposal about whom the entry is about."""

    expected_step: int = Field(ge=0, description="The number of the last step that you have read.")
    is_theirs: bool
    """Whether it belongs to the person of the record."""
    words: Words


class DecisionAnswerBody(Body):
    """A second person's answer to a proposal."""

    expected_step: int = Field(ge=1)
    """The number of the last step you have seen; the call is refused if another step has been
    taken.
    """
    agrees: bool
    """Whether the second person agrees, so that the proposal takes effect."""
    words: Words = ""


@shows(DisputeStep, without=("dispute_id",))
class DisputeStepAnswer(Answer):
    """One step of a dispute."""


@shows(Dispute)
class DisputeAnswer(Answer):
    """A dispute, with its steps."""

    other_id: str | None = Field(description="After a parting: the other person.")
    state: DisputeState
    steps: tuple[DisputeStepAnswer, ...]
    """The steps taken, oldest first."""


class DisputeListAnswer(Answer):
    """The disputes to decide, oldest first."""

    disputes: tuple[DisputeAnswer, ...]
    next_after: Next


@shows(disputes.EntryShown)
class EntryShownAnswer(Answer):
    """An arrest or a conviction, as shown to people who compare two records."""


class DisputeShownAnswer(Answer):
    """A dispute with its evidence."""

    dispute: DisputeAnswer
    entries: tuple[EntryShownAnswer, ...]
    """The disputed arrests and convictions."""
    source: Annotated[str | None, From("source.words")]
    """Where the record has it from."""
    matter_id: Annotated[str | None, From("matter.matter_id")]
    """The matter of the inbox that put it on the record."""


@shows(disputes.EntryChoice)
class EntryChoiceAnswer(Answer):
    """An entry that the person of a request may dispute."""

    entries: tuple[EntryShownAnswer, ...]
    """The arrests and convictions under one number."""


class RequestDisputesAnswer(Answer):
    """The disputes raised in a request, and what the person whom it concerns may dispute."""

    disputes: tuple[DisputeAnswer, ...]
    """The disputes, oldest first."""
    entries: tuple[EntryChoiceAnswer, ...]
    """What the person may dispute."""


router = CallRouter(prefix="/v1", tags=["case officer"])

_STEPS = (NotFoundError, ConflictError, SelfVerificationError)


@router.post("/disputes", status_code=201)
def post_dispute(call: RequestWorker, body: BodyOf[DisputeBody]) -> DisputeAnswer:
    """Open a dispute. Until two people decide it, no answer gives the entry or says No Trace."""
    return DisputeAnswer.of(call.carry_out(open_dispute, body))


@router.get("/disputes")
def list_disputes(
    call: RequestReader, after: After = None, limit: Limit = 50
) -> DisputeListAnswer:
    """Return the disputes to decide, oldest first."""
    page = call.use(disputes.undecided_disputes, after=after, limit=limit)
    return DisputeListAnswer(disputes=page.items, next_after=page.next_key)


@router.get("/disputes/{dispute_id}")
def get_dispute(call: RequestReader, dispute_id: IdInPath) -> DisputeShownAnswer:
    """Return a dispute with its evidence."""
    return DisputeShownAnswer.of(call.use(disputes.show_dispute, dispute_id))


@router.post("/disputes/{dispute_id}/proposal")
def post_dispute_proposal(
    call: RequestWorker, dispute_id: IdInPath, body: BodyOf[DecisionProposalBody]
) -> DisputeAnswer:
    """Propose whether the entry is about this person; another case officer has to agree."""
    return DisputeAnswer.of(call.carry_out(propose_decision, body, dispute_id=dispute_id))


@router.post("/disputes/{dispute_id}/answer")
def post_dispute_answer(
    call: RequestWorker, dispute_id: IdInPath, body: BodyOf[DecisionAnswerBody]
) -> DisputeAnswer:
    """Agree with another officer's proposal, so that it is carried out, or disagree."""
    return DisputeAnswer.of(call.carry_out(answer_decision, body, dispute_id=dispute_id))


@router.get("/requests/{request_id}/disputes")
def get_request_disputes(call: RequestReader, request_id: IdInPath) -> RequestDisputesAnswer:
    """Return the disputes raised in a request, and the entries that the person may dispute."""
    raised, choices = call.use(disputes.disputes_in, RequestId(request_id))
    return RequestDisputesAnswer(disputes=raised, entries=choices)


@shows(notices.Unanswered, without=("notice",))
class UnansweredAnswer(Answer):
    """A recipient that has not acknowledged a notice."""

    notice_id: Annotated[str, From("notice.notice_id")]
    """Id of the notice."""
    disclosure_id: Annotated[DisclosureId, From("notice.disclosure_id")]
    recipient: PartyAnswer
    """The recipient."""
    kind: Annotated[NoticeKind, From("notice.kind")]
    given_on: Annotated[date, From("notice.given_on")]
    """The day of the change, from which the notice's deadline runs."""


class UnansweredListAnswer(PageAnswer):
    """Recipients that have not acknowledged a notice, the oldest notice first."""

    notices: tuple[UnansweredAnswer, ...]
    next_after: Next


@router.post("/disclosures/{disclosure_id}/acknowledgement", status_code=204)
def post_acknowledgement(call: RequestWorker, disclosure_id: IdInPath) -> None:
    """Record that the recipient has received the answer."""
    call.use(notices.acknowledge_disclosure, DisclosureId(disclosure_id))


@router.post("/disclosure-notices/{notice_id}/acknowledgement", status_code=204)
def post_notice_acknowledgement(call: RequestWorker, notice_id: IdInPath) -> None:
    """Record that the recipient has received the notice of a change."""
    call.use(notices.acknowledge_notice, NoticeId(notice_id))


@router.get("/disclosure-notices/unanswered")
def get_unanswered_notices(
    call: RequestReader, after: After = None, limit: Limit = 200
) -> UnansweredListAnswer:
    """Return the recipients that have not acknowledged a notice, the oldest notice first."""
    return UnansweredListAnswer.of(call.use(notices.unanswered_notices, after=after, limit=limit))
