"""Transmissions by HTTP POST, answered in the same call.

The body is a JSON list of signed transmissions, the answer another. Encryption on the way is that
of HTTPS: the other State's proxy ends it, as ours does. Redirects are not followed and proxies are
not used.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import SplitResult, urlsplit

from domain.exchange.codes import Partner
from service.channels.timed_socket import Deadline, TimedSocket, addresses_of
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
        connection, opened = self._connection(target, deadline)
        try:
            headers = {"Content-Type": "application/json", "User-Agent": "identlink"}
            connection.request("POST", target.path or "/", body=body, headers=headers)
            response = connection.getresponse()
            content = response.read(_MOST_BYTES + 1)
            if len(content) > _MOST_BYTES:
                raise ValueError
            return response.status, content
        finally:
            opened.close()

    def _connection(
        self, target: SplitResult, deadline: Deadline
    ) -> tuple[http.client.HTTPConnection, socket.socket]:
        host = target.hostname or ""
        port = target.port or (443 if target.scheme == "https" else 80)
        address = addresses_of(host, port, deadline)[0]
        opened = socket.create_connection((address, port), timeout=deadline.left_s())
        try:
            if target.scheme == "https":
                opened.settimeout(deadline.left_s())
                opened = self.tls.wrap_socket(opened, server_hostname=host)
        except BaseException:
            opened.close()
            raise
        connection = http.client.HTTPConnection(host, port)
        connection.sock = cast("socket.socket", _KeptSocket(opened, deadline))
        return connection, opened


class _KeptSocket(TimedSocket):
    """Stays open until the whole answer is read.

    `http.client` closes the socket of a connection that will not be kept as soon as it has the
    head of the answer, and expects its reader to hold it open.
    """

    def close(self) -> None:
        """Leave the socket open: whoever opened it closes it."""


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
