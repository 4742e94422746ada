"""The closed sets of a message."""

from __future__ import annotations

from enum import StrEnum


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
    """A request will not be answered, with the ground."""
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
