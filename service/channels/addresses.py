"""Distinguishes public internet addresses from addresses that may lead into a private network.

Python's own `is_global` changes between releases and accepts addresses that embed a private IPv4
address, so the ranges are listed here. IPv6 is public only inside 2000::/3. Of the forms that
embed an IPv4 address, mapped and NAT64 addresses are judged by that IPv4 address. The other forms,
which are obsolete or of unknown length, are refused.
"""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

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
