"""The envelope of a message, the nine kinds of content, and the message that combines the two."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from domain.exchange.codes import (
    MESSAGE_ID,
    DeletionReason,
    FaultCode,
    MessageId,
    MessageKind,
    MessageNumber,
    Question,
    RefusalGround,
    ReplyCode,
    StateCode,
    ThreeWay,
)
from domain.exchange.contents import (
    MOST_CONVICTIONS,
    Line,
    Reference,
    State,
    StatedConviction,
    StatedPerson,
    Words,
)
from domain.exchange.shapes import Many, Text, Whole
from domain.restrictions import UsePurpose

Id = Annotated[str, Text(40, MESSAGE_ID)]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sender, receivers, the message that is answered, and times."""

    message_id: Id
    sender: State
    receivers: Annotated[tuple[State, ...], Many(30)]
    """Every State to which the same message is sent. The id names the State that receives this
    copy.
    """
    sent_at: datetime
    response_to: Id | None = None
    version_at: datetime | None = None
    """When the content was recorded by the sender."""
    urgency: ThreeWay = ThreeWay.UNKNOWN
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """A conviction of a national of the receiver."""

    person: StatedPerson
    conviction: StatedConviction


@dataclass(frozen=True, slots=True)
class Update:
    """A later version of a conviction. It replaces the earlier version completely."""

    person: StatedPerson
    conviction: StatedConviction


@dataclass(frozen=True, slots=True)
class Deletion:
    """A conviction that the receiver must delete. `version` is later than any version that the
    receiver has.
    """

    conviction_id: Reference
    version: Annotated[int, Whole(1, 1_000_000)]
    reason: DeletionReason


@dataclass(frozen=True, slots=True)
class Request:
    """A request for everything that is known about a person."""

    person: StatedPerson
    purpose: UsePurpose
    legal_basis: Line
    reference: Line
    """The requester's own reference."""
    capture: Annotated[str, Text(2_000_000, "[A-Za-z0-9+/=]+")] | None = None
    """Prints in the requester's capture format, in base64."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome of a request, with the convictions that may be disclosed."""

    outcome: ReplyCode
    convictions: Annotated[tuple[StatedConviction, ...], Many(MOST_CONVICTIONS)] = ()
    ask_states: Annotated[tuple[State, ...], Many(30)] = ()
    """States that hold further convictions. Only these States may disclose them for this
    purpose.
    """


@dataclass(frozen=True, slots=True)
class FurtherInformation:
    """A question about a request, or the answer to one."""

    about: Question
    words: Words
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The message named in `response_to` was accepted."""

    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """The request named in `response_to` will not be answered."""

    ground: RefusalGround
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """The message named in `response_to` was not accepted, and changed nothing."""

    fault: FaultCode
    pointer: Annotated[str, Text(200, "[/a-z_0-9]*")] | None = None


Content = (
    Notification
    | Update
    | Deletion
    | Request
    | Reply
    | FurtherInformation
    | Acknowledgement
    | Refusal
    | Fault
)

CONTENTS: dict[MessageKind, type[Content]] = {
    MessageKind.NOTIFICATION: Notification,
    MessageKind.UPDATE: Update,
    MessageKind.DELETION: Deletion,
    MessageKind.REQUEST: Request,
    MessageKind.REPLY: Reply,
    MessageKind.FURTHER_INFORMATION: FurtherInformation,
    MessageKind.ACKNOWLEDGEMENT: Acknowledgement,
    MessageKind.REFUSAL: Refusal,
    MessageKind.FAULT: Fault,
}
"""The class of content for each kind of message."""

NAMES: dict[MessageKind, str] = {kind: kind.name.lower() for kind in MessageKind}
"""The name of the member that holds the content in a message, such as `further_information`."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one State."""

    envelope: Envelope
    content: Content

    @property
    def message_id(self) -> MessageId:
        """The id of the message."""
        return MessageId(self.envelope.message_id)

    @property
    def number(self) -> MessageNumber:
        """The parts of the message's id."""
        return MessageNumber.of(self.envelope.message_id)

    @property
    def kind(self) -> MessageKind:
        """The kind of the message, as stated in its id."""
        return self.number.kind

    @property
    def sender(self) -> StateCode:
        """The State that sent the message."""
        return StateCode(self.envelope.sender)

    @property
    def receiver(self) -> StateCode:
        """The State that receives this copy."""
        return self.number.receiver
