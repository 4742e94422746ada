"""A certificate with its standing, and the body that takes one back."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field

from domain.certificates.issued import StandingCertificate
from domain.certificates.standing import CertificateOutcome, CheckAnswer, RevocationGround
from domain.requests import IdentityBasis
from service.api.base import Answer, Body, Reason
from service.usecases.certificates.reading import CertificateList


class IssuedAnswer(Answer):
    """The certificate that was issued, or that there was."""

    certificate_id: str
    number: str
    code: str | None = Field(
        description="As printed on the certificate, told once; none where it was issued before."
    )


class CertificateAnswer(Answer):
    """A certificate, and whether it holds now."""

    certificate_id: str
    number: str
    kind: str
    disclosure_id: str
    outcome: CertificateOutcome
    basis: IdentityBasis = Field(description="On which the identity stands.")
    rule: str = Field(description="The rule set by which matters stepped down.")
    key: str = Field(description="The multikey that signed its credential.")
    document_sha256: str
    issued_by: str
    issued_at: datetime
    standing: CheckAnswer

    @classmethod
    def of(cls, found: StandingCertificate) -> Self:
        """Return the answer for a certificate."""
        return cls.showing(found.certificate, standing=found.answer)


class CertificateListAnswer(Answer):
    """The certificates of a request, oldest first."""

    certificates: tuple[CertificateAnswer, ...]

    @classmethod
    def of(cls, found: CertificateList) -> Self:
        """Return the answer for a list."""
        return cls(certificates=tuple(map(CertificateAnswer.of, found.certificates)))


class CertificateRevocationBody(Body):
    """Why a certificate is taken back."""

    ground: RevocationGround = Field(strict=False)
    words: Reason
