"""Certificates for people: issued, revoked, and checked by anybody."""

from __future__ import annotations

from domain.certificates.referrals import ReferralVerdict
from domain.certificates.standing import CertificateOutcome, CheckAnswer, RevocationGround
from domain.events.declaring import Event, event
from domain.events.rows import ITS_ROW, Committed, Part, Row
from domain.events.texts import Subject
from domain.ids import CertificateId, DisclosureId, PersonId, ReferralId, RequestId
from domain.requests import IdentityBasis

_ITS_ID = (("certificate_id", "certificate_id"),)


@event(
    "certificate-issued",
    rows=(
        Row(
            "certificates",
            key="certificate_id",
            by="issued_by",
            says=("disclosure_id", "kind", "outcome", "basis", "rule", "document_sha256"),
        ),
        Committed(
            "certificates",
            _ITS_ID,
            (Part("certificate_people", _ITS_ID), Part("certificate_records", _ITS_ID)),
        ),
    ),
    demands=ITS_ROW,
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
    """By which matters stepped down."""
    document_sha256: str
    person_id: Subject[PersonId | None] = None


@event("release-proved")
class ReleaseProved(Event):
    """A release that a document proves, without its person and without its content."""

    disclosure_id: Subject[DisclosureId]
    event_sha256: str
    """SHA-256 of the body of the release's event, whose random ids keep anybody from guessing it:
    whoever reads the log opens it."""


@event(
    "certificate-revoked",
    rows=(
        Row("certificate_revocations", key="certificate_id", by="revoked_by", says=("ground",)),
        Committed("certificate_revocations", _ITS_ID),
    ),
    demands=ITS_ROW,
)
class CertificateRevoked(Event):
    """A certificate was taken back by the office."""

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


_ITS_REFERRAL = (("referral_id", "referral_id"),)


@event(
    "referral-made",
    rows=(
        Row("referrals", key="referral_id", by="made_by", says=("request_id", "number")),
        Committed("referrals", _ITS_REFERRAL),
    ),
    demands=ITS_ROW,
)
class ReferralMade(Event):
    """A body outside the office was asked before a certificate may leave."""

    referral_id: Subject[ReferralId]
    request_id: Subject[RequestId]
    number: int
    """The version of the request that it was made on."""


@event(
    "referral-answered",
    rows=(
        Row("referral_replies", key="referral_id", by="answered_by", says=("verdict",)),
        Committed("referral_replies", _ITS_REFERRAL),
    ),
    demands=ITS_ROW,
)
class ReferralAnswered(Event):
    """The body answered a referral."""

    referral_id: Subject[ReferralId]
    request_id: Subject[RequestId]
    verdict: ReferralVerdict
