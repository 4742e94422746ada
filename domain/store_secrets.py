"""The secrets of a store that are in the custody of its keys."""

from __future__ import annotations

from enum import StrEnum


class StoreSecret(StrEnum):
    """A secret that a store goes on using once it has used it; the value is its name."""

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
        """The name of its file, where keys are kept in files."""
        return f"{self.value}.key"

    @property
    def signs(self) -> bool:
        """Whether it signs by Ed25519; the others key digests or ciphers."""
        return self in {StoreSecret.CERTIFICATES, StoreSecret.EXCHANGE}
