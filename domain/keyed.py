"""Keyed digests: HMAC-SHA-256 (RFC 2104) with a key that does not leave its custody."""

import hmac
from collections.abc import Callable
from functools import partial

Mac = Callable[[bytes], bytes]
"""Returns the HMAC-SHA-256 of a text, 32 bytes. The caller does not need access to the key."""


def mac_under(key: bytes) -> Mac:
    """Return the function that computes keyed digests with this key. Used by the key's custody and
    for derived keys.
    """
    return partial(hmac.digest, key, digest="sha256")
