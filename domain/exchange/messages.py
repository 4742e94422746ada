"""The envelope and content of a message, and the message as canonical JSON (RFC 8785).

A message is one object. It has the member `envelope`, and the content under the name of its kind.
Keys are ASCII and numbers are whole, so JSON with sorted keys and without spaces is the canonical
form.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, NoReturn

from domain.exchange import contents
from domain.exchange.codes import (
    MESSAGE_ID,
    DeletionReason,
    FaultCode,
    MessageFaultError,
    MessageId,
    MessageKind,
    MessageNumber,
    Question,
    RefusalGround,
    ReplyCode,
    StateCode,
    ThreeWay,
    message_id_of,
)
from domain.exchange.shapes import Many, Text, Whole, plain, value_from
from domain.plain_values import canonical_json
from domain.restrictions import UsePurpose

Id = Annotated[str, Text(40, MESSAGE_ID)]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sender, receivers, the message that is answered, and times."""

    message_id: Id
    sender: contents.State
    receivers: Annotated[tuple[contents.State, ...], Many(30)]
    """Every State that gets the message. The id names the State that gets this copy."""
    sent_at: datetime
    response_to: Id | None = None
    version_at: datetime | None = None
    """When the content was recorded by the sender."""
    urgency: ThreeWay = ThreeWay.UNKNOWN
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """A conviction of a national of the receiver."""

    person: contents.StatedPerson
    conviction: contents.StatedConviction


@dataclass(frozen=True, slots=True)
class Update:
    """A later version of a conviction. It replaces the earlier version completely."""

    person: contents.StatedPerson
    conviction: contents.StatedConviction


@dataclass(frozen=True, slots=True)
class Deletion:
    """A conviction to delete. `version` is later than any that the receiver has."""

    conviction_id: contents.Reference
    version: Annotated[int, Whole(1, 1_000_000)]
    reason: DeletionReason


@dataclass(frozen=True, slots=True)
class Request:
    """A request for everything that is known about a person."""

    person: contents.StatedPerson
    purpose: UsePurpose
    legal_basis: contents.Line
    reference: contents.Line
    """The requester's own reference."""
    capture: Annotated[str, Text(2_000_000, "[A-Za-z0-9+/=]+")] | None = None
    """Prints in the requester's capture format, in base64."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome of a request, with the convictions that may be disclosed."""

    outcome: ReplyCode
    convictions: Annotated[
        tuple[contents.StatedConviction, ...], Many(contents.MOST_CONVICTIONS)
    ] = ()
    ask_states: Annotated[tuple[contents.State, ...], Many(30)] = ()
    """States that hold more, which only they may disclose for this purpose."""


@dataclass(frozen=True, slots=True)
class FurtherInformation:
    """A question about a request, or the answer to one."""

    about: Question
    words: contents.Words
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The message named in `response_to` was accepted."""

    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """The request named in `response_to` will not be answered."""

    ground: RefusalGround
    words: contents.Words | None = None


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


MOST_BYTES = 4_000_000
"""The maximum size of one message in bytes."""

_KINDS = {name: kind for kind, name in NAMES.items()}


def plain_message(message: Message) -> dict[str, Any]:
    """Return a message as JSON values."""
    return {"envelope": plain(message.envelope), NAMES[message.kind]: plain(message.content)}


def write_message(message: Message) -> bytes:
    """Return the canonical JSON of a message, in UTF-8."""
    return canonical_json(plain_message(message)).encode()


def read_message(body: bytes) -> Message:
    """Return the message that JSON, canonical or not, states. Raises MessageFaultError."""
    if len(body) > MOST_BYTES:
        raise MessageFaultError(fault=FaultCode.TOO_LARGE)
    try:
        stated = _decode(body.decode())
    except (ValueError, RecursionError):
        raise MessageFaultError(fault=FaultCode.MALFORMED) from None
    return message_from(stated)


def message_from(stated: Any) -> Message:
    """Return the message in JSON values. Raises MessageFaultError, with its id if readable."""
    try:
        return _message_from(stated)
    except MessageFaultError as fault:
        envelope = stated.get("envelope") if isinstance(stated, Mapping) else None
        if isinstance(envelope, Mapping):
            fault.about = message_id_of(envelope.get("message_id"))
        raise


def _message_from(stated: Any) -> Message:
    if not isinstance(stated, Mapping) or len(stated) != 2 or "envelope" not in stated:
        raise MessageFaultError(fault=FaultCode.MALFORMED)
    name = next(key for key in stated if key != "envelope")
    kind = _KINDS.get(name)
    if kind is None:
        raise MessageFaultError(fault=FaultCode.MALFORMED)
    envelope = value_from(Envelope, stated["envelope"], "/envelope")
    _demand_one_story(envelope, kind)
    return Message(envelope, value_from(CONTENTS[kind], stated[name], f"/{name}"))


def _demand_one_story(envelope: Envelope, kind: MessageKind) -> None:
    """Raise MessageFaultError unless the id names the message's sender, receiver and kind."""
    number = MessageNumber.of(envelope.message_id)
    is_one = (
        number.sender == envelope.sender
        and number.receiver in envelope.receivers
        and number.kind is kind
    )
    if not is_one:
        raise MessageFaultError(fault=FaultCode.MALFORMED, pointer="/envelope/message_id")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_float(_number: str) -> NoReturn:
    raise ValueError


_decode = json.JSONDecoder(
    parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_once
).decode
