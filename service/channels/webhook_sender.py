"""Messages over HTTPS to addresses that are checked before anything is sent.

The name is resolved here and the connection is made to the checked address, so that a second
look-up cannot lead elsewhere: a force's webhook must not reach into the office's own network. One
deadline covers an attempt, from the look-up of the name to the status of the response. Redirects
are not followed, proxies are not used, and only the status of a response is read.
"""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from service.channels.addresses import is_public
from service.channels.timed_socket import Deadline, addresses_of, connected, port_of
from service.ports.exchange import Receipt

_TIMEOUT_S = 10.0
_GONE = 410


@dataclass(frozen=True, slots=True)
class HttpMessageSender:
    """Sends messages by HTTP POST; thread-safe.

    With `allow_private`, plain HTTP and addresses in private networks are also allowed: for tests
    and for receivers inside the office's own network.
    """

    allow_private: bool = False
    timeout_s: float = _TIMEOUT_S
    """The longest time, in seconds, that one attempt may take in total."""
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Send one message and return the result."""
        target, deadline = urlsplit(url), Deadline.after(self.timeout_s)
        try:
            address = self._address(target, deadline)
            if address is None:
                return Receipt.FORBIDDEN
            with connected(target, address, deadline, self.tls) as connection:
                return _receipt(_post(connection, target, headers, body))
        except TimeoutError:
            return Receipt.LATE
        except (OSError, ValueError, http.client.HTTPException):
            return Receipt.UNREACHABLE

    def _address(self, target: SplitResult, deadline: Deadline) -> str | None:
        """Return the address to connect to, or None if no connection to it is allowed."""
        if target.scheme != "https" and not self.allow_private:
            return None
        addresses = addresses_of(target.hostname or "", port_of(target), deadline)
        if not self.allow_private and not all(map(is_public, addresses)):
            return None
        return addresses[0]


def _post(
    connection: http.client.HTTPConnection,
    target: SplitResult,
    headers: Mapping[str, str],
    body: bytes,
) -> int:
    path = f"{target.path or '/'}{'?' + target.query if target.query else ''}"
    fields = {**headers, "Content-Type": "application/json", "User-Agent": "identlink"}
    connection.request("POST", path, body=body, headers=fields)
    return connection.getresponse().status


def _receipt(status: int) -> Receipt:
    if 200 <= status < 300:
        return Receipt.TAKEN
    return Receipt.GONE if status == _GONE else Receipt.REFUSED
