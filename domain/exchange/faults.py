"""The refusal of a message, with the code that its sender is told."""

from __future__ import annotations

from domain.errors import InvalidInputError
from domain.exchange.codes import FaultCode
from domain.exchange.identifiers import MessageId


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
