"""Requests: receipt and steps, the disclosures that followed, and notices to their recipients."""

from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import DisclosureId, NoticeId, PersonId, RequestId
from domain.requests.disclosures import Form, NoticeKind
from domain.requests.proofs import Claim, ProofId, ProofVerdict
from domain.requests.request_states import RequestState, Step
from domain.requests.requests import Channel, PartyKind, ReplyOutcome
from domain.restrictions import UsePurpose


@event("request-received", leaves=Leaves("requests", by="received_by"))
class RequestReceived(Event):
    """A request about a person was received."""

    request_id: Subject[RequestId]
    kind: str
    channel: Channel
    asker_kind: PartyKind
    asker_code: str
    """Code of a State, an agency or a force; empty for a person."""
    purpose: UsePurpose


@event(
    "request-stepped",
    leaves=Leaves(
        "request_entries",
        by="entered_by",
        where=("request_id", "number"),
        parts=("request_identities", "request_convictions"),
    ),
)
class RequestStepped(Event):
    """A step of a request was taken."""

    request_id: Subject[RequestId]
    number: int
    """Number of the entry in the log of the request."""
    step: Step
    state: RequestState
    outcome: str
    """The code of the outcome that the step states; empty if the step states none."""
    person_id: Subject[PersonId | None] = None
    convictions: int | None = None
    """The number of versions of convictions that the step used."""


@event("proof-checked", leaves=Leaves("proof_checks", by="checked_by"))
class ProofChecked(Event):
    """A case officer recorded whether a document proves an answer that the applicant stated."""

    proof_id: Subject[ProofId]
    request_id: Subject[RequestId]
    claim: Claim
    document_id: str
    """Id of the document; empty for a paper that was seen at the desk."""
    verdict: ProofVerdict


@event(
    "information-sent",
    leaves=Leaves(
        "disclosures",
        by="sent_by",
        counts=("items", "disclosure_items"),
        parts=("disclosure_items",),
    ),
    is_look=True,
)
class InformationSent(Event):
    """The answer to a request was sent to a recipient."""

    disclosure_id: Subject[DisclosureId]
    request_id: Subject[RequestId]
    recipient_kind: PartyKind
    recipient_code: str
    purpose: UsePurpose
    form: Form
    outcome: ReplyOutcome
    items: int
    """The number of convictions that the answer contains."""
    person_id: Subject[PersonId | None] = None


@event(
    "disclosure-acknowledged", leaves=Leaves("disclosure_acknowledgements", by="acknowledged_by")
)
class DisclosureAcknowledged(Event):
    """A recipient confirmed that an answer has arrived."""

    disclosure_id: Subject[DisclosureId]


@event("notice-given", leaves=Leaves("disclosure_notices"))
class NoticeGiven(Event):
    """A recipient must be told that information sent to it is no longer correct."""

    notice_id: Subject[NoticeId]
    disclosure_id: Subject[DisclosureId]
    kind: NoticeKind
    about: str
    """The opaque id of the conviction, link or person that changed."""
    version: int
    """The version of the record that changed; 0 for a link or a person."""


@event("notice-acknowledged", leaves=Leaves("notice_acknowledgements", by="acknowledged_by"))
class NoticeAcknowledged(Event):
    """A recipient confirmed that a notice has arrived."""

    notice_id: Subject[NoticeId]
