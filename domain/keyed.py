"""Keyed digests: HMAC-SHA-256 (RFC 2104) under a key that stays with its custody."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import partial

Mac = Callable[[bytes], bytes]
"""Returns HMAC-SHA-256 of a text, 32 bytes; its holder need not read the key."""


def mac_under(key: bytes) -> Mac:
    """Return the keyed digests of a key; for its custody and for keys that are derived."""
    return partial(hmac.digest, key, digest="sha256")
