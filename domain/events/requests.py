"""Requests received and worked, disclosures that followed, and notices to their recipients."""

from __future__ import annotations

from domain.disclosures import Form, NoticeKind
from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Part, Row
from domain.events.texts import Subject
from domain.ids import DisclosureId, NoticeId, PersonId, RequestId
from domain.proofs import Claim, ProofId, ProofVerdict
from domain.request_states import RequestState, Step
from domain.requests import Channel, PartyKind, ReplyOutcome
from domain.restrictions import UsePurpose

_NUMBERED = (("request_id", "request_id"), ("number", "number"))


@event(
    "request-received",
    rows=(
        Row(
            "requests",
            key="request_id",
            by="received_by",
            says=("kind", "channel", "asker_kind", "asker_code", "purpose"),
        ),
        Committed("requests", (("request_id", "request_id"),)),
    ),
    demands=ITS_ROW,
)
class RequestReceived(Event):
    """A request about a person was received."""

    request_id: Subject[RequestId]
    kind: str
    channel: Channel
    asker_kind: PartyKind
    asker_code: str
    """Of a State, an agency or a force; empty for a person."""
    purpose: UsePurpose


@event(
    "request-stepped",
    rows=(
        Row(
            "request_entries",
            key="request_id",
            by="entered_by",
            says=("number", "step", "state", "outcome"),
        ),
        Committed(
            "request_entries",
            _NUMBERED,
            (Part("request_identities", _NUMBERED), Part("request_convictions", _NUMBERED)),
        ),
    ),
    demands=ITS_ROW,
)
class RequestStepped(Event):
    """A step of a request was taken."""

    request_id: Subject[RequestId]
    number: int
    """Of the entry in the log of the request."""
    step: Step
    state: RequestState
    """After the step."""
    outcome: str
    """The code of the outcome that the step states; empty without one."""
    person_id: Subject[PersonId | None] = None
    """The identified person."""
    convictions: int | None = None
    """How many versions of convictions it used."""


@event(
    "proof-checked",
    rows=(
        Row(
            "proof_checks",
            key="proof_id",
            by="checked_by",
            says=("request_id", "claim", "document_id", "verdict"),
        ),
        Committed("proof_checks", (("proof_id", "proof_id"),)),
    ),
    demands=ITS_ROW,
)
class ProofChecked(Event):
    """A case officer saw, or did not see, a stated answer shown by a document."""

    proof_id: Subject[ProofId]
    request_id: Subject[RequestId]
    claim: Claim
    document_id: str
    """Empty for paper that was seen at the desk."""
    verdict: ProofVerdict


@event(
    "information-sent",
    rows=(
        Row(
            "disclosures",
            key="disclosure_id",
            by="sent_by",
            says=("request_id", "recipient_kind", "recipient_code", "purpose", "form", "outcome"),
            counts=("items", "disclosure_items"),
        ),
        Committed(
            "disclosures",
            (("disclosure_id", "disclosure_id"),),
            (Part("disclosure_items", (("disclosure_id", "disclosure_id"),)),),
        ),
    ),
    demands=ITS_ROW,
    is_look=True,
)
class InformationSent(Event):
    """The answer to a request left to a recipient."""

    disclosure_id: Subject[DisclosureId]
    request_id: Subject[RequestId]
    recipient_kind: PartyKind
    recipient_code: str
    purpose: UsePurpose
    form: Form
    outcome: ReplyOutcome
    items: int
    """How many convictions it tells."""
    person_id: Subject[PersonId | None] = None


@event(
    "disclosure-acknowledged",
    rows=(
        Row("disclosure_acknowledgements", key="disclosure_id", by="acknowledged_by"),
        Committed("disclosure_acknowledgements", (("disclosure_id", "disclosure_id"),)),
    ),
    demands=ITS_ROW,
)
class DisclosureAcknowledged(Event):
    """A recipient said that an answer has arrived."""

    disclosure_id: Subject[DisclosureId]


@event(
    "notice-given",
    rows=(
        Row(
            "disclosure_notices",
            key="notice_id",
            says=("disclosure_id", "kind", "about", "version"),
        ),
        Committed("disclosure_notices", (("notice_id", "notice_id"),)),
    ),
    demands=ITS_ROW,
)
class NoticeGiven(Event):
    """A recipient must hear that something it was told does not hold any more."""

    notice_id: Subject[NoticeId]
    disclosure_id: Subject[DisclosureId]
    kind: NoticeKind
    about: str
    """The opaque id of the changed conviction, link or person."""
    version: int
    """Of the record that changed; 0 for a link or a person."""


@event(
    "notice-acknowledged",
    rows=(
        Row("notice_acknowledgements", key="notice_id", by="acknowledged_by"),
        Committed("notice_acknowledgements", (("notice_id", "notice_id"),)),
    ),
    demands=ITS_ROW,
)
class NoticeAcknowledged(Event):
    """A recipient said that a notice has arrived."""

    notice_id: Subject[NoticeId]
