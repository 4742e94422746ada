"""Ids of messages: `FROM-TO-TYPE-` and 15 digits, with ISO 3166-1 alpha-3 codes of States."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NewType

from domain.errors import InvalidInputError
from domain.exchange.codes import MessageKind

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
