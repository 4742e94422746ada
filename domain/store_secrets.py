"""The secrets of a store that are kept as files, one each, beside the keys of the payloads."""

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
    WEBHOOK = "webhook"

    @property
    def file_name(self) -> str:
        """The name of its file."""
        return f"{self.value}.key"
