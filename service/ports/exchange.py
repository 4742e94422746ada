"""Messages to other States and to the systems of forces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.exchange.codes import MessageFaultError, Partner, StateCode
from domain.exchange.messages import Message


@dataclass(frozen=True, slots=True)
class Head:
    """What a signed transmission states in its header, before the signature has been verified."""

    sender: StateCode
    audience: StateCode
    key_id: str
    nonce: str
    """A sender never uses the same nonce twice: a transmission with a known nonce is a replay."""
    signed_at: datetime


class Signatures(Protocol):
    """Signs for this State and verifies what other States signed; thread-safe."""

    @property
    def public_key(self) -> str:
        """This State's own key as a JSON Web Key, for the other States to register."""

    def sign(self, body: bytes, head: Head) -> str:
        """Return a transmission of the body, signed with this State's key, named in the header."""

    def head(self, transmission: str) -> Head:
        """Return the header of a transmission without verifying it. Raises MessageFaultError."""

    def opened(self, transmission: str, public_key: str) -> bytes:
        """Return the body, verified to be signed with this key. Raises MessageFaultError."""

    def key_id(self, public_key: str) -> str:
        """Return the id of a public key. Raises InvalidInputError if the key is not Ed25519."""


class Carried(StrEnum):
    """What happened to transmissions that were handed to a channel."""

    TAKEN = "taken"
    """The transmissions reached the other State, which may have replied in the same call."""
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """The other State replied, but not with a message of the exchange."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """The result of one attempt to hand transmissions over."""

    carried: Carried
    answers: tuple[str, ...] = ()
    """Signed transmissions that the other State returned in the same call."""


class SignedChannel(Protocol):
    """Carries signed transmissions to a State; thread-safe."""

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Hand transmissions over. Never raises an error for a fault of the other State."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file that a gateway left, or the fault found in that file."""

    name: str
    message: Message | None
    fault: MessageFaultError | None = None
    """None if the file holds a valid message."""


class FolderChannel(Protocol):
    """Writes messages to one folder and reads them from another; the gateway is trusted."""

    def put(self, partner: Partner, messages: Sequence[Message]) -> Carried:
        """Write each message completely or not at all. Messages already in the folder are kept."""

    def found(self, partner: Partner, most: int) -> tuple[Found, ...]:
        """Return messages that have arrived, in order of file name, at most `most` of them."""

    def settle(self, partner: Partner, found: Found) -> None:
        """Move a file away once its content has been stored durably."""


class Receipt(StrEnum):
    """The result of sending a message; the values are also the problem codes of a delivery."""

    TAKEN = "taken"
    """The receiver answered with a 2xx status."""
    GONE = "gone"
    """The receiver answered 410: it wants no more messages."""
    REFUSED = "receiver-refused"
    """The receiver answered with any other status."""
    UNREACHABLE = "receiver-unreachable"
    """No connection, an invalid certificate, or a response that is not HTTP."""
    LATE = "receiver-too-slow"
    """The attempt took too long, from the look-up of the name to the receipt of the status."""
    FORBIDDEN = "address-not-allowed"
    """The name resolves to an address to which messages may not be sent."""


class MessageSender(Protocol):
    """Sends messages; thread-safe. Does not follow redirects and does not read response bodies."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Send one message and return the result; a fault of the receiver raises no error."""
