"""Settings of certificates for people."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class CertificateSettings(BaseSettings, use_attribute_docstrings=True):
    """The name of the office on certificates, and the address at which anyone can check them."""

    certificate_office: str = Field(
        default="Criminal Records Office (demonstration)", min_length=1, max_length=120
    )
    """Name of the office, as it is printed on certificates."""
    certificate_signatory: str = Field(
        default="Head of the Criminal Records Office", min_length=1, max_length=120
    )
    """Role in whose name certificates are signed, as it is printed on them."""
    certificate_address: str = Field(
        default="https://certificates.example",
        pattern=r"^https?://[^\s#?]*[^\s#?/]$",
        max_length=120,
    )
    """Published address at which certificates are checked, without a slash at its end; it is
    printed on each certificate, so it cannot change for issued certificates."""
    certificate_timestamp_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Time-stamp authority (RFC 3161) for the seals of certificates; without it a seal is PAdES
    B-B."""
    certificate_timestamp_roots: Path | None = None
    """PEM file with the roots of that authority: with it a seal is PAdES B-LTA, without it B-T."""
    certificate_checks_per_minute: int = Field(default=30, ge=1, le=10_000)
    """Checks of certificates that one address may make in a minute; all addresses together may
    make twenty times as many."""
