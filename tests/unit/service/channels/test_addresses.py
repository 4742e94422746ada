"""Every special range of both address families, at its edges and just outside."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest

from service.channels.webhook_sender import is_public

PUBLIC = [
    "8.8.8.8",
    "1.0.0.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2a00:1450:4001:810::200e",
    "2003::1",
    "3ffe:ffff::1",
]

PRIVATE = {
    "this network": ["0.0.0.0", "0.255.255.255"],  # noqa: S104 - an address that must be refused
    "private": ["10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.255.255"],
    "carrier": ["100.64.0.0", "100.127.255.255"],
    "loopback": ["127.0.0.1", "127.255.255.255", "::1"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0", "febf::1"],
    "protocol assignments": ["192.0.0.8", "192.88.99.1", "2001:0:1::1", "2001:1ff::1"],
    "documentation": [
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "3fff::1",
        "3fff:fff::1",
    ],
    "benchmarks": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "8000::1", "::2"],
    "unspecified": ["::"],
    "unique local": ["fc00::1", "fd00::1", "fdff:ffff::1"],
    "site-local": ["fec0::1", "feff::1"],
    "discard and routing": ["100::1", "5f00::1"],
    "ORCHID": ["2001:10::1", "2001:20::1", "2001:2f:ffff::1"],
    "Teredo": ["2001::1", "2001:0:808:808::1"],
    "6to4": ["2002:7f00:1::1", "2002:a00:1::1", "2002:808:808::1"],
    "compatible": ["::127.0.0.1", "::10.0.0.1", "::8.8.8.8"],
    "translated": ["::ffff:0:127.0.0.1", "::ffff:0:808:808"],
    "NAT64 for local use": ["64:ff9b:1::808:808", "64:ff9b:1:ffff::7f00:1"],
    "ISATAP": ["2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:8.8.8.8"],
    "no address": ["", "localhost", "8.8.8", "0x7f.1", "2130706433", "127.1", "::g"],
}

EMBEDDING = ["::ffff:{}", "64:ff9b::{}"]


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("kind", "address"), [(kind, each) for kind, those in PRIVATE.items() for each in those]
)
def test_no_special_address_is_public(kind: str, address: str) -> None:
    assert not is_public(address), kind


@pytest.mark.parametrize("form", EMBEDDING)
def test_a_mapped_or_translated_address_is_as_public_as_the_one_inside(form: str) -> None:
    inside = [*PUBLIC, *(each for those in PRIVATE.values() for each in those)]
    for address in inside:
        if "." in address and ":" not in address and address.count(".") == 3:
            assert is_public(form.format(address)) is is_public(address), address


@pytest.mark.parametrize("last", range(256))
def test_no_private_address_is_reached_through_a_form_that_embeds_it(last: int) -> None:
    inner = int(IPv4Address(f"10.0.0.{last}"))
    forms = (
        inner,
        0xFFFF << 32 | inner,
        0xFFFF << 48 | inner,
        0x64_FF9B << 96 | inner,
        0x64_FF9B_0001 << 80 | inner,
        0x2002 << 112 | inner << 80,
        0x2001 << 112 | (inner ^ 0xFFFF_FFFF),
        0x2606_4700 << 96 | 0x5EFE << 32 | inner,
        0x2606_4700 << 96 | 0x0200_5EFE << 32 | inner,
    )

    assert not any(is_public(str(IPv6Address(form))) for form in forms)
