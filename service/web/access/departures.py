"""The cookie that a browser carries to the identity provider and back; only we can write it.

It is sent along when the provider leads the browser back here, so that it is `SameSite=Lax`, and
it lives as long as a sign-in at the provider may take. The session's own cookie stays strict.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import asdict
from datetime import datetime

from domain.keyed import Mac
from service.usecases.access.provider import Departure


def seal(departure: Departure, mac: Mac) -> str:
    """Return a departure as the text of a cookie, with its keyed digest."""
    fields = {**asdict(departure), "begun_at": departure.begun_at.isoformat()}
    body = base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()
    return f"{body}.{mac(body.encode()).hex()}"


def unseal(text: str, mac: Mac) -> Departure | None:
    """Return the departure of a cookie; None for one that we did not write."""
    body, _, stated = text.partition(".")
    if not hmac.compare_digest(stated.encode(), mac(body.encode()).hex().encode()):
        return None
    try:
        fields = json.loads(base64.urlsafe_b64decode(body))
        return Departure(**{**fields, "begun_at": datetime.fromisoformat(fields["begun_at"])})
    except (binascii.Error, ValueError, TypeError, KeyError):
        # Written by another release.
        return None
