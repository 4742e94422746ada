"""Codes, identifiers and partners of the exchange, and the refusal of a message with its code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.errors import InvalidInputError
from domain.ids import UserId


class MessageKind(StrEnum):
    """The kind of a message; the value stands in its id.

    `NOT`, `REQ` and `RRS` were seen in ECRIS clients. The others are ours.
    """

    NOTIFICATION = "NOT"
    """A conviction of a national of the receiver."""
    UPDATE = "UPD"
    """A later version of a conviction that was notified."""
    DELETION = "DEL"
    """A conviction that was notified is to be deleted."""
    REQUEST = "REQ"
    """A request for the convictions of a person."""
    REPLY = "RRS"
    """The answer to a request."""
    FURTHER_INFORMATION = "FIN"
    """A question about a request, or the answer to one."""
    ACKNOWLEDGEMENT = "ACK"
    """A message was taken and acted on."""
    REFUSAL = "REF"
    """Says that a request will not be answered, and on what ground."""
    FAULT = "FLT"
    """A message could not be taken: nothing was changed by it."""


ANSWER_KINDS = frozenset({MessageKind.ACKNOWLEDGEMENT, MessageKind.FAULT})
"""The kinds that end the sending of a message and are not answered themselves."""


class ThreeWay(StrEnum):
    """Yes, no, or not known; a missing answer is never taken for a no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class ReplyCode(StrEnum):
    """The outcome of a request (ECRIS reply types, as seen in a client of CAIS)."""

    SUCCESSFUL = "RRT-00-00"
    """With convictions, or with none after identification."""
    DENIED = "RRT-00-01"
    NOT_A_MEMBER_STATE = "RRT-00-02"
    DEAD = "RRT-00-03"
    PRINTS_DO_NOT_MATCH = "RRT-00-04"
    SEVERAL_PEOPLE = "RRT-00-05"


class DeletionReason(StrEnum):
    """Why a conviction that was notified is to be deleted."""

    QUASHED = "quashed"
    WRONG_NATIONALITY = "not a national"
    WRONG_PERSON = "another person"
    ENTERED_IN_ERROR = "entered in error"
    RETENTION_ENDED = "retention ended"
    ERASED = "erased"
    RESTRICTED = "restricted"
    """It is kept as evidence, and used for nothing else; it may be notified again later."""


class RefusalGround(StrEnum):
    """Why a request is not answered."""

    NO_LEGAL_BASIS = "no legal basis"
    PURPOSE_NOT_COVERED = "purpose not covered"
    RETURNED_INCOMPLETE = "further information did not come"
    NATIONAL_SECURITY = "essential interests"


class Question(StrEnum):
    """The subject of further information."""

    IDENTITY = "identity"
    PRINTS = "prints"
    PURPOSE = "purpose"
    CONVICTION = "conviction"


class FaultCode(StrEnum):
    """Why a message was not taken; the sender is told."""

    MALFORMED = "malformed"
    """Not JSON, not XML, truncated, or not of the schema."""
    TOO_LARGE = "too-large"
    """More bytes or more convictions than one message may carry."""
    FORBIDDEN_MARKUP = "forbidden-markup"
    """A document type or an entity."""
    UNKNOWN_SENDER = "unknown-sender"
    """No State, or no key of that State, is registered."""
    BAD_SIGNATURE = "bad-signature"
    """Not signed by a key of the State that it names."""
    NOT_FOR_US = "not-for-us"
    REPLAYED = "replayed"
    """The same signed transmission came before."""
    CLOCK_OFF = "clock-off"
    """The message was signed too long ago, or in the future."""
    ID_TAKEN = "id-taken"
    """The id belongs to a message with another content."""
    CONFLICT = "conflict"
    """The same version of a conviction came before with another content: the first stands."""
    SECOND_HAND = "second-hand"
    """A conviction of another State than the sender: only the convicting State notifies it."""
    UNKNOWN_CODE = "unknown-code"
    EXPIRED_CODE = "expired-code"
    IMPOSSIBLE_DATES = "impossible-dates"
    """An order of dates that cannot be, such as a conviction before birth."""
    NOBODYS_REQUEST = "nobodys-request"
    """An answer to a message that was never sent to that State."""
    CLOSED_REQUEST = "closed-request"
    """An answer to a request that has been answered."""
    NOT_ANSWERED = "not-answered"
    """No kind of request here serves the purpose, or a fact that it needs is missing."""
    NOT_A_NATIONAL = "not-a-national"
    """The receiver's nationality is not among those stated."""


class Transport(StrEnum):
    """The channel on which a State is reached."""

    SIGNED_HTTP = "signed-http"
    DROP_FOLDER = "drop-folder"


StateCode = NewType("StateCode", str)
"""A State: ISO 3166-1 alpha-3, such as `POL`."""

MessageId = NewType("MessageId", str)
"""An id that its sender never gives twice."""

MESSAGE_ID = r"[A-Z]{3}-[A-Z]{3}-(NOT|UPD|DEL|REQ|RRS|FIN|ACK|REF|FLT)-[0-9]{15}"
"""The form of an id."""

_FORM = re.compile(MESSAGE_ID)


def message_id_of(stated: object) -> MessageId | None:
    """Return the text if it has the form of an id, else None."""
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
        """The id as text; raises InvalidInputError for a number beyond 15 digits."""
        if not 0 <= self.number < 10**15:
            raise InvalidInputError("The number of a message must have at most 15 digits.")
        return MessageId(f"{self.sender}-{self.receiver}-{self.kind}-{self.number:015d}")

    @classmethod
    def of(cls, message_id: str) -> MessageNumber:
        """Return the parts of an id; raises InvalidInputError for another form."""
        if not _FORM.fullmatch(message_id):
            raise InvalidInputError("The id of a message must be FROM-TO-TYPE and 15 digits.")
        sender, receiver, kind, number = message_id.split("-")
        return cls(StateCode(sender), StateCode(receiver), MessageKind(kind), int(number))


PartnerId = NewType("PartnerId", str)
"""One registration of a State: a key, with the channel and the address that go with it."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One registration; a State that changes its key has several for a while."""

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
        """Whether the registration stands."""
        return self.ended_at is None


class MessageFaultError(InvalidInputError):
    """A message from another State cannot be taken; nothing was changed by it."""

    code = "message-fault"
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
        """The id of the message, where it could be read."""


_SENTENCES = {
    FaultCode.MALFORMED: "The message is not of the published schema: check it and send it anew.",
    FaultCode.TOO_LARGE: "The message is too large: send fewer convictions in each.",
    FaultCode.FORBIDDEN_MARKUP: "A message has no document type and no entities: leave them out.",
    FaultCode.UNKNOWN_SENDER: "No key of the sender is registered here: exchange keys first.",
    FaultCode.BAD_SIGNATURE: "The signature is not of a key of the State that the message names.",
    FaultCode.NOT_FOR_US: "The message is for another State.",
    FaultCode.REPLAYED: "This transmission came before: sign the message anew to send it again.",
    FaultCode.CLOCK_OFF: "The time of signing is too far from ours: check the clock.",
    FaultCode.ID_TAKEN: "The id belongs to another message: give a new one.",
    FaultCode.CONFLICT: "This version came before with other content: send a higher one.",
    FaultCode.SECOND_HAND: "Only the State that convicted notifies a conviction.",
    FaultCode.UNKNOWN_CODE: "A code is not in its table.",
    FaultCode.EXPIRED_CODE: "A code was not in force on the day it is used for.",
    FaultCode.IMPOSSIBLE_DATES: "The dates cannot have followed each other so: check them.",
    FaultCode.NOBODYS_REQUEST: "No such message was ever sent to you.",
    FaultCode.CLOSED_REQUEST: "The request has already been answered.",
    FaultCode.NOT_ANSWERED: "No request of this purpose is answered here, or it lacks a name.",
    FaultCode.NOT_A_NATIONAL: "The nationality of the receiver is not among those stated.",
}
