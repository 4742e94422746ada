"""Messages over HTTPS to addresses that are checked before anything is sent.

The name is resolved here and the connection is made to the address that was checked, so that no
second look-up can lead elsewhere: a force's address must not reach into our own network.
Redirects are not followed, proxies are not used, and no answer is read beyond its status.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from service.channels.addresses import is_public
from service.ports.message_sender import Receipt

_TIMEOUT_S = 10.0
_GONE = 410


@dataclass(frozen=True, slots=True)
class HttpMessageSender:
    """Carries messages by HTTP POST; thread-safe.

    With `allow_private` plain HTTP and addresses of private networks are allowed too: for tests
    and for receivers inside one's own network.
    """

    allow_private: bool = False
    timeout_s: float = _TIMEOUT_S
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Send one message and return the outcome."""
        target = urlsplit(url)
        try:
            address = self._address(target)
            if address is None:
                return Receipt.FORBIDDEN
            return _receipt(self._post(target, address, headers, body=body))
        except (OSError, ValueError, http.client.HTTPException):
            return Receipt.UNREACHABLE

    def _address(self, target: SplitResult) -> str | None:
        """Return the address to connect to, or None when it may not be connected to."""
        if target.scheme != "https" and not self.allow_private:
            return None
        found = socket.getaddrinfo(target.hostname, _port(target), type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not self.allow_private and not all(map(is_public, addresses)):
            return None
        return addresses[0]

    def _post(
        self, target: SplitResult, address: str, headers: Mapping[str, str], *, body: bytes
    ) -> int:
        connection = self._connection(target, address)
        try:
            path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
            fields = {**headers, "Content-Type": "application/json", "User-Agent": "identlink"}
            connection.request("POST", path, body=body, headers=fields)
            return connection.getresponse().status
        finally:
            connection.close()

    def _connection(self, target: SplitResult, address: str) -> http.client.HTTPConnection:
        host, port = target.hostname or "", _port(target)
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout_s)
        plain = socket.create_connection((address, port), timeout=self.timeout_s)
        if target.scheme == "https":
            connection.sock = self.tls.wrap_socket(plain, server_hostname=host)
        else:
            connection.sock = plain
        return connection


def _port(target: SplitResult) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _receipt(status: int) -> Receipt:
    if 200 <= status < 300:
        return Receipt.TAKEN
    return Receipt.GONE if status == _GONE else Receipt.REFUSED
