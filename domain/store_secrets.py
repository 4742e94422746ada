"""The secrets in the custody of a store's keys, and keyed digests: HMAC-SHA-256 (RFC 2104)."""

import hmac
from collections.abc import Callable
from enum import StrEnum
from functools import partial


class StoreSecret(StrEnum):
    """A secret, by its name, that a store keeps using once it has used it."""

    CERTIFICATES = "certificates"
    SEAL = "certificates-seal"
    DIGEST = "digest"
    EXCHANGE = "exchange"
    PROBES = "probes"
    PSEUDONYMS = "pseudonyms"
    REFERENCES = "references"
    SIGN_IN = "sign-in"
    VAULT = "vault"
    WEBHOOK = "webhook"

    @property
    def file_name(self) -> str:
        """The name of the secret's file, if keys are kept in files."""
        return f"{self.value}.key"

    @property
    def signs(self) -> bool:
        """Whether it is an Ed25519 signing key; the others are for digests or ciphers."""
        return self in {StoreSecret.CERTIFICATES, StoreSecret.EXCHANGE}


Mac = Callable[[bytes], bytes]
"""Returns the HMAC-SHA-256 of a text, 32 bytes. The caller does not need access to the key."""


def mac_under(key: bytes) -> Mac:
    """Return the function that computes keyed digests: for custody, and for derived keys."""
    return partial(hmac.digest, key, digest="sha256")
