"""The key of the office that signs certificates: 32 bytes in a file, beside the other keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.certificates.content import CertificateContent
from service.provenance.credentials.data_integrity import secured
from service.provenance.credentials.multikeys import method_of, multikey
from service.provenance.credentials.short_forms import ShortForm, signed_text


@dataclass(frozen=True)
class OfficeKey:
    """Signs credentials by eddsa-jcs-2022. Thread-safe."""

    secret: bytes = field(repr=False)
    """The seed of an Ed25519 key, 32 bytes."""

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @cached_property
    def key(self) -> str:
        """The public key as a multikey."""
        return multikey(self._private.public_key().public_bytes_raw())

    def short(self, content: CertificateContent) -> str:
        """Return the signed first lines as the text of a QR code."""
        lines = ShortForm(
            content.number,
            content.kind,
            content.outcome.value,
            content.holder.name,
            content.holder.born_on,
            content.as_of.isoformat(),
        )
        return signed_text(lines, self._private.sign)

    def signed(self, document: dict[str, Any], created: datetime) -> dict[str, Any]:
        """Return a credential with its proof."""
        return secured(document, self._private, method=method_of(self.key), created=created)
