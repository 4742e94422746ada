"""Messages to other States, and to the systems of forces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.exchange.codes import MessageFaultError, Partner, StateCode
from domain.exchange.messages import Message


@dataclass(frozen=True, slots=True)
class Head:
    """What a signed transmission says of itself, before anything of it is believed."""

    sender: StateCode
    audience: StateCode
    key_id: str
    nonce: str
    """Never used twice by one sender: a transmission that comes again is a replay."""
    signed_at: datetime


class Signatures(Protocol):
    """Signs for this State and opens what other States signed; thread-safe."""

    @property
    def public_key(self) -> str:
        """This State's own key as a JSON Web Key, to be registered by the others."""

    def sign(self, body: bytes, head: Head) -> str:
        """Return a transmission of the body; the key of the head is this State's own."""

    def head(self, transmission: str) -> Head:
        """Return the head of a transmission, unverified; raises MessageFaultError."""

    def opened(self, transmission: str, public_key: str) -> bytes:
        """Return the body that this key signed; raises MessageFaultError."""

    def key_id(self, public_key: str) -> str:
        """Return the id of a public key; raises InvalidInputError unless it is Ed25519."""


class Carried(StrEnum):
    """What became of transmissions that were handed to a channel."""

    TAKEN = "taken"
    """They reached the other State's side, and answers may have come with that."""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """The other side answered, but not with a message of the exchange."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """The result of one handing over."""

    carried: Carried
    answers: tuple[str, ...] = ()
    """Signed transmissions that came back in the same call."""


class SignedChannel(Protocol):
    """Carries signed transmissions to a State; thread-safe."""

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Hand transmissions over; never raises for a fault of the other side."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file that a gateway left, or what is wrong with it."""

    name: str
    message: Message | None
    fault: MessageFaultError | None = None
    """None where there is a message."""


class FolderChannel(Protocol):
    """Puts messages into a folder and takes them from another; the gateway is trusted."""

    def put(self, partner: Partner, messages: Sequence[Message]) -> Carried:
        """Write each message whole or not at all; what is already there is kept."""

    def found(self, partner: Partner, most: int) -> tuple[Found, ...]:
        """Return messages that came, oldest name first."""

    def settle(self, partner: Partner, found: Found) -> None:
        """Move a file away once its content is durable."""


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
