"""Verifies messages from the service (Standard Webhooks, symmetric, version 1)."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from identlink_client.calls import IdentlinkError

_SECONDS = re.compile(r"[0-9]{1,12}")

TOLERANCE_S = 300.0
"""The largest age of a message in seconds, and the furthest its time may be ahead."""


class WebhookError(IdentlinkError):
    """The message is not from the service, is too old, or was changed on its way."""


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message: its topic, and the id of what to read. It may arrive twice with the same id."""

    message_id: str
    topic: str
    at: datetime
    data: Mapping[str, str]


def verify_webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float | None = None
) -> WebhookMessage:
    """Return the message in a request; raises WebhookError.

    `secret` is the `whsec_...` that was returned when the endpoint was added. `headers` are the
    request's headers; upper and lower case do not matter. `body` must be as received, not parsed
    and written again.
    """
    named = {name.lower(): value for name, value in headers.items()}
    message_id, sent = named.get("webhook-id", ""), named.get("webhook-timestamp", "")
    _check_age(sent, time.time() if now_s is None else now_s)
    signed = f"{message_id}.{sent}.".encode(errors="replace") + body
    expected = b"v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256))
    shown = named.get("webhook-signature", "").encode(errors="replace").split(b" ")
    if not any(hmac.compare_digest(expected, one) for one in shown):
        raise WebhookError("The signature does not match the secret and the body.")
    try:
        told = json.loads(body)
        at = datetime.fromisoformat(told["timestamp"])
        return WebhookMessage(message_id, str(told["type"]), at, dict(told["data"]))
    except (ValueError, KeyError, TypeError):
        raise WebhookError(
            "The message is signed, but its form is unknown: update this package."
        ) from None


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        raise WebhookError("The secret is malformed: give it exactly as it was shown.") from None


def _check_age(sent: str, now_s: float) -> None:
    if not _SECONDS.fullmatch(sent) or abs(now_s - int(sent)) > TOLERANCE_S:
        raise WebhookError("The message is too old, or one of the clocks is wrong.")
