"""Transmissions by HTTP POST, with the reply in the same call.

The body is a JSON object with a list of signed transmissions, and so is the reply. HTTPS provides
the encryption in transit; the proxy on each side terminates it. Redirects are not followed and no
forward proxies are used.
"""

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
    """Sends transmissions by HTTP POST; thread-safe.

    Without `allow_plain` an address must use HTTPS. With it, plain HTTP is allowed: to a proxy in
    the same network that adds encryption, or in tests.
    """

    allow_plain: bool = False
    timeout_s: float = _TIMEOUT_S
    """The longest time, in seconds, that one call may take in total."""
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def carry(self, partner: Partner, transmissions: Sequence[str]) -> Carriage:
        """Send transmissions and return the reply."""
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
    """Return the transmissions in a reply; None if the reply has another form."""
    try:
        stated = json.loads(content)
    except (ValueError, RecursionError):
        return None
    found = stated.get("transmissions") if isinstance(stated, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return None
    return tuple(found)
