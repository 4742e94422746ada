"""Certificates for people: issued, revoked, and checked by anybody."""

from __future__ import annotations

from domain.certificates import CertificateOutcome, CheckAnswer, ReferralVerdict, RevocationGround
from domain.events.declaring import Event, Subject, event
from domain.events.rows import Leaves
from domain.ids import CertificateId, DisclosureId, PersonId, ReferralId, RequestId
from domain.requests import IdentityBasis


@event(
    "certificate-issued",
    leaves=Leaves(
        "certificates", by="issued_by", parts=("certificate_people", "certificate_records")
    ),
    is_look=True,
)
class CertificateIssued(Event):
    """A certificate of a release was signed and made a document."""

    certificate_id: Subject[CertificateId]
    disclosure_id: Subject[DisclosureId]
    kind: str
    outcome: CertificateOutcome
    basis: IdentityBasis
    rule: str
    """The rule by which matters stepped down."""
    document_sha256: str
    person_id: Subject[PersonId | None] = None


@event("release-proved")
class ReleaseProved(Event):
    """A release that a document proves, without its person and without its content."""

    disclosure_id: Subject[DisclosureId]
    event_sha256: str
    """SHA-256 of the body of the release's event, whose random ids keep anybody from guessing it:
    whoever reads the log opens it."""


@event("certificate-revoked", leaves=Leaves("certificate_revocations", by="revoked_by"))
class CertificateRevoked(Event):
    """The office revoked a certificate."""

    certificate_id: Subject[CertificateId]
    ground: RevocationGround


@event("certificate-checked")
class CertificateChecked(Event):
    """A number and a code were checked by somebody outside, and answered."""

    answer: CheckAnswer
    certificate_id: Subject[CertificateId | None] = None
    """None where the answer is that there is none."""
    calls: int | None = None
    """Guesses within a while that named no certificate: those are one event."""


@event("referral-made", leaves=Leaves("referrals", by="made_by"))
class ReferralMade(Event):
    """A body outside the office was asked before a certificate may be issued."""

    referral_id: Subject[ReferralId]
    request_id: Subject[RequestId]
    number: int
    """The version of the request that it was made on."""


@event("referral-answered", leaves=Leaves("referral_replies", by="answered_by"))
class ReferralAnswered(Event):
    """The body answered a referral."""

    referral_id: Subject[ReferralId]
    request_id: Subject[RequestId]
    verdict: ReferralVerdict
