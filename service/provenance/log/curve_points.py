"""Which 32 bytes can be an honest Ed25519 public key.

With a key of small order anybody can make signatures that verify, for any message in one of eight
tries; with the identity, for every message. RFC 8032 leaves the check to the caller.
"""

from __future__ import annotations

PRIME = 2**255 - 19
"""The field of the curve (RFC 8032, section 5.1)."""

_Y_OF_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
SMALL_ORDER_Y = frozenset({0, 1, PRIME - 1, _Y_OF_ORDER_8, PRIME - _Y_OF_ORDER_8})
"""The y coordinates of the eight points whose order divides 8: orders 4, 1, 2, 8 and 8."""


def is_honest_point(encoded: bytes) -> bool:
    """Whether 32 bytes are the canonical encoding of a y that no point of small order has."""
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    return y < PRIME and y not in SMALL_ORDER_Y
