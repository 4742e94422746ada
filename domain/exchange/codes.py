"""Codes, identifiers and partners of the exchange, and the error that refuses a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.errors import InvalidInputError
from domain.ids import UserId


class MessageKind(StrEnum):
    """The kind of a message, which is part of its id.

    `NOT`, `REQ` and `RRS` were seen in ECRIS clients; the others were chosen here.
    """

    NOTIFICATION = "NOT"
    """A conviction of a national of the receiving State."""
    UPDATE = "UPD"
    """A later version of a conviction that was already notified."""
    DELETION = "DEL"
    """A conviction that was already notified must be deleted."""
    REQUEST = "REQ"
    """A request for the convictions of a person."""
    REPLY = "RRS"
    """The answer to a request."""
    FURTHER_INFORMATION = "FIN"
    """A question about a request, or the answer to one."""
    ACKNOWLEDGEMENT = "ACK"
    """A message was accepted and acted on."""
    REFUSAL = "REF"
    """A request will not be answered; the ground is stated."""
    FAULT = "FLT"
    """A message could not be accepted, and changed nothing."""


ANSWER_KINDS = frozenset({MessageKind.ACKNOWLEDGEMENT, MessageKind.FAULT})
"""The kinds that end the sending of a message and are not answered themselves."""


class ThreeWay(StrEnum):
    """Yes, no, or not known. A missing answer is never treated as a no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ReplyCode(StrEnum):
    """The outcome of a request (ECRIS reply types, as seen in a client of CAIS)."""

    SUCCESSFUL = "RRT-00-00"
    """With convictions, or without convictions if the person was identified and has none."""
    DENIED = "RRT-00-01"
    NOT_A_MEMBER_STATE = "RRT-00-02"
    DEAD = "RRT-00-03"
    PRINTS_DO_NOT_MATCH = "RRT-00-04"
    SEVERAL_PEOPLE = "RRT-00-05"


class DeletionReason(StrEnum):
    """Why a conviction that was notified must be deleted."""

    QUASHED = "quashed"
    WRONG_NATIONALITY = "not a national"
    WRONG_PERSON = "another person"
    ENTERED_IN_ERROR = "entered in error"
    RETENTION_ENDED = "retention ended"
    ERASED = "erased"
    RESTRICTED = "restricted"
    """The conviction is kept only as evidence. It may be notified again later."""


class RefusalGround(StrEnum):
    """Why a request is not answered."""

    NO_LEGAL_BASIS = "no legal basis"
    PURPOSE_NOT_COVERED = "purpose not covered"
    RETURNED_INCOMPLETE = "further information did not come"
    NATIONAL_SECURITY = "essential interests"


class Question(StrEnum):
    """The subject of a request for further information."""

    IDENTITY = "identity"
    PRINTS = "prints"
    PURPOSE = "purpose"
    CONVICTION = "conviction"


class FaultCode(StrEnum):
    """Why a message was not accepted. The code is sent to the sender."""

    MALFORMED = "malformed"
    """Not JSON, not XML, truncated, or not valid under the schema."""
    TOO_LARGE = "too-large"
    """More bytes or more convictions than one message may carry."""
    FORBIDDEN_MARKUP = "forbidden-markup"
    """The message contains a document type or an entity."""
    UNKNOWN_SENDER = "unknown-sender"
    """The State, or its key, is not registered."""
    BAD_SIGNATURE = "bad-signature"
    """Not signed with a key of the State that the message names."""
    NOT_FOR_US = "not-for-us"
    REPLAYED = "replayed"
    """The same signed transmission was already received."""
    CLOCK_OFF = "clock-off"
    """The message was signed too long ago, or in the future."""
    ID_TAKEN = "id-taken"
    """Another message with different content already has this id."""
    CONFLICT = "conflict"
    """The version was received before with different content, and the earlier content is kept."""
    SECOND_HAND = "second-hand"
    """The conviction is not the sender's: only the convicting State may notify it."""
    UNKNOWN_CODE = "unknown-code"
    EXPIRED_CODE = "expired-code"
    IMPOSSIBLE_DATES = "impossible-dates"
    """An impossible order of dates, such as a conviction before birth."""
    NOBODYS_REQUEST = "nobodys-request"
    """An answer to a message that was never sent to that State."""
    CLOSED_REQUEST = "closed-request"
    """An answer to a request that has already been answered."""
    NOT_ANSWERED = "not-answered"
    """No kind of request serves the purpose here, or a fact that the request needs is missing."""
    NOT_A_NATIONAL = "not-a-national"
    """The receiving State's nationality is not among the nationalities stated."""


class Transport(StrEnum):
    """The channel through which a State receives messages."""

    SIGNED_HTTP = "signed-http"
    DROP_FOLDER = "drop-folder"


StateCode = NewType("StateCode", str)
"""Code of a State: ISO 3166-1 alpha-3, such as `POL`."""

MessageId = NewType("MessageId", str)
"""An id of a message. Its sender never uses the same id twice."""

MESSAGE_ID = r"[A-Z]{3}-[A-Z]{3}-(NOT|UPD|DEL|REQ|RRS|FIN|ACK|REF|FLT)-[0-9]{15}"
"""The form of an id, as a regular expression."""

_FORM = re.compile(MESSAGE_ID)


def message_id_of(stated: object) -> MessageId | None:
    """Return the value if it is a text in the form of an id, otherwise None."""
    is_one = isinstance(stated, str) and _FORM.fullmatch(stated) is not None
    return MessageId(str(stated)) if is_one else None


@dataclass(frozen=True, slots=True)
class MessageNumber:
    """The parts of an id."""

    sender: StateCode
    receiver: StateCode
    kind: MessageKind
    number: int

    @property
    def message_id(self) -> MessageId:
        """The id as text. Raises InvalidInputError if the number has more than 15 digits."""
        if not 0 <= self.number < 10**15:
            raise InvalidInputError("The number of a message must have at most 15 digits.")
        return MessageId(f"{self.sender}-{self.receiver}-{self.kind}-{self.number:015d}")

    @classmethod
    def of(cls, message_id: str) -> MessageNumber:
        """Return the parts of an id. Raises InvalidInputError if it is malformed."""
        if not _FORM.fullmatch(message_id):
            raise InvalidInputError(
                "The id of a message must have the form "
                "FROM-TO-TYPE-NUMBER, with 15 digits as the number."
            )
        sender, receiver, kind, number = message_id.split("-")
        return cls(StateCode(sender), StateCode(receiver), MessageKind(kind), int(number))


PartnerId = NewType("PartnerId", str)
"""The id of one registration of a State: a key, with its channel and its address."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One registration of a State. While a State changes its key, it has several registrations."""

    partner_id: PartnerId
    state: StateCode
    transport: Transport
    address: str
    """A URL, or the name of the State's folder."""
    key_id: str
    """SHA-256 thumbprint of the key (RFC 7638); empty for a drop folder."""
    public_key: str
    """JSON Web Key, Ed25519; empty for a drop folder."""
    registered_by: UserId
    registered_at: datetime
    ended_at: datetime | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether the registration is in force."""
        return self.ended_at is None


class MessageFaultError(InvalidInputError):
    """A message from another State cannot be accepted. It changed nothing."""

    title = "The message cannot be accepted"

    def __init__(
        self,
        detail: str = "",
        *,
        pointer: str | None = None,
        fault: FaultCode = FaultCode.MALFORMED,
    ) -> None:
        super().__init__(detail or _SENTENCES[fault], pointer=pointer)
        self.fault = fault
        self.about: MessageId | None = None
        """The id of the message, if it could be read."""


_SENTENCES = {
    FaultCode.MALFORMED: "The message does not fit the published schema: correct and resend it.",
    FaultCode.TOO_LARGE: "The message is too large: send fewer convictions in each.",
    FaultCode.FORBIDDEN_MARKUP: "A message must have no document type or entities: remove them.",
    FaultCode.UNKNOWN_SENDER: "No key of the sender is registered here: exchange keys first.",
    FaultCode.BAD_SIGNATURE: "The message is not signed with a key of the State that it names.",
    FaultCode.NOT_FOR_US: "The message is for another State.",
    FaultCode.REPLAYED: "This transmission was already received: sign it again to resend it.",
    FaultCode.CLOCK_OFF: "The time of signing differs too much from our clock: check your clock.",
    FaultCode.ID_TAKEN: "The id belongs to another message: use a new id.",
    FaultCode.CONFLICT: "This version was received with other content: send a higher version.",
    FaultCode.SECOND_HAND: "Only the convicting State may notify a conviction.",
    FaultCode.UNKNOWN_CODE: "A code is not in its table.",
    FaultCode.EXPIRED_CODE: "A code was not in force on the day it is used for.",
    FaultCode.IMPOSSIBLE_DATES: "The dates are in an impossible order: correct them.",
    FaultCode.NOBODYS_REQUEST: "The message that you answer was never sent to you.",
    FaultCode.CLOSED_REQUEST: "The request has already been answered.",
    FaultCode.NOT_ANSWERED: "We do not answer requests for this purpose, or the request lacks "
    "a name.",
    FaultCode.NOT_A_NATIONAL: "The nationality of the receiving State is not among those stated.",
}
