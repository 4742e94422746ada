"""Messages that tell a force's systems that something is ready to be read.

A message names the item to read and reveals none of its content: the force reads the outcome with
its own token and states its own purpose. Signatures follow the Standard Webhooks specification,
version 1 of the symmetric scheme (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.events.catalogue import topics
from domain.ids import EndpointId, ForceCode, Topic, UserId
from domain.store_secrets import Mac

FAILURES_THAT_OPEN = 5
"""Consecutive failed attempts after which a circuit opens."""

_FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
"""The longest time for which an endpoint gets no messages."""


class CircuitState(StrEnum):
    """Whether messages are sent to an endpoint."""

    CLOSED = "closed"
    """Messages are sent as they arrive, one at a time."""
    OPEN = "open"
    """Messages wait. After the pause one is sent, and its result decides what follows."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """The recent history of sending messages to an endpoint.

    An endpoint that keeps failing gets no messages for a while, and then one as a trial. It would
    otherwise occupy the senders with every message, and other endpoints would have to wait.
    """

    failures: int = 0
    """The number of consecutive failed attempts up to now."""
    failing_since: datetime | None = None
    """The time of the first of these failed attempts."""
    since: datetime | None = None
    """The instant at which the present state began; None for a circuit that never opened."""
    next_attempt_at: datetime | None = None
    """While the circuit is open, no message is sent before this time; None if no message waits."""
    last_attempt_at: datetime | None = None
    """When a message was last tried; None before the first attempt."""
    last_fault: str = ""
    """The problem code of the last failed attempt, however long ago; empty if none failed."""

    @property
    def state(self) -> CircuitState:
        """The state that follows from the number of failures."""
        is_open = self.failures >= FAILURES_THAT_OPEN
        return CircuitState.OPEN if is_open else CircuitState.CLOSED

    def after_success(self, at: datetime) -> Circuit:
        """Return the circuit after a message was accepted: closed."""
        was_open = self.state is CircuitState.OPEN
        return Circuit(
            since=at if was_open else self.since, last_attempt_at=at, last_fault=self.last_fault
        )

    def after_failure(self, at: datetime, fault: str) -> Circuit:
        """Return the circuit after a failure: open from the fifth on, with growing pauses."""
        failures = self.failures + 1
        failed = replace(
            self,
            failures=failures,
            failing_since=self.failing_since or at,
            last_attempt_at=at,
            last_fault=fault,
        )
        if failures < FAILURES_THAT_OPEN:
            return failed
        return replace(
            failed,
            since=at if failures == FAILURES_THAT_OPEN else self.since,
            next_attempt_at=at + _pause_after(failures),
        )

    def closed_by_hand(self, at: datetime) -> Circuit:
        """Return the circuit after the force stated that its endpoint accepts messages again."""
        return replace(
            self,
            failures=0,
            failing_since=None,
            next_attempt_at=None,
            since=at if self.state is CircuitState.OPEN else self.since,
        )


UNTRIED = Circuit()
"""The circuit of an endpoint to which no message has been sent yet."""


def _pause_after(failures: int) -> timedelta:
    doublings = min(failures - FAILURES_THAT_OPEN, 10)
    return min(_FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


SECRET_PREFIX = "whsec_"  # noqa: S105 - the specification's prefix of every secret
_VERSION = "v1"

ROTATION_OVERLAP = timedelta(hours=24)
"""How long messages are also signed with the previous secret after a secret was changed."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address at which a force receives messages."""

    endpoint_id: EndpointId
    force: ForceCode
    url: str
    topics: frozenset[Topic]
    added_by: UserId
    added_at: datetime
    secret_version: int = 1
    secret_changed_at: datetime | None = None
    is_paused: bool = False
    """Whether it is paused because the receiver said that it is gone. The force can switch it on
    again."""
    removed_at: datetime | None = None
    circuit: Circuit = UNTRIED


@dataclass(frozen=True, slots=True)
class Message:
    """One message as sent. It is the same at every attempt."""

    message_id: str
    topic: Topic
    subject_ref: str
    at: datetime
    """When the event happened."""

    @property
    def body(self) -> bytes:
        """The JSON text to sign and send, in UTF-8."""
        told = {
            "type": self.topic,
            "timestamp": self.at.isoformat().replace("+00:00", "Z"),
            "data": {topics()[self.topic]: self.subject_ref},
        }
        return json.dumps(told, separators=(",", ":")).encode()


def secret_of(mac: Mac, endpoint_id: EndpointId, version: int) -> bytes:
    """Return an endpoint's 32 secret bytes, derived from the service's key and never stored.

    That key is kept separate from the database.
    """
    return mac(f"webhook {endpoint_id} {version}".encode())


def secret_text(secret: bytes) -> str:
    """Return a secret in the form that is shown once and configured at the receiver."""
    return SECRET_PREFIX + base64.b64encode(secret).decode("ascii")


def secrets_in_use(endpoint: Endpoint, mac: Mac, now: datetime) -> tuple[bytes, ...]:
    """Return the secrets that sign now, for a day after a change with the previous one."""
    version, changed = endpoint.secret_version, endpoint.secret_changed_at
    present = secret_of(mac, endpoint.endpoint_id, version)
    if version == 1 or changed is None or now >= changed + ROTATION_OVERLAP:
        return (present,)
    return (present, secret_of(mac, endpoint.endpoint_id, version - 1))


def signed_headers(
    message: Message, *, sent_at: datetime, secrets: tuple[bytes, ...]
) -> dict[str, str]:
    """Return the headers that prove sender and time, with a signature for each secret."""
    seconds = str(int(sent_at.timestamp()))
    text = b".".join((message.message_id.encode(), seconds.encode(), message.body))
    return {
        "webhook-id": message.message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(signature(secret, text) for secret in secrets),
    }


def signature(secret: bytes, text: bytes) -> str:
    """Return the signature of `id.timestamp.body` with its version, as one part of the header."""
    digest = hmac.digest(secret, text, hashlib.sha256)
    return f"{_VERSION},{base64.b64encode(digest).decode('ascii')}"
