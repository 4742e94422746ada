"""Messages that tell a force's systems that something is ready to be read.

A message names the item to read and reveals none of its content: the force reads the outcome with
its own token and states its own purpose. Signatures follow the Standard Webhooks specification,
version 1 of the symmetric scheme (https://www.standardwebhooks.com).
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.circuits import UNTRIED, Circuit
from domain.events.catalogue import topics
from domain.ids import EndpointId, ForceCode, Topic, UserId
from domain.keyed import Mac

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
    """Whether the endpoint is paused because the receiver answered that it is gone. The force can
    switch it on again.
    """
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
    """Return the 32 secret bytes of an endpoint, derived from the service's key.

    No secret is stored. The key from which it is derived is kept separate from the database.
    """
    return mac(f"webhook {endpoint_id} {version}".encode())


def secret_text(secret: bytes) -> str:
    """Return a secret in the form that is shown once and configured at the receiver."""
    return SECRET_PREFIX + base64.b64encode(secret).decode("ascii")


def secrets_in_use(endpoint: Endpoint, mac: Mac, now: datetime) -> tuple[bytes, ...]:
    """Return the secrets that sign now: the current one and, for a day after a change, the
    previous one.
    """
    version, changed = endpoint.secret_version, endpoint.secret_changed_at
    present = secret_of(mac, endpoint.endpoint_id, version)
    if version == 1 or changed is None or now >= changed + ROTATION_OVERLAP:
        return (present,)
    return (present, secret_of(mac, endpoint.endpoint_id, version - 1))


def signed_headers(
    message: Message, *, sent_at: datetime, secrets: tuple[bytes, ...]
) -> dict[str, str]:
    """Return the headers that prove a message's sender and time, with one signature for each
    secret.
    """
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
