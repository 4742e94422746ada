"""Certificates as they are stored: without their code, and without the words they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.certificates.standing import CertificateOutcome, CheckAnswer
from domain.ids import CertificateId, DisclosureId, RecordId, UserId
from domain.requests import IdentityBasis


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; written once."""

    certificate_id: CertificateId
    number: str
    kind: str
    """The name of the kind of request."""
    disclosure_id: DisclosureId
    """The release that it certifies, by two people."""
    outcome: CertificateOutcome
    basis: IdentityBasis
    rule: str
    """Identifier of the rule set by which matters stepped down."""
    code_digest: str
    """SHA-256, hexadecimal, of number and code."""
    status_list: int
    status_index: int
    """Its place in the published list of those that no longer hold; drawn at random."""
    key: str
    """The multikey that signed its credential."""
    document_sha256: str
    issued_by: UserId
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class StandingCertificate:
    """A certificate, and whether it holds now."""

    certificate: Certificate
    answer: CheckAnswer


@dataclass(frozen=True, slots=True)
class StoodOn:
    """The ground of a certificate at its issue."""

    people: tuple[int, ...]
    """Rows of the person and of all people merged with them; empty without an identification."""
    versions: tuple[tuple[RecordId, int], ...]
    """Records of theirs, each with the version that was read."""
