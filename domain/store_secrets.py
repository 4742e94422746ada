"""The secrets of a store that are in the custody of its keys."""

from enum import StrEnum


class StoreSecret(StrEnum):
    """A secret that a store continues to use once it has used it. The value is the secret's
    name.
    """

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
        """Whether the secret is an Ed25519 signing key. The other secrets are keys for digests or
        ciphers.
        """
        return self in {StoreSecret.CERTIFICATES, StoreSecret.EXCHANGE}
