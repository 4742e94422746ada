"""Messages over HTTPS to addresses that are checked before anything is sent.

The name is resolved here and the connection is made to the checked address, so that a second
look-up cannot lead elsewhere: a force's webhook must not reach into the office's own network. One
deadline covers an attempt, from the look-up of the name to the status of the response. Redirects
are not followed, proxies are not used, and only the status of a response is read.

Distinguishes public internet addresses from addresses that may lead into a private network.

Python's own `is_global` changes between releases and accepts addresses that embed a private IPv4
address, so the ranges are listed here. IPv6 is public only inside 2000::/3. Of the forms that
embed an IPv4 address, mapped and NAT64 addresses are judged by that IPv4 address. The other forms,
which are obsolete or of unknown length, are refused.
"""

import http.client
import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, urlsplit

from service.channels.timed_socket import (
    Deadline,
    addresses_of,
    connected,
    port_of,
    trust_of_this_machine,
)
from service.ports.exchange import Receipt

_NOT_PUBLIC_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by carriers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, metadata services
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)

_UNICAST_V6 = IPv6Network("2000::/3")

_NOT_PUBLIC_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)

_JUDGED_BY_V4 = (
    IPv6Network("::ffff:0:0/96"),  # mapped
    IPv6Network("64:ff9b::/96"),  # NAT64, the well-known prefix
)

_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The first half of an interface identifier whose second half is an IPv4 address."""


def is_public(address: str) -> bool:
    """Whether an IP address, with or without a zone, is a public internet address.

    Text that is not an address is not public.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _NOT_PUBLIC_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if any(address in network for network in _JUDGED_BY_V4):
        return _is_public_v4(IPv4Address(int(address) & 0xFFFF_FFFF))
    is_isatap = int(address) >> 32 & 0xFFFF_FFFF in _ISATAP
    is_special = any(address in network for network in _NOT_PUBLIC_V6)
    return address in _UNICAST_V6 and not is_isatap and not is_special


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
    tls: ssl.SSLContext = field(default_factory=trust_of_this_machine)

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
