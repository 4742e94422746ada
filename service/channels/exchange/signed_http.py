"""Transmissions by HTTP POST, answered in the same call.

The body is a JSON list of signed transmissions, the answer another. Encryption on the way is that
of HTTPS: the other State's proxy ends it, as ours does. Redirects are not followed and proxies are
not used.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from domain.exchange.codes import Partner
from service.channels.timed_socket import Deadline, addresses_of, connected, port_of
from service.ports.exchange import Carriage, Carried

_TIMEOUT_S = 30.0
_MOST_BYTES = 16_000_000
_OK = 200
_SERVER_FAULTS = 500
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class SignedHttpChannel:
    """Carries transmissions by HTTP POST; thread-safe.

    Without `allow_plain` an address must be HTTPS; with it, loopback and one's own network are
    reached without encryption, behind a proxy that adds it or in tests.
    """

    allow_plain: bool = False
    timeout_s: float = _TIMEOUT_S
    """The longest that one handing over may take in all."""
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Hand transmissions over and return the answers."""
        target = urlsplit(partner.address)
        if target.scheme != "https" and not self.allow_plain:
            return Carriage(Carried.REFUSED)
        body = json.dumps({"transmissions": list(transmissions)}).encode()
        try:
            status, answer = self._post(target, body, Deadline.after(self.timeout_s))
        except (OSError, ValueError, http.client.HTTPException):
            return Carriage(Carried.UNREACHABLE)
        if status >= _SERVER_FAULTS or status == _TOO_MANY:
            return Carriage(Carried.UNREACHABLE)
        answers = _answers(answer) if status == _OK else None
        if answers is None:
            return Carriage(Carried.REFUSED)
        return Carriage(Carried.TAKEN, answers)

    def _post(self, target: SplitResult, body: bytes, deadline: Deadline) -> tuple[int, bytes]:
        address = addresses_of(target.hostname or "", port_of(target), deadline)[0]
        with connected(target, address, deadline, self.tls) as connection:
            headers = {"Content-Type": "application/json", "User-Agent": "identlink"}
            connection.request("POST", target.path or "/", body=body, headers=headers)
            response = connection.getresponse()
            content = response.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ValueError
        return response.status, content


def _answers(content: bytes) -> tuple[str, ...] | None:
    """Return the transmissions of an answer; None for an answer of another form."""
    try:
        stated = json.loads(content)
    except (ValueError, RecursionError):
        return None
    found = stated.get("transmissions") if isinstance(stated, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return None
    return tuple(found)
