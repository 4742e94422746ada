"""Where forces want to be told, and what carries a message there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.ids import EndpointId, ForceCode
from domain.webhooks import Endpoint


class Receipt(StrEnum):
    """What came of sending a message; the values are problem codes of a delivery."""

    TAKEN = "taken"
    """The receiver answered with a 2xx status."""
    GONE = "gone"
    """The receiver answered 410: it wants no more."""
    REFUSED = "receiver-refused"
    """The receiver answered with any other status."""
    UNREACHABLE = "receiver-unreachable"
    """No connection, no valid certificate, or no answer in time."""
    FORBIDDEN = "address-not-allowed"
    """The name leads to an address that messages are not sent to."""


class MessageSender(Protocol):
    """Carries messages; thread-safe. Redirects are not followed, answers are not read."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Send one message and return what came of it; never raises for what a receiver does."""


class EndpointRepository(Protocol):
    """The endpoints of all forces."""

    def add(self, endpoint: Endpoint) -> None:
        """Store an endpoint."""

    def get(self, endpoint_id: EndpointId) -> Endpoint | None:
        """Return an endpoint, removed or not."""

    def of_force(self, force: ForceCode) -> tuple[Endpoint, ...]:
        """Return the endpoints of a force that are not removed, oldest first."""

    def every(self) -> tuple[Endpoint, ...]:
        """Return the endpoints of all forces that are not removed."""

    def rotate(self, endpoint_id: EndpointId, *, to_version: int, at: datetime) -> bool:
        """Store the next version of the secret; False when it is not the next one."""

    def pause(self, endpoint_id: EndpointId, *, is_paused: bool) -> None:
        """Store whether messages wait."""

    def remove(self, endpoint_id: EndpointId, at: datetime) -> None:
        """Note that an endpoint was removed; the first time counts."""
