"""The sender of messages to the systems of forces."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class Receipt(StrEnum):
    """The result of sending a message; the values are problem codes of a delivery."""

    TAKEN = "taken"
    """The receiver answered with a 2xx status."""
    GONE = "gone"
    """The receiver answered 410: it wants no further messages."""
    REFUSED = "receiver-refused"
    """The receiver answered with any other status."""
    UNREACHABLE = "receiver-unreachable"
    """No connection, no valid certificate, or an answer that is not HTTP."""
    LATE = "receiver-too-slow"
    """No answer in time: of one attempt, from the look-up of the name to the status."""
    FORBIDDEN = "address-not-allowed"
    """The name leads to an address that messages are not sent to."""


class MessageSender(Protocol):
    """Carries messages; thread-safe. Redirects are not followed, answers are not read."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Send one message and return the result; never raises for a fault of the receiver."""
