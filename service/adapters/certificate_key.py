"""The office's key for signing certificates, kept in the custody of its keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.requests.certificates import CertificateContent
from service.ports.signing import Signing
from service.provenance.credentials import data_integrity


@dataclass(frozen=True)
class OfficeKey:
    """Signs credentials with the cryptosuite eddsa-jcs-2022. Thread-safe."""

    signing: Signing

    @property
    def key(self) -> str:
        """The public key as a multikey."""
        return data_integrity.multikey(self.signing.public_key)

    def short(self, content: CertificateContent) -> str:
        """Return the signed short form of a certificate as the text of a QR code."""
        lines = data_integrity.ShortForm(
            content.number,
            content.kind,
            content.outcome.value,
            content.holder.name,
            content.holder.born_on,
            content.as_of.isoformat(),
        )
        return data_integrity.signed_text(lines, self.signing.sign)

    def signed(self, document: dict[str, Any], created: datetime) -> dict[str, Any]:
        """Return a credential with its proof."""
        return data_integrity.secured(
            document, self.signing.sign, method=data_integrity.method_of(self.key), created=created
        )
